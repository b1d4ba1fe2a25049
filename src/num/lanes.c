/* The convolution and its input gradient as sums over taps. */
#include "num/lanes.h"

#include "num/lanes_product.h"
#include "num/lanes_weight.h"

struct lanes_maps lanes_maps(size_t n_channels, size_t height, size_t width)
{
    size_t row = width * LANES;
    return (struct lanes_maps){n_channels * height * row, height * row, row};
}

/* One axis of the convolution. */
struct lanes_axis lanes_forward_axis(const struct lanes_conv *conv, size_t n_in, size_t n_out)
{
    return (struct lanes_axis){
        .n_out = n_out,
        .n_in = n_in,
        .n_taps = conv->kernel,
        .out_step = 1,
        .tap_step = 1,
        .in_first = -(ptrdiff_t)conv->padding,
        .in_step = (ptrdiff_t)conv->stride,
        .in_tap = 1,
    };
}

/*
 * One axis of the input gradient for those inputs i with (i + padding) % stride = phase: only the
 * kernel's taps phase, phase + stride, ... meet them, tap m by way of output
 * (i + padding - phase) / stride - m. No inputs may be left: n_out = 0.
 */
static struct lanes_axis backward_axis(const struct lanes_conv *conv, size_t n_in, size_t n_out,
                                       size_t phase)
{
    size_t stride = conv->stride;
    size_t first = (phase + stride - conv->padding % stride) % stride;
    return (struct lanes_axis){
        .n_out = first < n_in ? (n_in - first - 1) / stride + 1 : 0,
        .n_in = n_out,
        .n_taps = phase < conv->kernel ? (conv->kernel - phase - 1) / stride + 1 : 0,
        .out_first = first,
        .out_step = stride,
        .tap_first = phase,
        .tap_step = stride,
        .in_first = (ptrdiff_t)((first + conv->padding - phase) / stride),
        .in_step = 1,
        .in_tap = -1,
    };
}

static struct lanes_product forward_product(const struct lanes_conv *conv, size_t n_groups)
{
    return (struct lanes_product){
        .y = lanes_forward_axis(conv, conv->in_height, conv->out_height),
        .x = lanes_forward_axis(conv, conv->in_width, conv->out_width),
        .n_groups = n_groups,
        .n_in = conv->in_channels,
        .n_out = conv->out_channels,
        .in_maps = lanes_maps(conv->in_channels, conv->in_height, conv->in_width),
        .out_maps = lanes_maps(conv->out_channels, conv->out_height, conv->out_width),
        .kernel = conv->kernel,
        .w_in = conv->kernel * conv->kernel,
        .w_out = conv->in_channels * conv->kernel * conv->kernel,
    };
}

/* The part of the input gradient for the inputs of two phases. */
static struct lanes_product backward_product(const struct lanes_conv *conv, size_t n_groups,
                                             size_t phase_y, size_t phase_x)
{
    return (struct lanes_product){
        .y = backward_axis(conv, conv->in_height, conv->out_height, phase_y),
        .x = backward_axis(conv, conv->in_width, conv->out_width, phase_x),
        .n_groups = n_groups,
        .n_in = conv->out_channels,
        .n_out = conv->in_channels,
        .in_maps = lanes_maps(conv->out_channels, conv->out_height, conv->out_width),
        .out_maps = lanes_maps(conv->in_channels, conv->in_height, conv->in_width),
        .kernel = conv->kernel,
        .w_in = conv->in_channels * conv->kernel * conv->kernel,
        .w_out = conv->kernel * conv->kernel,
    };
}

static size_t larger(size_t a, size_t b)
{
    return a > b ? a : b;
}

size_t lanes_conv_scratch_floats(const struct lanes_conv *conv, size_t n_groups, int n_threads)
{
    struct lanes_product forward = forward_product(conv, n_groups);
    size_t n =
        larger(lanes_product_scratch_floats(&forward), lanes_weight_scratch_floats(conv, n_groups));
    for (size_t phase = 0; phase < conv->stride * conv->stride; phase++) {
        struct lanes_product backward =
            backward_product(conv, n_groups, phase / conv->stride, phase % conv->stride);
        if (backward.y.n_out && backward.x.n_out)
            n = larger(n, lanes_product_scratch_floats(&backward));
    }
    return n * (size_t)n_threads;
}

void lanes_conv_forward(const struct lanes_conv *conv, size_t n_groups, const float *x,
                        const float *w, const float *bias, float *y, float *scratch, int n_threads)
{
    struct lanes_product product = forward_product(conv, n_groups);
    lanes_product_run(&product, x, w, bias, y, scratch, n_threads);
}

void lanes_conv_input_gradient(const struct lanes_conv *conv, size_t n_groups, const float *w,
                               const float *dy, float *dx, float *scratch, int n_threads)
{
    for (size_t phase = 0; phase < conv->stride * conv->stride; phase++) {
        struct lanes_product product =
            backward_product(conv, n_groups, phase / conv->stride, phase % conv->stride);
        if (product.y.n_out && product.x.n_out)
            lanes_product_run(&product, dy, w, NULL, dx, scratch, n_threads);
    }
}
