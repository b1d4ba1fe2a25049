/* Global average pooling: the mean of each channel. */
#include "nn/layer.h"

#include "nn/vectors.h"
#include "nn/window.h"

static void average_plane(const struct layer *layer, const struct layer_pass *pass, size_t i)
{
    size_t n_positions = layer->input.height * layer->input.width;
    const lane_floats *plane = as_vectors(pass->input) + i * n_positions;
    lane_floats sum = {0};
    for (size_t k = 0; k < n_positions; k++)
        sum += plane[k];
    as_vectors_to(pass->output)[i] = 1.0F / (float)n_positions * sum;
}

static void global_avgpool_forward(const struct layer *layer, const struct layer_pass *pass)
{
    layer_share(layer, pass, window_planes(layer, pass->n), average_plane);
}

static void spread_plane(const struct layer *layer, const struct layer_pass *pass, size_t i)
{
    size_t n_positions = layer->input.height * layer->input.width;
    lane_floats *plane = as_vectors_to(pass->input_gradient) + i * n_positions;
    lane_floats gradient = 1.0F / (float)n_positions * as_vectors(pass->output_gradient)[i];
    for (size_t k = 0; k < n_positions; k++)
        plane[k] = gradient;
}

static void global_avgpool_backward(const struct layer *layer, const struct layer_pass *pass)
{
    if (pass->input_gradient)
        layer_share(layer, pass, window_planes(layer, pass->n), spread_plane);
}

static const struct layer_ops global_avgpool_ops = {
    .kind = "global_avgpool",
    .layout = LAYOUT_LANES,
    .forward = global_avgpool_forward,
    .backward = global_avgpool_backward,
};

void global_avgpool_make(struct layer *layer)
{
    layer->ops = &global_avgpool_ops;
    layer->output = (struct pt_shape){layer->input.channels, 1, 1};
    layer->flops = (double)shape_count(&layer->input);
}
