/* Forward and backward passes through the layer list. */
#include "nn/network.h"

#include "nn/loss.h"
#include "num/lanes.h"

#include <math.h>
#include <string.h>

/* A forward pass from layer `first` on; `input` is the value that it starts from. */
struct start {
    size_t value; /* the layer whose output is given, or PT_INPUT */
    const float *input;
};

/* Where the value of layer `index` lies, or of the network's input. */
static float *place_of_value(const struct pt_workspace *w, size_t index)
{
    const struct pt_network *network = w->network;
    if (index == PT_INPUT)
        return workspace_at(w, w->is_training ? network->kept.input : network->shared.input);
    return workspace_at(w, layer_places(w, &network->layers[index])->output);
}

static const float *value_of(const struct pt_workspace *w, const struct start *start, size_t index)
{
    return index == start->value ? start->input : place_of_value(w, index);
}

/*
 * What is given comes in rows; where the network has it in lanes it is converted into the place it
 * would have been computed in, and no other: a joined ReLU at `first` does nothing, and the pool
 * behind it reads that place, which the two share.
 */
static struct start start_from(const struct pt_workspace *w, size_t first, const float *input,
                               size_t n)
{
    const struct layer *layer = &w->network->layers[first];
    struct start start = {first == 0 ? PT_INPUT : layer->from, input};
    enum layout layout =
        start.value == PT_INPUT ? w->network->input_layout : w->network->layers[start.value].layout;
    if (layout == LAYOUT_LANES) {
        float *lanes = place_of_value(w, start.value);
        lanes_from_rows(input, n, shape_count(&layer->input), lanes, w->crew);
        start.input = lanes;
    }
    return start;
}

static const float *convert(const struct pt_workspace *w, const struct layer *layer,
                            const float *input, size_t n)
{
    float *converted = workspace_at(w, layer_places(w, layer)->converted);
    if (layer->layout == LAYOUT_ROWS)
        lanes_to_rows(input, n, shape_count(&layer->input), converted, w->crew);
    else
        lanes_from_rows(input, n, shape_count(&layer->input), converted, w->crew);
    return converted;
}

static struct layer_pass pass_through(const struct pt_workspace *w, const struct start *start,
                                      size_t index, size_t n)
{
    const struct layer *layer = &w->network->layers[index];
    const float *weights = w->network->parameters + layer->parameters_at;
    return (struct layer_pass){
        .n = n,
        .crew = w->crew,
        .is_training = w->is_training,
        .draw_seed = w->draw_seed,
        .draw_step = w->draw_step,
        .index = index,
        .weights = weights,
        .biases = layer->n_biases ? weights + layer->n_weights : NULL,
        .running = w->network->parameters + layer->running_at,
        .input = value_of(w, start, layer->from),
        .second = layer->second == PT_NO_LAYER ? NULL : value_of(w, start, layer->second),
        .output = place_of_value(w, index),
        .memory = w->memory + layer->memory_at,
        .scratch = w->scratch,
    };
}

const float *pt_network_forward(const struct pt_network *network, struct pt_workspace *w,
                                const float *input, size_t n, size_t first, size_t last)
{
    if (first == last)
        return input;
    struct start start = start_from(w, first, input, n);
    for (size_t i = first; i < last; i++) {
        const struct layer *layer = &network->layers[i];
        /* A joined ReLU leaves its input where its output is looked for: they share a place, which
         * start_from() fills when the pass begins here. */
        if ((layer->is_joined && i + 1 < last) || (layer->is_fused && i > first))
            continue;
        struct layer_pass pass = pass_through(w, &start, i, n);
        pass.rectifies = i > first && network->layers[i - 1].is_joined;
        pass.rectifies_output = i + 1 < last && network->layers[i + 1].is_fused;
        if (layer->converts)
            pass.input = convert(w, layer, pass.input, n);
        layer->ops->forward(layer, &pass);
    }
    const struct layer *end = &network->layers[last - 1];
    const float *output = place_of_value(w, last - 1);
    if (end->layout != LAYOUT_LANES)
        return output;
    float *rows = workspace_at(w, layer_places(w, end)->exit);
    lanes_to_rows(output, n, shape_count(&end->output), rows, w->crew);
    return rows;
}

