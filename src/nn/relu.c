/* Rectified linear units: max(0, x), with NaN kept as NaN. */
#include "nn/layer.h"

static void relu_forward(const struct layer *layer, const struct layer_pass *pass)
{
    size_t count = layer_array_count(&layer->output, pass->n, layer->layout);
    const float *x = pass->input;
    float *y = pass->output;
#pragma omp parallel for simd num_threads(pass->n_threads) if (pass->n_threads > 1)
    for (size_t i = 0; i < count; i++)
        y[i] = x[i] < 0 ? 0 : x[i];
}

static void relu_backward(const struct layer *layer, const struct layer_pass *pass)
{
    if (!pass->input_gradient)
        return;
    size_t count = layer_array_count(&layer->output, pass->n, layer->layout);
    const float *output = pass->output, *output_gradient = pass->output_gradient;
    float *input_gradient = pass->input_gradient;
#pragma omp parallel for simd num_threads(pass->n_threads) if (pass->n_threads > 1)
    for (size_t i = 0; i < count; i++)
        input_gradient[i] = output[i] <= 0 ? 0 : output_gradient[i];
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
