/*
 * What a convolution, or its input gradient, does along one axis.
 *
 * Both have one form: output j is a sum over taps m, and tap m meets input
 * in_first + j in_step + m in_tap; where that is outside of the input it counts as 0.
 */
#ifndef NUM_LANES_AXIS_H
#define NUM_LANES_AXIS_H

#include <stddef.h>

struct lanes_axis {
    size_t n_out, n_in, n_taps;
    size_t out_first, out_step; /* output j stands at out_first + j out_step of its map */
    size_t tap_first, tap_step; /* tap m is number tap_first + m tap_step of the kernel */
    ptrdiff_t in_first, in_step;
    ptrdiff_t in_tap; /* 1, or -1 in the gradient */
};

struct lanes_axis lanes_axis_forward(size_t n_in, size_t n_out, size_t kernel, size_t stride,
                                     size_t padding);
/*
 * The input gradient, whose outputs are the n_in inputs of the convolution, for those i of them
 * with (i + padding) % stride = phase: only the kernel's taps phase, phase + stride, ... reach
 * them. There may be no such i: n_out = 0. Or no such tap: n_taps = 0.
 */
struct lanes_axis lanes_axis_backward(size_t n_in, size_t n_out, size_t kernel, size_t stride,
                                      size_t padding, size_t phase);

/* The taps [first, end) that meet an input from at least one output of j, ..., last_j. */
struct lanes_span {
    size_t first, end;
};
struct lanes_span lanes_axis_taps(const struct lanes_axis *axis, size_t j, size_t last_j);

/* The share of all pairs of an output and a tap that meet an input. */
double lanes_axis_inside(const struct lanes_axis *axis);

/* The inputs that n_out outputs from j on meet, borders or not: the first, and how many. */
ptrdiff_t lanes_axis_corner(const struct lanes_axis *axis, size_t j);
size_t lanes_axis_extent(const struct lanes_axis *axis, size_t n_out);
/* Where tap m meets its input, seen from the corner of the output. */
size_t lanes_axis_place(const struct lanes_axis *axis, size_t tap);

#endif
