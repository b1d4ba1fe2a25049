/* The inside of networks and workspaces, for the files of this folder. */
#ifndef NN_NETWORK_H
#define NN_NETWORK_H

#include "nn/layer.h"
#include "phasetrace/network.h"

/* Layers are in an order in which they can be computed: each reads what stands before it. */
struct pt_network {
    size_t n_layers, layer_capacity;
    struct layer *layers; /* [n_layers] */
    size_t n_tensors;
    struct pt_tensor *tensors; /* [n_tensors], in the order of PyTorch's state_dict */
    size_t n_parameters, n_values;
    float *parameters; /* [n_values]: what is trained, then the running means and variances */
    float *gradients;  /* [n_parameters] */

    /* The plan of workspaces (workspace_plan.c), in floats a sample but for the memory. */
    enum layout input_layout;
    int uses_lanes;
    size_t memory_floats;
    struct workspace_sizes {
        size_t input; /* where the input goes when it is read in lanes */
        size_t floats;
    } kept, shared;
};

struct pt_workspace {
    const struct pt_network *network;
    size_t max_batch;
    size_t capacity; /* samples there is room for: whole groups of lanes */
    int is_training;
    float *places;        /* outputs and gradients, as planned */
    float *memory;        /* what layers keep from forward to backward */
    float *scratch;       /* of one layer at a time */
    struct pt_crew *crew; /* NULL: the caller alone */
    uint64_t draw_seed, draw_step;
};

/* Makes the layers that `options` ask for; the caller frees network->layers, also after an error.
 * PT_E_CONFIG: see pt_network_create(). */
int preset_make(const struct pt_network_options *options, struct pt_network *network,
                struct pt_error *error);

/* Draws all parameters; each tensor from its own stream. Buffers are set to mean 0, variance 1. */
void init_parameters(struct pt_network *network, enum pt_init init, uint64_t seed);

/* Decides layouts, and where in a workspace everything lies. */
int workspace_plan(struct pt_network *network, struct pt_error *error);

static inline const struct layer_places *layer_places(const struct pt_workspace *workspace,
                                                      const struct layer *layer)
{
    return workspace->is_training ? &layer->kept : &layer->shared;
}

/* The place that is `at` floats a sample from the start. */
static inline float *workspace_at(const struct pt_workspace *workspace, size_t at)
{
    return workspace->places + at * workspace->capacity;
}

#endif
