/*
 * The plan of workspaces: each layer's layout, and the place of everything it reads and writes.
 *
 * Layer i runs at time 2 i + 1, forward; backward times count the same way down, so that a
 * gradient is in use from the layer that reads the value last to the one that made it.
 */
#include "nn/network.h"

#include "base/mem.h"
#include "nn/placement.h"
#include "num/lanes.h"

#include <string.h>

/* Up to a whole cache line; every place then starts on one whatever the batch. */
static size_t aligned_floats(const struct pt_shape *shape)
{
    const size_t line = MEM_ALIGNMENT / sizeof(float);
    return (shape_count(shape) + line - 1) / line * line;
}

static int reads(const struct layer *layer, size_t value)
{
    return layer->from == value || layer->second == value;
}

static size_t count_readers(const struct pt_network *network, size_t value)
{
    size_t n = 0;
    for (size_t i = 0; i < network->n_layers; i++)
        n += (size_t)reads(&network->layers[i], value);
    return n;
}

/* ---- Layouts ---- */

static enum layout layout_of(const struct pt_network *network, size_t value)
{
    return value == PT_INPUT ? network->input_layout : network->layers[value].layout;
}

/* The input is in lanes as soon as a layer wants it so. */
static void choose_layouts(struct pt_network *network)
{
    network->input_layout = LAYOUT_ROWS;
    for (size_t i = 0; i < network->n_layers; i++)
        if (reads(&network->layers[i], PT_INPUT) && network->layers[i].ops->layout == LAYOUT_LANES)
            network->input_layout = LAYOUT_LANES;
    network->uses_lanes = network->input_layout == LAYOUT_LANES;
    for (size_t i = 0; i < network->n_layers; i++) {
        struct layer *layer = &network->layers[i];
        enum layout given = layout_of(network, layer->from);
        layer->layout = layer->ops->layout == LAYOUT_ANY ? given : layer->ops->layout;
        layer->converts = layer->layout != given;
        network->uses_lanes |= layer->layout == LAYOUT_LANES;
    }
}

/* ---- Working in place ---- */

static int can_work_in_place(const struct pt_network *network, const struct layer *layer)
{
    if (layer->from == PT_INPUT || layer->converts || layer->ops->in_place == IN_PLACE_NEVER ||
        count_readers(network, layer->from) != 1)
        return 0;
    return layer->ops->in_place == IN_PLACE_AS_IS ||
           !network->layers[layer->from].ops->backward_reads_output;
}

static void choose_in_place(struct pt_network *network)
{
    for (size_t i = 0; i < network->n_layers; i++)
        network->layers[i].is_in_place = can_work_in_place(network, &network->layers[i]);
}

/* The largest of rectified values is the largest value, rectified: a max pool that is the only
 * reader of a ReLU rectifies what it reads, so that nobody has to go over the whole map. */
static void find_joined(struct pt_network *network)
{
    for (size_t i = 0; i + 1 < network->n_layers; i++) {
        const struct layer *next = &network->layers[i + 1];
        network->layers[i].is_joined =
            strcmp(network->layers[i].ops->kind, "relu") == 0 && network->layers[i].is_in_place &&
            strcmp(next->ops->kind, "maxpool2d") == 0 && next->from == i && !next->converts &&
            count_readers(network, i) == 1;
    }
}

/* A ReLU that works in place on what the layer before it has just computed is done on the way. */
static void find_fused(struct pt_network *network)
{
    for (size_t i = 1; i < network->n_layers; i++) {
        struct layer *layer = &network->layers[i];
        layer->is_fused = strcmp(layer->ops->kind, "relu") == 0 && layer->is_in_place &&
                          layer->from == i - 1 && network->layers[i - 1].ops->can_rectify_output;
    }
}

/* The layer that first wrote where the output of layer `index` lies. */
static size_t owner_of(const struct pt_network *network, size_t index)
{
    while (network->layers[index].is_in_place)
        index = network->layers[index].from;
    return index;
}

/* ---- Times ---- */

static size_t time_of(size_t index)
{
    return 2 * index + 1;
}

/* When the value that layer `owner` began, in place included, is read last; the time of its own
 * exit to rows is one later than the layer's. */
static size_t last_use(const struct pt_network *network, size_t owner)
{
    size_t last = time_of(owner) + 1;
    for (size_t i = owner; i < network->n_layers; i++) {
        const struct layer *layer = &network->layers[i];
        int reads_it =
            (layer->from != PT_INPUT && owner_of(network, layer->from) == owner) ||
            (layer->second < network->n_layers && owner_of(network, layer->second) == owner);
        if (reads_it)
            last = time_of(i) + (size_t)layer->is_in_place;
    }
    return last;
}

/* A layer adds to its input's gradient when a later reader has begun it: the input then has
 * another reader behind, or is the second operand of one. */
static void find_additions(struct pt_network *network)
{
    for (size_t i = 0; i < network->n_layers; i++) {
        struct layer *layer = &network->layers[i];
        layer->adds = 0;
        for (size_t k = i + 1; layer->from != PT_INPUT && k < network->n_layers; k++)
            layer->adds |= reads(&network->layers[k], layer->from);
    }
}

/* ---- Places ---- */

enum { OUTPUT, CONVERTED, EXIT, GRADIENT, SPARE, N_USES };

