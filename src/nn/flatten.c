/* Flattening: the values of an image as a vector, without touching them. */
#include "nn/layer.h"

#include <string.h>

static void copy(const struct layer *layer, size_t n, const float *from, float *to)
{
    if (to && to != from)
        memcpy(to, from, layer_array_count(&layer->output, n, layer->layout) * sizeof *to);
}

static void flatten_forward(const struct layer *layer, const struct layer_pass *pass)
{
    copy(layer, pass->n, pass->input, pass->output);
}

static void flatten_backward(const struct layer *layer, const struct layer_pass *pass)
{
    copy(layer, pass->n, pass->output_gradient, pass->input_gradient);
}

static const struct layer_ops flatten_ops = {
    .kind = "flatten",
    .in_place = IN_PLACE_AS_IS,
    .forward = flatten_forward,
    .backward = flatten_backward,
};

void flatten_make(struct layer *layer)
{
    layer->ops = &flatten_ops;
    layer->output = (struct pt_shape){shape_count(&layer->input), 1, 1};
}
