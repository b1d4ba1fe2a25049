#!/usr/bin/python3
"""Turns the parameters of a PyTorch network into a safetensors file that train reads.

    torch_export.py STATE.pt OUT.safetensors

STATE.pt is what torch.save(model.state_dict(), ...) wrote, or a checkpoint with such a dictionary
under a usual name: "state_dict", "model_state_dict", "model", "MODEL_STATE", "net". It is loaded with weights_only=True (PyTorch 1.13 or later), which
takes tensors and refuses everything else a pickle could run. Or in Python, with this folder in
sys.path:

    from torch_export import save
    save("model.safetensors", model.state_dict())

Values are stored as 32-bit floats, row by row, in the order and under the names of the dictionary.
The prefixes that wrappers of a network add to all names are removed: "module." of DataParallel and
of averaged models, "_orig_mod." of torch.compile(). The counters num_batches_tracked of batch
normalisation and n_averaged of averaged models are left out, nothing reads them. Needs torch and
Python's own library.
"""
import array
import ctypes
import inspect
import json
import os
import pickle
import struct
import sys

import torch

PREFIXES = "module.", "_orig_mod."
COUNTERS = "num_batches_tracked", "n_averaged"
# Under which the parameters lie in checkpoints of PyTorch's tutorials and reference scripts.
KEYS = "state_dict", "model_state_dict", "model", "MODEL_STATE", "net"


class ExportError(Exception):
    """Something that cannot be exported; the message is for the user."""


def rows_of(name, tensor):
    """The bytes of a tensor, little-endian floats."""
    if not isinstance(tensor, torch.Tensor):
        raise ExportError(f"{name}: {type(tensor).__name__}, expected a tensor")
    if not tensor.dtype.is_floating_point:
        raise ExportError(f"{name}: {tensor.dtype}, expected floating-point numbers")
    values = tensor.detach().to("cpu", torch.float32).contiguous()
    rows = array.array("f", ctypes.string_at(values.data_ptr(), 4 * values.numel()))
    if sys.byteorder == "big":
        rows.byteswap()
    return rows.tobytes()


def without_prefix(state):
    """Without the prefixes that all names have, however many wrappers lie in each other."""
    for prefix in PREFIXES:
        if state and all(isinstance(name, str) and name.startswith(prefix) for name in state):
            return without_prefix({name[len(prefix):]: state[name] for name in state})
    return state


def without_counters(state):
    return {name: tensor for name, tensor in state.items()
            if not (isinstance(name, str) and name.split(".")[-1] in COUNTERS)}


def save(path, state, metadata=None):
    """Writes a dictionary {name: tensor} of floating-point tensors, complete or not at all;
    `metadata`: {string: string}."""
    header, blobs, end = {"__metadata__": {"format": "pt", **(metadata or {})}}, [], 0
    for name, tensor in without_prefix(without_counters(state)).items():
        if not isinstance(name, str) or name == "__metadata__":
            raise ExportError(f"{name!r} cannot be the name of a tensor")
        blobs.append(rows_of(name, tensor))
        begin, end = end, end + len(blobs[-1])
        header[name] = {"dtype": "F32", "shape": list(tensor.shape), "data_offsets": [begin, end]}
    if not blobs:
        raise ExportError("there is no tensor to export")
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    unfinished = path + ".unfinished"
    try:
        with open(unfinished, "wb") as file:
            file.write(struct.pack("<Q", len(text)) + text + b"".join(blobs))
        os.replace(unfinished, path)
    finally:
        if os.path.exists(unfinished):
            os.unlink(unfinished)


def last_words(error):
    """PyTorch puts advice to load unsafely before its reason."""
    first_line = (str(error).splitlines() or [""])[0]
    reason = first_line.split("WeightsUnpickler error: ")[-1]
    return f"{type(error).__name__}: {reason}" if reason else type(error).__name__


def load(path):
    """The state_dict in a file of torch.save()."""
    if "weights_only" not in inspect.signature(torch.load).parameters:
        raise ExportError(f"PyTorch {torch.__version__} cannot load safely, 1.13 can")
    try:
        state = torch.load(path, map_location="cpu", weights_only=True)
    except OSError as error:
        raise ExportError(f"{path}: {error.strerror}") from None
    except pickle.UnpicklingError as error:
        raise ExportError(f"{path}: no dictionary of tensors alone ({last_words(error)}). If it is "
                          "a whole module from a source you trust, load it in Python and call "
                          "torch_export.save()") from None
    except Exception as error:  # what the parser of a broken file stumbled over
        raise ExportError(f"{path}: no file of torch.save() ({last_words(error)})") from None
    for key in KEYS:
        if isinstance(state, dict) and isinstance(state.get(key), dict):
            state = state[key]
    if not isinstance(state, dict):
        raise ExportError(f"{path}: {type(state).__name__}, expected a dictionary of tensors")
    return state


def main(arguments):
    if "-h" in arguments or "--help" in arguments:
        print(__doc__.strip())
        return 0
    if len(arguments) != 2 or any(a.startswith("-") for a in arguments):
        print("torch_export.py: expected STATE.pt OUT.safetensors; see --help", file=sys.stderr)
        return 2
    try:
        save(arguments[1], load(arguments[0]))
    except ExportError as error:
        print(f"torch_export.py: {error}", file=sys.stderr)
        return 3
    except OSError as error:
        print(f"torch_export.py: {arguments[1]}: {error.strerror}", file=sys.stderr)
        return 4
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
