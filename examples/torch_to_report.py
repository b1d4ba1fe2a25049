#!/usr/bin/python3
"""From a PyTorch model to the report: which interactions does it encode?

    torch_to_report.py OUT

`train` has to be on the PATH, torch_export.py on PYTHONPATH or where it is installed. The
configuration says what the model looks like and on which samples it is traced; its layers have the
names that `train --config model.ini --dry-run` shows.
"""
import os, subprocess, sys
import torch

sys.path[1:1] = [os.path.join(os.path.dirname(os.path.abspath(__file__)), folder)
                 for folder in ("../tools", "../../../phasetrace/tools")]
from torch_export import save

CONFIG = """
[data]
set = mnist
path = mnist-small
train_samples = 400
test_samples = 400
[model]
preset = mlp
hidden = 32
[trace]
samples = 5
players = 6
"""

out = sys.argv[1]
os.makedirs(out)
model = torch.nn.Sequential()
model.add_module("fc1", torch.nn.Linear(784, 32))
model.add_module("relu1", torch.nn.ReLU())
model.add_module("fc2", torch.nn.Linear(32, 10))  # here it would be trained
save(os.path.join(out, "model.safetensors"), model.state_dict())
with open(os.path.join(out, "model.ini"), "w") as file:
    file.write(CONFIG)
subprocess.run(["train", "trace", "model.safetensors", "--config", "model.ini", "--out", "traced"],
               cwd=out, check=True)
print("see", os.path.join(out, "traced", "report.html"))
