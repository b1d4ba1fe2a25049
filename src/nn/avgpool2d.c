/* Average pooling over square windows, sixteen samples at a time; the padding counts as 0. */
#include "nn/layer.h"

#include "nn/vectors.h"
#include "nn/window.h"

#include <string.h>

static size_t n_positions(const struct pt_shape *shape)
{
    return shape->height * shape->width;
}

static void pool_plane(const struct layer *layer, const struct layer_pass *pass, size_t plane)
{
    float share = 1.0F / (float)(layer->kernel * layer->kernel);
    const lane_floats *x = as_vectors(pass->input) + plane * n_positions(&layer->input);
    lane_floats *y = as_vectors_to(pass->output) + plane * n_positions(&layer->output);
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

static void spread_plane(const struct layer *layer, const struct layer_pass *pass, size_t plane)
{
    float share = 1.0F / (float)(layer->kernel * layer->kernel);
    size_t n_inputs = n_positions(&layer->input);
    const lane_floats *dy = as_vectors(pass->output_gradient) + plane * n_positions(&layer->output);
    lane_floats *dx = as_vectors_to(pass->input_gradient) + plane * n_inputs;
    memset(dx, 0, n_inputs * sizeof *dx);
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
    layer_share(layer, pass, window_planes(layer, pass->n), pool_plane);
}

static void avgpool2d_backward(const struct layer *layer, const struct layer_pass *pass)
{
    if (pass->input_gradient)
        layer_share(layer, pass, window_planes(layer, pass->n), spread_plane);
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
