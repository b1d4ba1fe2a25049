"""tools/torch_export.py: what it writes is what PyTorch has, for every preset, and our reader reads
it; what is no state_dict is refused, and runs nothing (77: no PyTorch).

usage: test_torch_export.py SAFETENSORS_COPY SOURCE_ROOT
"""
import contextlib
import io
import json
import os
import pickle
import struct
import subprocess
import sys
import tempfile
import unittest

try:
    import numpy as np
    import torch
except ImportError:
    print("NumPy or PyTorch is missing: skipped")
    sys.exit(77)

SAFETENSORS_COPY, SOURCE_ROOT = map(os.path.abspath, sys.argv[1:3])
SCRIPT = os.path.join(SOURCE_ROOT, "tools", "torch_export.py")
sys.path += [os.path.join(SOURCE_ROOT, *folder) for folder in (("tools",), ("tests", "fixtures"))]
import models
import torch_export


def read(path):
    """({name: array} in the order of the file, metadata)"""
    with open(path, "rb") as file:
        content = file.read()
    (length,) = struct.unpack("<Q", content[:8])
    header = json.loads(content[8:8 + length])
    metadata = header.pop("__metadata__")
    data, tensors = content[8 + length:], {}
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        assert entry["dtype"] == "F32"
        tensors[name] = np.frombuffer(data[begin:end], "<f4").reshape(entry["shape"])
    return tensors, metadata


class Code:
    """Unpickled without care, it makes a directory."""
    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return os.mkdir, (self.path,)


class TorchExport(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory(prefix="phasetrace-")
        self.addCleanup(scratch.cleanup)
        self.dir = scratch.name

    def path(self, name):
        return os.path.join(self.dir, name)

    def run_script(self, *arguments):
        """(exit status, what it printed); in this process, for PyTorch takes long to start."""
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
            return torch_export.main(list(arguments)), printed.getvalue()

    def check(self, path, state):
        tensors, metadata = read(path)
        expected = {n: t for n, t in state.items() if not n.endswith("num_batches_tracked")}
        self.assertEqual(list(tensors), list(expected))
        for name, tensor in expected.items():
            np.testing.assert_array_equal(tensors[name], tensor.numpy(), name)
        return metadata

    def test_every_preset(self):
        for preset, make in models.PRESETS.items():
            network = make((3, 32, 32), 10, 1 / 16)
            torch_export.save(self.path("model"), network.state_dict(), {"preset": preset})
            metadata = self.check(self.path("model"), network.state_dict())
            self.assertEqual(metadata, {"format": "pt", "preset": preset})
            # Our reader takes it; the copy has the tensors in reverse.
            subprocess.run([SAFETENSORS_COPY, self.path("model"), self.path("copy")], check=True)
            copied, _ = read(self.path("copy"))
            self.assertEqual(list(copied)[::-1], list(read(self.path("model"))[0]))

    def test_values_are_rows_of_floats(self):
        torch_export.save(self.path("model"), {
            "transposed": torch.arange(6.0).reshape(2, 3).T, "double": torch.tensor([1 / 3]).double(),
            "scalar": torch.tensor(2.5), "empty": torch.zeros(0, 3),
            "half": torch.tensor([1.5, -2]).half(), "wanted": torch.ones(2, requires_grad=True)})
        tensors, _ = read(self.path("model"))
        np.testing.assert_array_equal(tensors["transposed"], [[0, 3], [1, 4], [2, 5]])
        np.testing.assert_array_equal(tensors["double"], np.float32([1 / 3]))
        self.assertEqual((tensors["scalar"].shape, tensors["scalar"][()]), ((), 2.5))
        self.assertEqual(tensors["empty"].shape, (0, 3))
        np.testing.assert_array_equal(tensors["half"], [1.5, -2])
        np.testing.assert_array_equal(tensors["wanted"], [1, 1])

    def test_files(self):
        state = models.PRESETS["resnet8"]((3, 32, 32), 10, 1 / 8).state_dict()
        parallel = {"module." + name: tensor for name, tensor in state.items()}
        compiled = {"_orig_mod." + name: tensor for name, tensor in parallel.items()}
        averaged = {"n_averaged": torch.tensor(3), **parallel}
        for saved in (state, {"state_dict": state, "epoch": 3}, {"model": parallel}, averaged,
                      {"epoch": 3, "model_state_dict": compiled, "optimizer_state_dict": {"a": 1}},
                      {"MODEL_STATE": state, "EPOCHS_RUN": 3}, {"net": parallel, "acc": 95}):
            torch.save(saved, self.path("state.pt"))
            self.assertEqual(self.run_script(self.path("state.pt"), self.path("model")), (0, ""))
            self.check(self.path("model"), state)

    def test_what_is_no_state_dict(self):
        torch.save(torch.nn.Linear(2, 3), self.path("module"))
        torch.save({"a": Code(self.path("ran"))}, self.path("code"))
        with open(self.path("pickle"), "wb") as file:
            pickle.dump(Code(self.path("ran")), file)
        torch.save([1, 2], self.path("list"))
        torch.save({"a": 3}, self.path("number"))
        torch.save({"a": torch.zeros(3, dtype=torch.int64)}, self.path("integers"))
        torch.save({}, self.path("nothing"))
        torch.save({"a": torch.zeros(1000)}, self.path("whole"))
        with open(self.path("whole"), "rb") as whole:
            content = whole.read()
        for name, part in (("empty", b""), ("junk", b"junk"), ("cut", content[:1500])):
            with open(self.path(name), "wb") as file:
                file.write(part)
        for name, expected in (
                ("module", "a whole module"), ("code", "no dictionary of tensors alone"),
                ("pickle", "no dictionary of tensors alone"), ("list", "list, expected a diction"),
                ("number", "a: int, expected a tensor"), ("integers", "a: torch.int64, expected"),
                ("nothing", "no tensor to export"), ("empty", "no file of torch.save()"),
                ("junk", "no file of torch.save()"), ("cut", "no file of torch.save()"),
                ("absent", "absent: No such file")):
            status, printed = self.run_script(self.path(name), self.path("model"))
            self.assertEqual(status, 3, name)
            self.assertRegex(printed, r"\Atorch_export.py: [^\n]*\n\Z")
            self.assertIn(expected, printed)
        left = set(os.listdir(self.dir))
        self.assertFalse(left & {"ran", "model", "model.unfinished"}, left)

    def test_usage(self):
        torch.save({"a": torch.zeros(1)}, self.path("state"))
        status, printed = self.run_script(self.path("state"), self.path("no/such/folder"))
        self.assertEqual(status, 4)
        self.assertIn("folder: No such file or directory", printed)
        self.assertEqual(self.run_script("one")[0], 2)
        result = subprocess.run([SCRIPT, "--help"], text=True, capture_output=True, check=True)
        self.assertIn("torch_export.py STATE.pt OUT.safetensors", result.stdout)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1] + sys.argv[3:])
