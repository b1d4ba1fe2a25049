/* Average pooling over square windows, sixteen samples at a time; the padding counts as 0. */
#include "nn/layer.h"

#include "nn/vectors.h"
#include "nn/window.h"

#include <string.h>

static void pool_plane(const struct layer *layer, const float *input, float *output)
{
    float share = 1.0F / (float)(layer->kernel * layer->kernel);
    const lane_floats *x = as_vectors(input);
    lane_floats *y = as_vectors_to(output);
    for (size_t row = 0; row < layer->output.height; row++)
        for (size_t column = 0; column < layer->output.width; column++) {
            struct window w = window_at(layer, row, column);
            lane_floats sum = {0};
            for (size_t i = w.top; i < w.bottom; i++)
                for (size_t k = w.left; k < w.right; k++)
                    sum += x[i * layer->input.width + k];
            *y++ = share * sum;
        }
}

static void spread_plane(const struct layer *layer, const float *output_gradient,
                         float *input_gradient)
{
    float share = 1.0F / (float)(layer->kernel * layer->kernel);
    const lane_floats *dy = as_vectors(output_gradient);
    lane_floats *dx = as_vectors_to(input_gradient);
    for (size_t row = 0; row < layer->output.height; row++)
        for (size_t column = 0; column < layer->output.width; column++, dy++) {
            struct window w = window_at(layer, row, column);
            for (size_t i = w.top; i < w.bottom; i++)
                for (size_t k = w.left; k < w.right; k++)
                    dx[i * layer->input.width + k] += share * *dy;
        }
}

static void avgpool2d_forward(const struct layer *layer, const struct layer_pass *pass)
{
    size_t input_plane = layer->input.height * layer->input.width * LANES;
    size_t output_plane = layer->output.height * layer->output.width * LANES;
    size_t n_planes = window_planes(layer, pass->n);
#pragma omp parallel for num_threads(pass->n_threads) if (pass->n_threads > 1)
    for (size_t i = 0; i < n_planes; i++)
        pool_plane(layer, pass->input + i * input_plane, pass->output + i * output_plane);
}

static void avgpool2d_backward(const struct layer *layer, const struct layer_pass *pass)
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
        spread_plane(layer, pass->output_gradient + i * output_plane, gradient);
    }
}

static const struct layer_ops avgpool2d_ops = {
    .kind = "avgpool2d",
    .layout = LAYOUT_LANES,
    .forward = avgpool2d_forward,
    .backward = avgpool2d_backward,
};

int avgpool2d_make(struct layer *layer, size_t kernel, size_t stride, size_t padding,
                   struct pt_error *error)
{
    layer->ops = &avgpool2d_ops;
    return window_make(layer, kernel, stride, padding, error);
}
