/* Workspaces: the memory of activations, laid out when the network is made. */
#include "nn/network.h"

#include "base/mem.h"

#include <limits.h>

/* Up to a whole cache line; outputs then start on one whatever the batch. */
static size_t aligned_floats(size_t n_floats)
{
    const size_t line = MEM_ALIGNMENT / sizeof(float);
    return (n_floats + line - 1) / line * line;
}

/*
 * Two plans. Kept: outputs one after the other. Shared: two buffers that take turns, so that a
 * layer never writes where it reads. In both, a layer that can works in place.
 */
void workspace_plan(struct pt_network *network)
{
    size_t n_turns = 0;
    for (size_t i = 0; i < network->n_layers; i++) {
        const struct layer *layer = &network->layers[i];
        size_t floats = aligned_floats(shape_count(&layer->output));
        if (floats > network->largest_floats)
            network->largest_floats = floats;
        if (layer->scratch_floats > network->scratch_floats)
            network->scratch_floats = layer->scratch_floats;
    }
    for (size_t i = 0; i < network->n_layers; i++) {
        struct layer *layer = &network->layers[i];
        if (i > 0 && layer->ops->in_place) {
            layer->kept_at = layer[-1].kept_at;
            layer->shared_at = layer[-1].shared_at;
            continue;
        }
        layer->kept_at = network->kept_floats;
        layer->shared_at = n_turns++ % 2 * network->largest_floats;
        network->kept_floats += aligned_floats(shape_count(&layer->output));
    }
}

/* Floats of outputs, gradients and scratch together; SIZE_MAX when that many cannot be counted. */
static size_t slab_floats(const struct pt_network *network, size_t max_batch, int for_training)
{
    size_t each = 2 * network->largest_floats + (for_training ? network->kept_floats : 0);
    size_t floats;
    if (__builtin_mul_overflow(each, max_batch, &floats) ||
        __builtin_add_overflow(floats, network->scratch_floats, &floats))
        return SIZE_MAX;
    return floats;
}

size_t pt_workspace_bytes(const struct pt_network *network, size_t max_batch, int for_training)
{
    size_t floats = slab_floats(network, max_batch, for_training);
    if (floats > (SIZE_MAX - sizeof(struct pt_workspace)) / sizeof(float))
        return SIZE_MAX;
    return floats * sizeof(float) + sizeof(struct pt_workspace);
}

static void place(const struct pt_network *network, int for_training,
                  struct pt_workspace *workspace)
{
    size_t pair_floats = 2 * network->largest_floats * workspace->max_batch;
    if (!for_training) {
        workspace->scratch = workspace->outputs + pair_floats;
        return;
    }
    workspace->gradients[0] = workspace->outputs + network->kept_floats * workspace->max_batch;
    workspace->gradients[1] = workspace->gradients[0] + pair_floats / 2;
    workspace->scratch = workspace->gradients[0] + pair_floats;
}

int pt_workspace_create(const struct pt_network *network, size_t max_batch, int for_training,
                        struct pt_workspace **workspace, struct pt_error *error)
{
    *workspace = NULL;
    if (max_batch == 0 || max_batch > INT_MAX)
        return pt_error_set(error, PT_E_CONFIG, "a batch of %zu samples is not in 1..%d", max_batch,
                            INT_MAX);
    struct pt_workspace *made = mem_alloc(1, sizeof *made, error);
    if (!made)
        return PT_E_MEMORY;
    made->max_batch = max_batch;
    made->outputs =
        mem_alloc(slab_floats(network, max_batch, for_training), sizeof *made->outputs, error);
    if (!made->outputs) {
        mem_free(made);
        return pt_error_context(error, PT_E_MEMORY, "activations of %zu samples", max_batch);
    }
    place(network, for_training, made);
    *workspace = made;
    return PT_OK;
}

void pt_workspace_free(struct pt_workspace *workspace)
{
    if (!workspace)
        return;
    mem_free(workspace->outputs);
    mem_free(workspace);
}

float *workspace_output(const struct pt_workspace *workspace, const struct layer *layer)
{
    size_t at = workspace->gradients[0] ? layer->kept_at : layer->shared_at;
    return workspace->outputs + at * workspace->max_batch;
}
