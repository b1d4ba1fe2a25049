/* Max pooling over square windows without padding. */
#include "nn/layer.h"

#include <math.h>
#include <string.h>

/*
 * Offset of the window's largest value; of equal ones the first, row by row, as in PyTorch, and a
 * NaN before all others. Without branches, which would be mispredicted half of the time. Backward
 * searches again instead of keeping what forward found, so that layers stay without state.
 */
static size_t largest_in_window(const float *window, size_t kernel, size_t row_stride)
{
    size_t best = 0;
    float largest = window[0];
    for (size_t y = 0; y < kernel; y++)
        for (size_t x = 0; x < kernel; x++) {
            size_t at = y * row_stride + x;
            int is_larger = !(window[at] <= largest) & !isnan(largest);
            best = is_larger ? at : best;
            largest = is_larger ? window[at] : largest;
        }
    return best;
}

static void pool_plane(const struct layer *layer, const float *input, float *output)
{
    size_t width = layer->input.width;
    for (size_t y = 0; y < layer->output.height; y++)
        for (size_t x = 0; x < layer->output.width; x++) {
            const float *window = input + (y * width + x) * layer->stride;
            *output++ = window[largest_in_window(window, layer->kernel, width)];
        }
}

static void maxpool2d_forward(const struct layer *layer, const struct layer_pass *pass)
{
    size_t input_plane = layer->input.height * layer->input.width;
    size_t output_plane = layer->output.height * layer->output.width;
    for (size_t i = 0; i < pass->n * layer->input.channels; i++)
        pool_plane(layer, pass->input + i * input_plane, pass->output + i * output_plane);
}

static void unpool_plane(const struct layer *layer, const float *input,
                         const float *output_gradient, float *input_gradient)
{
    size_t width = layer->input.width;
    for (size_t y = 0; y < layer->output.height; y++)
        for (size_t x = 0; x < layer->output.width; x++) {
            size_t corner = (y * width + x) * layer->stride;
            size_t at = corner + largest_in_window(input + corner, layer->kernel, width);
            input_gradient[at] += *output_gradient++;
        }
}

static void maxpool2d_backward(const struct layer *layer, const struct layer_pass *pass)
{
    size_t input_plane = layer->input.height * layer->input.width;
    size_t output_plane = layer->output.height * layer->output.width;
    size_t n_planes = pass->n * layer->input.channels;
    memset(pass->input_gradient, 0, n_planes * input_plane * sizeof(float));
    for (size_t i = 0; i < n_planes; i++)
        unpool_plane(layer, pass->input + i * input_plane, pass->output_gradient + i * output_plane,
                     pass->input_gradient + i * input_plane);
}

static const struct layer_ops maxpool2d_ops = {
    .kind = "maxpool2d",
    .forward = maxpool2d_forward,
    .backward = maxpool2d_backward,
};

int maxpool2d_make(struct layer *layer, size_t kernel, size_t stride, struct pt_error *error)
{
    layer->ops = &maxpool2d_ops;
    layer->output.channels = layer->input.channels;
    return layer_slide(layer, kernel, stride, 0, error);
}
