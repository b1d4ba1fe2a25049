/* Max pooling over square windows, sixteen samples at a time (num/lanes_pool.h). */
#include "nn/layer.h"

#include "nn/window.h"
#include "num/lanes.h"
#include "num/lanes_pool.h"

static struct lanes_pool describe(const struct layer *layer)
{
    return (struct lanes_pool){
        .in_height = layer->input.height,
        .in_width = layer->input.width,
        .out_height = layer->output.height,
        .out_width = layer->output.width,
        .kernel = layer->kernel,
        .stride = layer->stride,
        .padding = layer->padding,
    };
}

static void maxpool2d_forward(const struct layer *layer, const struct layer_pass *pass)
{
    struct lanes_pool pool = describe(layer);
    size_t input_plane = layer->input.height * layer->input.width * LANES;
    size_t output_plane = layer->output.height * layer->output.width * LANES;
    size_t n_planes = window_planes(layer, pass->n);
#pragma omp parallel for num_threads(pass->n_threads) if (pass->n_threads > 1)
    for (size_t i = 0; i < n_planes; i++)
        lanes_pool_forward(&pool, pass->input + i * input_plane, pass->output + i * output_plane);
}

/* Backward searches again instead of keeping what forward found: layers stay without state. */
static void maxpool2d_backward(const struct layer *layer, const struct layer_pass *pass)
{
    if (!pass->input_gradient)
        return;
    struct lanes_pool pool = describe(layer);
    size_t input_plane = layer->input.height * layer->input.width * LANES;
    size_t output_plane = layer->output.height * layer->output.width * LANES;
    size_t n_planes = window_planes(layer, pass->n);
#pragma omp parallel for num_threads(pass->n_threads) if (pass->n_threads > 1)
    for (size_t i = 0; i < n_planes; i++)
        lanes_pool_gradient(&pool, pass->input + i * input_plane,
                            pass->output_gradient + i * output_plane,
                            pass->input_gradient + i * input_plane);
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
