/* Sums of two maps: where the branches of a residual block meet. */
#include "nn/layer.h"

#include "nn/chunks.h"
#include "nn/vectors.h"

#include <string.h>

static void add_chunk(const struct layer *layer, const struct layer_pass *pass, size_t chunk)
{
    size_t at = chunk * CHUNK_FLOATS;
    size_t count = layer_array_count(&layer->output, pass->n, layer->layout);
    const lane_floats *x = as_vectors(pass->input + at), *second = as_vectors(pass->second + at);
    lane_floats *y = as_vectors_to(pass->output + at);
    for (size_t i = 0; i < chunk_floats(at, count) / LANES; i++)
        y[i] = x[i] + second[i];
}

static void add_forward(const struct layer *layer, const struct layer_pass *pass)
{
    size_t count = layer_array_count(&layer->output, pass->n, layer->layout);
    layer_share(layer, pass, chunk_count(count), add_chunk);
}

/* The gradient of the second operand is the network's to hand on. */
static void add_backward(const struct layer *layer, const struct layer_pass *pass)
{
    size_t count = layer_array_count(&layer->output, pass->n, layer->layout);
    if (pass->input_gradient && pass->input_gradient != pass->output_gradient)
        memcpy(pass->input_gradient, pass->output_gradient, count * sizeof(float));
}

static const struct layer_ops add_ops = {
    .kind = "add",
    .layout = LAYOUT_LANES,
    .in_place = IN_PLACE_OVERWRITES,
    .forward = add_forward,
    .backward = add_backward,
};

int add_make(struct layer *layer, struct pt_shape second, struct pt_error *error)
{
    const struct pt_shape *first = &layer->input;
    if (first->channels != second.channels || first->height != second.height ||
        first->width != second.width)
        return pt_error_set(error, PT_E_CONFIG,
                            "layer %s: the shapes [%zu, %zu, %zu] and [%zu, %zu, %zu] differ",
                            layer->name, first->channels, first->height, first->width,
                            second.channels, second.height, second.width);
    layer->ops = &add_ops;
    layer->output = *first;
    layer->flops = (double)shape_count(first);
    return PT_OK;
}
