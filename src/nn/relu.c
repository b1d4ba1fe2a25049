/* Rectified linear units: max(0, x), with NaN kept as NaN. */
#include "nn/layer.h"

#include <string.h>

static void relu_forward(const struct layer *layer, const struct layer_pass *pass)
{
    size_t count = pass->n * shape_count(&layer->output);
    float *x = pass->output;
    if (x != pass->input)
        memcpy(x, pass->input, count * sizeof *x);
    for (size_t i = 0; i < count; i++)
        x[i] = x[i] < 0 ? 0 : x[i];
}

static void relu_backward(const struct layer *layer, const struct layer_pass *pass)
{
    size_t count = pass->n * shape_count(&layer->output);
    const float *restrict output = pass->output;
    float *restrict gradient = pass->input_gradient;
    for (size_t i = 0; i < count; i++)
        gradient[i] = output[i] <= 0 ? 0 : gradient[i];
}

static const struct layer_ops relu_ops = {
    .kind = "relu",
    .in_place = 1,
    .forward = relu_forward,
    .backward = relu_backward,
};

void relu_make(struct layer *layer)
{
    layer->ops = &relu_ops;
    layer->output = layer->input;
}
