/* Sums of two maps: where the branches of a residual block meet. */
#include "nn/layer.h"

#include "nn/vectors.h"

#include <string.h>

static void add_forward(const struct layer *layer, const struct layer_pass *pass)
{
    size_t n_vectors = layer_array_count(&layer->output, pass->n, layer->layout) / LANES;
#pragma omp parallel for num_threads(pass->n_threads) if (pass->n_threads > 1)
    for (size_t i = 0; i < n_vectors; i++)
        as_vectors_to(pass->output)[i] = as_vectors(pass->input)[i] + as_vectors(pass->second)[i];
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
