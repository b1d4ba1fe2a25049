"""A reader and a writer of safetensors made of json, struct and NumPy agree with ours (77: skipped).

The format is from its description, not from our code; where the safetensors package is installed
it is asked as well.
"""
import json
import os
import struct
import subprocess
import sys
import tempfile

try:
    import numpy as np
except ImportError:
    sys.exit(77)

SAFETENSORS_COPY = sys.argv[1]


def write(path, tensors, metadata):
    header, blobs, end = {"__metadata__": metadata}, [], 0
    for name, array in tensors.items():
        begin, end = end, end + array.nbytes
        header[name] = {"dtype": "F32", "shape": list(array.shape), "data_offsets": [begin, end]}
        blobs.append(array.tobytes())
    text = json.dumps(header).encode()
    with open(path, "wb") as f:
        f.write(struct.pack("<Q", len(text)) + text + b"".join(blobs))


def read(path):
    with open(path, "rb") as f:
        content = f.read()
    (length,) = struct.unpack("<Q", content[:8])
    assert length % 8 == 0 and content[8:9] == b"{"
    header = json.loads(content[8 : 8 + length])
    metadata = header.pop("__metadata__", {})
    data, tensors = content[8 + length :], {}
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        assert entry["dtype"] == "F32"
        tensors[name] = np.frombuffer(data[begin:end], "<f4").reshape(entry["shape"])
    return tensors, metadata


def check_equal(found, expected):
    assert list(found) == list(expected)[::-1]
    for name, array in expected.items():
        assert found[name].shape == array.shape and found[name].tobytes() == array.tobytes(), name


draw = np.random.default_rng(2)
EXPECTED = {
    "conv1.weight": draw.normal(size=(6, 1, 5, 5)).astype("<f4"),
    "conv1.bias": draw.normal(size=6).astype("<f4"),
    "größe": np.array([np.nan, np.inf, -0.0], "<f4"),
    "scalar": np.array(3.25, "<f4"),
    "empty": np.zeros((0, 3), "<f4"),
}
METADATA = {"config": 'a = "1"\n[section]\n', "ключ": "\u2713"}

with tempfile.TemporaryDirectory() as scratch:
    source, target = os.path.join(scratch, "in"), os.path.join(scratch, "out")
    write(source, EXPECTED, METADATA)
    subprocess.run([SAFETENSORS_COPY, source, target], check=True)
    tensors, metadata = read(target)
    check_equal(tensors, EXPECTED)
    assert metadata == METADATA
    try:
        from safetensors.numpy import load_file
    except ImportError:
        pass
    else:
        loaded = load_file(target)
        assert all(loaded[name].tobytes() == a.tobytes() for name, a in EXPECTED.items())
