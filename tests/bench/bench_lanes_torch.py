#!/usr/bin/python3
"""PyTorch's convolutions in one thread, the layers of bench_lanes.c.

Prints the same lines, "name value GF/s". The argument is the time each measurement takes, in
seconds of processor time."""
import os
import sys
import time

os.environ["OPENBLAS_NUM_THREADS"] = "1"
os.environ["OMP_NUM_THREADS"] = "1"

import torch

BATCH = 64
LAYERS = (  # name, channels, side, channels, kernel, stride, padding
    ("lenet-1", 1, 28, 6, 5, 1, 2),
    ("lenet-2", 6, 14, 16, 5, 1, 0),
    ("alexnet-1", 3, 32, 64, 11, 4, 5),
    ("vgg-3-64@32", 3, 32, 64, 3, 1, 1),
    ("vgg-64-128@16", 64, 16, 128, 3, 1, 1),
    ("vgg-128-256@8", 128, 8, 256, 3, 1, 1),
    ("vgg-256-512@4", 256, 4, 512, 3, 1, 1),
    ("vgg-512-512@2", 512, 2, 512, 3, 1, 1),
    ("resnet-3-16@32", 3, 32, 16, 3, 1, 1),
    ("resnet-16-16@32", 16, 32, 16, 3, 1, 1),
    ("resnet-16-32/2", 16, 32, 32, 3, 2, 1),
    ("resnet-16-32-1x1/2", 16, 32, 32, 1, 2, 0),
    ("resnet-32-32@16", 32, 16, 32, 3, 1, 1),
    ("resnet-32-64/2", 32, 16, 64, 3, 2, 1),
    ("resnet-64-64@8", 64, 8, 64, 3, 1, 1),
)


def seconds(function, least_s):
    function()
    start_s, n = time.process_time(), 0
    while True:
        function()
        n += 1
        taken_s = time.process_time() - start_s
        if taken_s >= least_s:
            return taken_s / n


def main():
    least_s = float(sys.argv[-1]) if len(sys.argv) > 1 else 0.2
    torch.set_num_threads(1)
    for name, n_in, side, n_out, kernel, stride, padding in LAYERS:
        x = torch.randn(BATCH, n_in, side, side)
        w = torch.randn(n_out, n_in, kernel, kernel)
        bias = torch.randn(n_out)
        y = torch.nn.functional.conv2d(x, w, bias, stride, padding)
        dy = torch.randn_like(y)

        def forward():
            torch.nn.functional.conv2d(x, w, bias, stride, padding)

        def backward(mask):
            torch.ops.aten.convolution_backward(
                dy, x, w, [n_out], [stride] * 2, [padding] * 2, [1, 1], False, [0, 0], 1, mask)

        operations = 2.0 * y.numel() * n_in * kernel * kernel
        with torch.no_grad():
            for direction, function in (
                    ("forward", forward),
                    ("input", lambda: backward([True, False, False])),
                    ("weight", lambda: backward([False, True, True]))):
                speed = operations / seconds(function, least_s) * 1e-9
                print(f"{name}-{direction} {speed:.1f} GF/s", flush=True)


if __name__ == "__main__":
    main()