/* The array for one use of one layer, of no floats where it is not needed. */
static struct placement array_of(const struct pt_network *network, size_t index, int use)
{
    const struct layer *layer = &network->layers[index];
    size_t now = time_of(index), input = aligned_floats(&layer->input);
    size_t output = aligned_floats(&layer->output);
    int is_owner = !layer->is_in_place;
    switch (use) {
    case OUTPUT:
    case GRADIENT:
        return (struct placement){is_owner ? output : 0, now, last_use(network, index), 0};
    case CONVERTED:
        return (struct placement){layer->converts ? input : 0, now, now, 0};
    case EXIT:
        return (struct placement){layer->layout == LAYOUT_LANES ? output : 0, now + 1, now + 1, 0};
    default: {
        int is_needed = layer->from != PT_INPUT && (layer->converts || layer->adds);
        return (struct placement){is_needed ? input : 0, now, now, 0};
    }
    }
}

static size_t *place_of(struct layer_places *places, int use)
{
    size_t *const all[] = {[OUTPUT] = &places->output,
                           [CONVERTED] = &places->converted,
                           [EXIT] = &places->exit,
                           [GRADIENT] = &places->gradient,
                           [SPARE] = &places->spare};
    return all[use];
}

/* Where the input of the network goes; a value of its own, in use from time 0. */
static struct placement input_array(const struct pt_network *network)
{
    size_t last = 0;
    for (size_t i = 0; i < network->n_layers; i++)
        if (reads(&network->layers[i], PT_INPUT))
            last = time_of(i);
    int is_needed = network->input_layout == LAYOUT_LANES;
    return (struct placement){is_needed ? aligned_floats(&network->layers[0].input) : 0, 0, last,
                              0};
}

/* Gradients, and values on their way to rows, share places behind `start`; returns the floats. */
static size_t place_passing(struct pt_network *network, size_t start, struct placement *arrays)
{
    size_t n = 0;
    for (size_t i = 0; i < network->n_layers; i++)
        for (int use = EXIT; use <= SPARE; use++)
            arrays[n++] = array_of(network, i, use);
    size_t floats = placement_find(arrays, n);
    n = 0;
    for (size_t i = 0; i < network->n_layers; i++)
        for (int use = EXIT; use <= SPARE; use++)
            *place_of(&network->layers[i].kept, use) = start + arrays[n++].at;
    return floats;
}

/* For inference: values go when they have been read. */
static void place_shared(struct pt_network *network, struct placement *arrays)
{
    arrays[0] = input_array(network);
    size_t n = 1;
    for (size_t i = 0; i < network->n_layers; i++)
        for (int use = OUTPUT; use <= EXIT; use++)
            arrays[n++] = array_of(network, i, use);
    network->shared.floats = placement_find(arrays, n);
    network->shared.input = arrays[0].at;
    n = 1;
    for (size_t i = 0; i < network->n_layers; i++)
        for (int use = OUTPUT; use <= EXIT; use++)
            *place_of(&network->layers[i].shared, use) = arrays[n++].at;
}

/* For training: values and what they were converted to stay; gradients go. */
static void place_kept(struct pt_network *network, struct placement *arrays)
{
    size_t floats = input_array(network).floats;
    network->kept.input = 0;
    for (size_t i = 0; i < network->n_layers; i++)
        for (int use = OUTPUT; use <= CONVERTED; use++) {
            *place_of(&network->layers[i].kept, use) = floats;
            floats += array_of(network, i, use).floats;
        }
    network->kept.floats = floats + place_passing(network, floats, arrays);
}

static void follow_owners(struct pt_network *network)
{
    for (size_t i = 0; i < network->n_layers; i++) {
        struct layer *layer = &network->layers[i];
        if (!layer->is_in_place)
            continue;
        const struct layer *owner = &network->layers[owner_of(network, i)];
        layer->kept.output = owner->kept.output;
        layer->kept.gradient = owner->kept.gradient;
        layer->shared.output = owner->shared.output;
    }
}

/* What passes.c does not do: a sum of values in two layouts, a gradient that is both converted and
 * added. Only a residual block behind nothing but elementwise layers would need it. */
static int check_layouts(const struct pt_network *network, struct pt_error *error)
{
    for (size_t i = 0; i < network->n_layers; i++) {
        const struct layer *layer = &network->layers[i];
        int is_mixed =
            layer->second != PT_NO_LAYER && layout_of(network, layer->second) != layer->layout;
        if (is_mixed || (layer->converts && layer->adds))
            return pt_error_set(error, PT_E_CONFIG,
                                "layer %s: the residual block needs a layer before it that is "
                                "not elementwise, such as a convolution",
                                layer->name);
    }
    return PT_OK;
}

int workspace_plan(struct pt_network *network, struct pt_error *error)
{
    struct placement *arrays = mem_alloc(1 + N_USES * network->n_layers, sizeof *arrays, error);
    if (!arrays)
        return PT_E_MEMORY;
    choose_layouts(network);
    choose_in_place(network);
    find_joined(network);
    find_fused(network);
    find_additions(network);
    int status = check_layouts(network, error);
    place_shared(network, arrays);
    place_kept(network, arrays);
    follow_owners(network);
    for (size_t i = 0; i < network->n_layers; i++) {
        network->layers[i].memory_at = network->memory_floats;
        network->memory_floats += network->layers[i].memory_floats;
    }
    mem_free(arrays);
    return status;
}
