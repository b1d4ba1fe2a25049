/* Workspaces: the memory of activations, as planned when the network was made. */
#include "nn/network.h"

#include "base/crew.h"
#include "base/mem.h"
#include "num/lanes.h"

#include <limits.h>

static size_t capacity_of(const struct pt_network *network, size_t max_batch)
{
    return network->uses_lanes ? lanes_groups(max_batch) * LANES : max_batch;
}

static size_t scratch_floats(const struct pt_network *network, size_t max_batch, int for_training,
                             int n_threads)
{
    size_t most = 0;
    for (size_t i = 0; i < network->n_layers; i++) {
        const struct layer *layer = &network->layers[i];
        size_t floats = layer->ops->scratch_floats
                            ? layer->ops->scratch_floats(layer, max_batch, for_training, n_threads)
                            : 0;
        most = floats > most ? floats : most;
    }
    return most;
}

/* Of outputs and gradients; SIZE_MAX when that many cannot be counted. */
static size_t places_floats(const struct pt_network *network, size_t max_batch, int for_training)
{
    size_t each = for_training ? network->kept.floats : network->shared.floats, floats;
    if (__builtin_mul_overflow(each, capacity_of(network, max_batch), &floats))
        return SIZE_MAX;
    return floats;
}

size_t pt_workspace_bytes(const struct pt_network *network, size_t max_batch, int for_training)
{
    if (max_batch > INT_MAX)
        return SIZE_MAX;
    size_t floats = places_floats(network, max_batch, for_training);
    if (floats > SIZE_MAX / sizeof(float) / 2)
        return SIZE_MAX;
    floats += network->memory_floats + scratch_floats(network, max_batch, for_training, 1);
    return floats * sizeof(float) + sizeof(struct pt_workspace);
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
    made->network = network;
    made->max_batch = max_batch;
    made->capacity = capacity_of(network, max_batch);
    made->is_training = for_training;
    if (!(made->places =
              mem_alloc(places_floats(network, max_batch, for_training), sizeof(float), error)) ||
        !(made->memory = mem_alloc(network->memory_floats, sizeof(float), error)) ||
        pt_workspace_set_crew(made, NULL, error)) {
        pt_workspace_free(made);
        return pt_error_context(error, PT_E_MEMORY, "activations of %zu samples", max_batch);
    }
    *workspace = made;
    return PT_OK;
}

int pt_workspace_set_crew(struct pt_workspace *workspace, struct pt_crew *crew,
                          struct pt_error *error)
{
    size_t floats = scratch_floats(workspace->network, workspace->max_batch, workspace->is_training,
                                   crew_size(crew));
    float *scratch = mem_alloc(floats, sizeof *scratch, error);
    if (!scratch)
        return PT_E_MEMORY;
    mem_free(workspace->scratch);
    workspace->scratch = scratch;
    workspace->crew = crew;
    return PT_OK;
}

void pt_workspace_set_draw(struct pt_workspace *workspace, uint64_t seed, uint64_t step)
{
    workspace->draw_seed = seed;
    workspace->draw_step = step;
}

void pt_workspace_free(struct pt_workspace *workspace)
{
    if (!workspace)
        return;
    mem_free(workspace->places);
    mem_free(workspace->memory);
    mem_free(workspace->scratch);
    mem_free(workspace);
}
