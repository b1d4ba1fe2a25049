/* Flattening: the values of an image as a vector, without touching them. */
#include "nn/layer.h"

#include <string.h>

static void flatten_forward(const struct layer *layer, const struct layer_pass *pass)
{
    if (pass->output != pass->input)
        memcpy(pass->output, pass->input, pass->n * shape_count(&layer->output) * sizeof(float));
}

static void flatten_backward(const struct layer *layer, const struct layer_pass *pass)
{
    (void)layer;
    (void)pass; /* in place: the gradient is where it should be */
}

static const struct layer_ops flatten_ops = {
    .kind = "flatten",
    .in_place = 1,
    .forward = flatten_forward,
    .backward = flatten_backward,
};

void flatten_make(struct layer *layer)
{
    layer->ops = &flatten_ops;
    layer->output = (struct pt_shape){shape_count(&layer->input), 1, 1};
}