static void add_to(float *restrict sum, const float *restrict values, size_t n)
{
    for (size_t i = 0; i < n; i++)
        sum[i] += values[i];
}

/* The gradient of the second operand of a sum is that of the sum. */
static void pass_to_second(const struct pt_workspace *w, const struct layer *layer,
                           const float *gradient, size_t n, int is_begun)
{
    float *second = workspace_at(w, w->network->layers[layer->second].kept.gradient);
    size_t count = layer_array_count(&layer->output, n, layer->layout);
    if (is_begun)
        add_to(second, gradient, count);
    else
        memcpy(second, gradient, count * sizeof *second);
}

/* Where the layer writes its input's gradient: in place, or aside when that is not the end of it.
 */
static float *gradient_target(const struct pt_workspace *w, const struct layer *layer)
{
    if (layer->from == PT_INPUT)
        return NULL;
    if (layer->converts || layer->adds)
        return workspace_at(w, layer->kept.spare);
    return workspace_at(w, w->network->layers[layer->from].kept.gradient);
}

/* Takes the gradient from where it was written aside to where it belongs. */
static void bring_gradient(const struct pt_workspace *w, const struct layer *layer, size_t n)
{
    float *aside = workspace_at(w, layer->kept.spare);
    float *gradient = workspace_at(w, w->network->layers[layer->from].kept.gradient);
    size_t n_features = shape_count(&layer->input);
    if (layer->converts && layer->layout == LAYOUT_ROWS)
        lanes_from_rows(aside, n, n_features, gradient, w->crew);
    else if (layer->converts)
        lanes_to_rows(aside, n, n_features, gradient, w->crew);
    else
        add_to(gradient, aside, layer_array_count(&layer->input, n, layer->layout));
}

/* Whether a reader behind layer `index` has begun the gradient of `value`. */
static int is_begun(const struct pt_network *network, size_t index, size_t value)
{
    for (size_t i = index + 1; i < network->n_layers; i++)
        if (network->layers[i].from == value || network->layers[i].second == value)
            return 1;
    return 0;
}

/* `moves`: running means and variances, which a loss that is not finite would spoil for good. */
static void backward_through(struct pt_network *network, const struct pt_workspace *w,
                             const struct start *start, size_t index, size_t n, int moves)
{
    const struct layer *layer = &network->layers[index];
    if (layer->is_joined)
        return;
    struct layer_pass pass = pass_through(w, start, index, n);
    pass.rectifies = index > 0 && network->layers[index - 1].is_joined;
    if (layer->converts)
        pass.input = workspace_at(w, layer->kept.converted);
    pass.weight_gradient = network->gradients + layer->parameters_at;
    pass.bias_gradient = layer->n_biases ? pass.weight_gradient + layer->n_weights : NULL;
    pass.moving = moves ? network->parameters + layer->running_at : NULL;
    pass.output_gradient = workspace_at(w, layer->kept.gradient);
    pass.input_gradient = gradient_target(w, layer);
    if (layer->second < network->n_layers)
        pass_to_second(w, layer, pass.output_gradient, n, is_begun(network, index, layer->second));
    layer->ops->backward(layer, &pass);
    if (layer->from != PT_INPUT && (layer->converts || layer->adds))
        bring_gradient(w, layer, n);
}

double pt_network_backward(struct pt_network *network, struct pt_workspace *w, const float *input,
                           const uint8_t *labels, size_t n)
{
    const struct layer *last = &network->layers[network->n_layers - 1];
    struct start start = {PT_INPUT, network->input_layout == LAYOUT_LANES
                                        ? workspace_at(w, network->kept.input)
                                        : input};
    double loss = loss_mean(workspace_at(w, last->kept.output), labels, n,
                            pt_network_n_classes(network), workspace_at(w, last->kept.gradient));
    for (size_t i = network->n_layers; i-- > 0;)
        backward_through(network, w, &start, i, n, isfinite(loss));
    return loss;
}
