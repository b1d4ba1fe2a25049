/* What a convolution, or its input gradient, does along one axis. */
#include "num/lanes_axis.h"

struct lanes_axis lanes_axis_forward(size_t n_in, size_t n_out, size_t kernel, size_t stride,
                                     size_t padding)
{
    return (struct lanes_axis){
        .n_out = n_out,
        .n_in = n_in,
        .n_taps = kernel,
        .out_step = 1,
        .tap_step = 1,
        .in_first = -(ptrdiff_t)padding,
        .in_step = (ptrdiff_t)stride,
        .in_tap = 1,
    };
}

/* Tap m of i is the kernel's t = phase + m stride, by way of output (i + padding - t) / stride. */
struct lanes_axis lanes_axis_backward(size_t n_in, size_t n_out, size_t kernel, size_t stride,
                                      size_t padding, size_t phase)
{
    size_t first = (phase + stride - padding % stride) % stride;
    return (struct lanes_axis){
        .n_out = first < n_in ? (n_in - first - 1) / stride + 1 : 0,
        .n_in = n_out,
        .n_taps = phase < kernel ? (kernel - phase - 1) / stride + 1 : 0,
        .out_first = first,
        .out_step = stride,
        .tap_first = phase,
        .tap_step = stride,
        .in_first = (ptrdiff_t)((first + padding - phase) / stride),
        .in_step = 1,
        .in_tap = -1,
    };
}

static ptrdiff_t larger(ptrdiff_t a, ptrdiff_t b)
{
    return a > b ? a : b;
}

static ptrdiff_t smaller(ptrdiff_t a, ptrdiff_t b)
{
    return a < b ? a : b;
}

/* The input that tap 0 of output j meets. */
static ptrdiff_t first_input(const struct lanes_axis *axis, size_t j)
{
    return axis->in_first + (ptrdiff_t)j * axis->in_step;
}

struct lanes_span lanes_axis_taps(const struct lanes_axis *axis, size_t j, size_t last_j)
{
    ptrdiff_t low = first_input(axis, j), high = first_input(axis, last_j);
    ptrdiff_t n_in = (ptrdiff_t)axis->n_in, n_taps = (ptrdiff_t)axis->n_taps, first, end;
    if (axis->in_tap > 0) {
        first = larger(0, -high);
        end = smaller(n_taps, n_in - low);
    } else {
        first = larger(0, low - n_in + 1);
        end = smaller(n_taps, high + 1);
    }
    return first < end ? (struct lanes_span){(size_t)first, (size_t)end} : (struct lanes_span){0};
}

double lanes_axis_inside(const struct lanes_axis *axis)
{
    size_t n_inside = 0;
    for (size_t j = 0; j < axis->n_out; j++) {
        struct lanes_span taps = lanes_axis_taps(axis, j, j);
        n_inside += taps.end - taps.first;
    }
    return axis->n_taps ? (double)n_inside / (double)(axis->n_out * axis->n_taps) : 1;
}

ptrdiff_t lanes_axis_corner(const struct lanes_axis *axis, size_t j)
{
    ptrdiff_t first = first_input(axis, j);
    return axis->in_tap > 0 ? first : first - (ptrdiff_t)axis->n_taps + 1;
}

size_t lanes_axis_extent(const struct lanes_axis *axis, size_t n_out)
{
    return axis->n_taps ? (n_out - 1) * (size_t)axis->in_step + axis->n_taps : 0;
}

size_t lanes_axis_place(const struct lanes_axis *axis, size_t tap)
{
    return axis->in_tap > 0 ? tap : axis->n_taps - 1 - tap;
}
