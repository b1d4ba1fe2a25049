/* Rectified linear units: max(0, x), with NaN kept as NaN. */
#include "nn/layer.h"

#include "nn/chunks.h"
#include "num/kernels.h"

/* `y` may be `x`. */
static void rectify(const float *x, float *y, size_t n)
{
#pragma omp simd
    for (size_t i = 0; i < n; i++)
        y[i] = x[i] < 0 ? 0 : x[i];
}

static size_t output_count(const struct layer *layer, const struct layer_pass *pass)
{
    return layer_array_count(&layer->output, pass->n, layer->layout);
}

static void rectify_chunk(const struct layer *layer, const struct layer_pass *pass, size_t chunk)
{
    size_t at = chunk * CHUNK_FLOATS;
    rectify(pass->input + at, pass->output + at, chunk_floats(at, output_count(layer, pass)));
}

static void relu_forward(const struct layer *layer, const struct layer_pass *pass)
{
    layer_share(layer, pass, chunk_count(output_count(layer, pass)), rectify_chunk);
}

static void rectify_chunk_gradient(const struct layer *layer, const struct layer_pass *pass,
                                   size_t chunk)
{
    size_t at = chunk * CHUNK_FLOATS;
    kernels_best()->rectify_gradient(pass->output + at, pass->output_gradient + at,
                                     pass->input_gradient + at,
                                     chunk_floats(at, output_count(layer, pass)));
}

static void relu_backward(const struct layer *layer, const struct layer_pass *pass)
{
    if (pass->input_gradient)
        layer_share(layer, pass, chunk_count(output_count(layer, pass)), rectify_chunk_gradient);
}

static const struct layer_ops relu_ops = {
    .kind = "relu",
    .in_place = IN_PLACE_OVERWRITES,
    .backward_reads_output = 1,
    .forward = relu_forward,
    .backward = relu_backward,
};

void relu_make(struct layer *layer)
{
    layer->ops = &relu_ops;
    layer->output = layer->input;
}
