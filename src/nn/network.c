/* Networks: a flat list of layers over one slab of parameters. */
#include "nn/network.h"

#include "base/mem.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

static int set_tensors(struct pt_network *network, struct pt_error *error)
{
    for (size_t i = 0; i < network->n_layers; i++)
        network->n_tensors += network->layers[i].weight_rank > 0 ? 2 : 0;
    network->tensors = mem_alloc(network->n_tensors, sizeof *network->tensors, error);
    if (!network->tensors)
        return PT_E_MEMORY;
    struct pt_tensor *weight = network->tensors;
    for (size_t i = 0; i < network->n_layers; i++) {
        struct layer *layer = &network->layers[i];
        if (layer->weight_rank == 0)
            continue;
        layer->parameters_at = network->n_parameters;
        snprintf(weight->name, sizeof weight->name, "%s.weight", layer->name);
        weight->rank = layer->weight_rank;
        memcpy(weight->shape, layer->weight_shape, sizeof weight->shape);
        weight->offset = network->n_parameters;
        weight->count = layer->n_weights;
        struct pt_tensor *bias = weight + 1;
        snprintf(bias->name, sizeof bias->name, "%s.bias", layer->name);
        bias->rank = 1;
        bias->shape[0] = layer->n_biases;
        bias->offset = weight->offset + weight->count;
        bias->count = layer->n_biases;
        network->n_parameters = bias->offset + bias->count;
        weight += 2;
    }
    return PT_OK;
}

static int build(const struct pt_network_options *options, struct pt_network *network,
                 struct pt_error *error)
{
    int status = preset_make(options, network, error);
    if (status)
        return status;
    status = set_tensors(network, error);
    if (status)
        return status;
    workspace_plan(network);
    network->parameters = mem_alloc(network->n_parameters, sizeof(float), error);
    if (!network->parameters)
        return PT_E_MEMORY;
    network->gradients = mem_alloc(network->n_parameters, sizeof(float), error);
    if (!network->gradients)
        return PT_E_MEMORY;
    init_parameters(network, options->init, options->seed);
    return PT_OK;
}

int pt_network_create(const struct pt_network_options *options, struct pt_network **network,
                      struct pt_error *error)
{
    *network = NULL;
    struct pt_network *made = mem_alloc(1, sizeof *made, error);
    if (!made)
        return PT_E_MEMORY;
    int status = build(options, made, error);
    if (status) {
        pt_network_free(made);
        return status;
    }
    *network = made;
    return PT_OK;
}

void pt_network_free(struct pt_network *network)
{
    if (!network)
        return;
    mem_free(network->layers);
    mem_free(network->tensors);
    mem_free(network->parameters);
    mem_free(network->gradients);
    mem_free(network);
}

size_t pt_network_n_parameters(const struct pt_network *network)
{
    return network->n_parameters;
}

float *pt_network_parameters(struct pt_network *network)
{
    return network->parameters;
}

const float *pt_network_gradients(const struct pt_network *network)
{
    return network->gradients;
}

size_t pt_network_n_classes(const struct pt_network *network)
{
    return shape_count(&network->layers[network->n_layers - 1].output);
}

size_t pt_network_n_tensors(const struct pt_network *network)
{
    return network->n_tensors;
}

const struct pt_tensor *pt_network_tensor(const struct pt_network *network, size_t index)
{
    return &network->tensors[index];
}

size_t pt_network_n_layers(const struct pt_network *network)
{
    return network->n_layers;
}

struct pt_layer_info pt_network_layer(const struct pt_network *network, size_t index)
{
    const struct layer *layer = &network->layers[index];
    const float *weights = network->parameters + layer->parameters_at;
    int has_parameters = layer->weight_rank > 0;
    return (struct pt_layer_info){
        .name = layer->name,
        .kind = layer->ops->kind,
        .input = layer->input,
        .output = layer->output,
        .kernel = layer->kernel,
        .stride = layer->stride,
        .padding = layer->padding,
        .n_parameters = layer->n_weights + layer->n_biases,
        .flops = layer->flops,
        .weights = has_parameters ? weights : NULL,
        .biases = has_parameters ? weights + layer->n_weights : NULL,
    };
}

size_t pt_network_find_layer(const struct pt_network *network, const char *name)
{
    size_t index = 0;
    while (index < network->n_layers && strcmp(network->layers[index].name, name) != 0)
        index++;
    return index;
}
