/* The inside of networks and workspaces, for the files of this folder. */
#ifndef NN_NETWORK_H
#define NN_NETWORK_H

#include "nn/layer.h"
#include "phasetrace/network.h"

/* The first layer has parameters: backward stops there without an input gradient. */
struct pt_network {
    size_t n_layers;
    struct layer *layers; /* [n_layers] */
    size_t n_tensors;
    struct pt_tensor *tensors; /* [n_tensors]: of each layer the weight, then the bias */
    size_t n_parameters;
    float *parameters, *gradients; /* [n_parameters] */
    /* Floats a workspace needs for each sample of its batch, alignment included. */
    size_t kept_floats;    /* every layer's output */
    size_t largest_floats; /* the largest output */
    size_t scratch_floats; /* the largest scratch of a layer, once */
};

struct pt_workspace {
    size_t max_batch;
    float *outputs;      /* of all layers (for_training), or two that take turns */
    float *gradients[2]; /* of the outputs, taking turns; NULL without for_training */
    float *scratch;
};

/* Makes the layer list of the preset in `options`; the caller frees network->layers, also after
 * an error. PT_E_CONFIG: see pt_network_create(). */
int preset_make(const struct pt_network_options *options, struct pt_network *network,
                struct pt_error *error);

/* Draws all parameters; each tensor from its own stream. */
void init_parameters(struct pt_network *network, enum pt_init init, uint64_t seed);

/* Decides where in a workspace each layer's output lies, and how large workspaces are. */
void workspace_plan(struct pt_network *network);
/* Output of `layer` for the whole batch. */
float *workspace_output(const struct pt_workspace *workspace, const struct layer *layer);

#endif
