/* Max pooling over square windows, sixteen samples at a time. */
#include "nn/layer.h"

#include "nn/window.h"
#include "num/lanes.h"

#include <string.h>

/* Comparisons of vectors wider than the processor's are made one by one; four lanes are few enough
 * for all. */
typedef float four_floats __attribute__((vector_size(16), may_alias));
typedef int32_t four_bits __attribute__((vector_size(16), may_alias));

static const four_floats *as_fours(const float *values)
{
    return (const four_floats *)(const void *)values;
}

/*
 * In each lane the window's largest value and, as y * width + x, where it is; of equal ones the
 * first, row by row, as in PyTorch, and a NaN before all others. Backward searches again instead of
 * keeping what forward found, so that layers stay without state.
 */
static void find_largest(const struct layer *layer, const float *plane, const struct window *window,
                         float *largest_value, int32_t *largest_place)
{
    size_t width = layer->input.width, first = window->top * width + window->left;
    for (size_t part = 0; part < LANES; part += 4) {
        const float *values = plane + part;
        four_floats largest = *as_fours(values + first * LANES);
        four_bits place = (four_bits){0} + (int32_t)first;
        for (size_t y = window->top; y < window->bottom; y++)
            for (size_t at = y * width + window->left; at < y * width + window->right; at++) {
                four_floats value = *as_fours(values + at * LANES);
                four_bits is_first_nan = (value != value) & (largest == largest);
                four_bits is_larger = (value > largest) | is_first_nan;
                largest = (four_floats)((is_larger & (four_bits)value) |
                                        (~is_larger & (four_bits)largest));
                place = (is_larger & (int32_t)at) | (~is_larger & place);
            }
        memcpy(largest_value + part, &largest, sizeof largest);
        memcpy(largest_place + part, &place, sizeof place);
    }
}

static void pool_plane(const struct layer *layer, const float *input, float *output)
{
    int32_t places[LANES];
    for (size_t y = 0; y < layer->output.height; y++)
        for (size_t x = 0; x < layer->output.width; x++, output += LANES) {
            struct window window = window_at(layer, y, x);
            find_largest(layer, input, &window, output, places);
        }
}

static void maxpool2d_forward(const struct layer *layer, const struct layer_pass *pass)
{
    size_t input_plane = layer->input.height * layer->input.width * LANES;
    size_t output_plane = layer->output.height * layer->output.width * LANES;
    size_t n_planes = window_planes(layer, pass->n);
#pragma omp parallel for num_threads(pass->n_threads) if (pass->n_threads > 1)
    for (size_t i = 0; i < n_planes; i++)
        pool_plane(layer, pass->input + i * input_plane, pass->output + i * output_plane);
}

static void unpool_plane(const struct layer *layer, const float *input,
                         const float *output_gradient, float *input_gradient)
{
    float largest[LANES];
    int32_t places[LANES];
    for (size_t y = 0; y < layer->output.height; y++)
        for (size_t x = 0; x < layer->output.width; x++, output_gradient += LANES) {
            struct window window = window_at(layer, y, x);
            find_largest(layer, input, &window, largest, places);
            for (size_t lane = 0; lane < LANES; lane++)
                input_gradient[(size_t)places[lane] * LANES + lane] += output_gradient[lane];
        }
}

static void maxpool2d_backward(const struct layer *layer, const struct layer_pass *pass)
{
    if (!pass->input_gradient)
        return;
    size_t input_plane = layer->input.height * layer->input.width * LANES;
    size_t output_plane = layer->output.height * layer->output.width * LANES;
    size_t n_planes = window_planes(layer, pass->n);
#pragma omp parallel for num_threads(pass->n_threads) if (pass->n_threads > 1)
    for (size_t i = 0; i < n_planes; i++) {
        float *gradient = pass->input_gradient + i * input_plane;
        memset(gradient, 0, input_plane * sizeof *gradient);
        unpool_plane(layer, pass->input + i * input_plane, pass->output_gradient + i * output_plane,
                     gradient);
    }
}

static const struct layer_ops maxpool2d_ops = {
    .kind = "maxpool2d",
    .layout = LAYOUT_LANES,
    .forward = maxpool2d_forward,
    .backward = maxpool2d_backward,
};

int maxpool2d_make(struct layer *layer, size_t kernel, size_t stride, size_t padding,
                   struct pt_error *error)
{
    layer->ops = &maxpool2d_ops;
    return window_make(layer, kernel, stride, padding, error);
}
