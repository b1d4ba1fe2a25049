"""NumPy and phasetrace read each other's .npz archives (77: skipped, there is no NumPy)."""
import os
import subprocess
import sys
import tempfile
import zipfile

try:
    import numpy as np
except ImportError:
    sys.exit(77)

NPZ_COPY = sys.argv[1]


def copy(source, target):
    return subprocess.run([NPZ_COPY, source, target], stderr=subprocess.PIPE, text=True)


def arrays_to_exchange():
    draw = np.random.default_rng(1)
    return {
        "f8_matrix": draw.normal(size=(7, 33)),
        "f8_scalar": np.float64(0.1),
        "f8_special": np.array([np.inf, -np.inf, np.nan, -0.0, 5e-324]),
        "f8_empty": np.zeros((0, 4)),
        "f4_cube": draw.normal(size=(3, 4, 5)).astype("<f4"),
        "i4_labels": draw.integers(-(2**31), 2**31, 1000).astype("<i4"),
        "i8_steps": draw.integers(-(2**62), 2**62, 3),
        "u1_bytes": np.arange(256, dtype="u1"),
        "b1_truth": np.array([True, False, True]),
        "f8_large": draw.normal(size=200000),
    }


def check_equal(expected, path):
    found = np.load(path)
    assert sorted(found.files) == sorted(expected), found.files
    for name, array in expected.items():
        assert found[name].dtype == array.dtype, name
        assert found[name].shape == array.shape, name
        assert found[name].tobytes() == array.tobytes(), name


def check_exchange(directory):
    expected = arrays_to_exchange()
    source, target = os.path.join(directory, "in.npz"), os.path.join(directory, "out.npz")
    for save in (np.savez, np.savez_compressed):
        save(source, **expected)
        result = copy(source, target)
        assert result.returncode == 0, result.stderr
        check_equal(expected, target)
        with zipfile.ZipFile(target) as archive:
            assert archive.testzip() is None
            assert all(i.date_time == (1980, 1, 1, 0, 0, 0) for i in archive.infolist())


def check_widening(directory):
    source, target = os.path.join(directory, "in.npz"), os.path.join(directory, "out.npz")
    values = np.array([-(2**31), -1, 0, 2**31 - 1], "<i4")
    np.savez(source, f8=values, i8=values)
    assert copy(source, target).returncode == 0
    check_equal({"f8": values.astype("<f8"), "i8": values.astype("<i8")}, target)


def check_refusals(directory):
    source, target = os.path.join(directory, "in.npz"), os.path.join(directory, "out2.npz")
    refused = {
        "Fortran": np.asfortranarray(np.ones((3, 4))),
        ">f8": np.ones(3, ">f8"),
        "object": np.array([None, 1], dtype=object),
        "string": np.array(["a", "b"]),
        "f2": np.ones(3, "<f2"),
    }
    for kind, array in refused.items():
        np.savez(source, f8=array)
        result = copy(source, target)
        assert result.returncode == 3, kind
        assert "array f8: byte" in result.stderr, result.stderr
        assert not os.path.exists(target), kind


with tempfile.TemporaryDirectory() as scratch:
    check_exchange(scratch)
    check_widening(scratch)
    check_refusals(scratch)
