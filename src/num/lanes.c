/* A convolution and its input gradient as sums over taps. */
#include "num/lanes.h"

#include "num/lanes_product.h"
#include "num/lanes_weight.h"

static struct lanes_product forward_product(const struct lanes_conv *c, size_t n_groups)
{
    return (struct lanes_product){
        .y = lanes_axis_forward(c->in_height, c->out_height, c->kernel, c->stride, c->padding),
        .x = lanes_axis_forward(c->in_width, c->out_width, c->kernel, c->stride, c->padding),
        .n_groups = n_groups,
        .n_in = c->in_channels,
        .n_out = c->out_channels,
        .in_maps = lanes_maps(c->in_channels, c->in_height, c->in_width),
        .out_maps = lanes_maps(c->out_channels, c->out_height, c->out_width),
        .kernel = c->kernel,
        .w_in = c->kernel * c->kernel,
        .w_out = c->in_channels * c->kernel * c->kernel,
    };
}

/* The part of the input gradient for the phases of one row and one column. */
static struct lanes_product backward_product(const struct lanes_conv *c, size_t n_groups,
                                             size_t phase)
{
    size_t phase_y = phase / c->stride, phase_x = phase % c->stride;
    return (struct lanes_product){
        .y = lanes_axis_backward(c->in_height, c->out_height, c->kernel, c->stride, c->padding,
                                 phase_y),
        .x = lanes_axis_backward(c->in_width, c->out_width, c->kernel, c->stride, c->padding,
                                 phase_x),
        .n_groups = n_groups,
        .n_in = c->out_channels,
        .n_out = c->in_channels,
        .in_maps = lanes_maps(c->out_channels, c->out_height, c->out_width),
        .out_maps = lanes_maps(c->in_channels, c->in_height, c->in_width),
        .kernel = c->kernel,
        .w_in = c->in_channels * c->kernel * c->kernel,
        .w_out = c->kernel * c->kernel,
    };
}

static size_t larger(size_t a, size_t b)
{
    return a > b ? a : b;
}

static size_t scratch_floats(const struct lanes_conv *conv, size_t n_groups, int n_threads)
{
    struct lanes_product forward = forward_product(conv, n_groups);
    size_t n = lanes_product_scratch_floats(&forward);
    for (size_t phase = 0; phase < conv->stride * conv->stride; phase++) {
        struct lanes_product backward = backward_product(conv, n_groups, phase);
        n = larger(n, lanes_product_scratch_floats(&backward));
    }
    return larger(n * (size_t)n_threads, lanes_weight_scratch_floats(conv, n_groups, n_threads));
}

/* Fewer groups may be cut into larger blocks: 6 are one block where 7 are two of 4. */
size_t lanes_conv_scratch_floats(const struct lanes_conv *conv, size_t n_groups, int n_threads)
{
    size_t floats = 0;
    for (size_t n = 1; n <= n_groups; n++)
        floats = larger(floats, scratch_floats(conv, n, n_threads));
    return floats;
}

void lanes_conv_forward(const struct lanes_conv *conv, size_t n_groups, const float *x,
                        const float *w, const float *bias, float *y, float *scratch,
                        struct pt_crew *crew)
{
    struct lanes_product product = forward_product(conv, n_groups);
    lanes_product_run(&product, x, w, bias, y, scratch, crew);
}

void lanes_conv_input_gradient(const struct lanes_conv *conv, size_t n_groups, const float *w,
                               const float *dy, float *dx, float *scratch, struct pt_crew *crew)
{
    for (size_t phase = 0; phase < conv->stride * conv->stride; phase++) {
        struct lanes_product product = backward_product(conv, n_groups, phase);
        lanes_product_run(&product, dy, w, NULL, dx, scratch, crew);
    }
}
