/* Networks: a flat list of layers over one slab of parameters. */
#include "nn/network.h"

#include "base/mem.h"

#include <stdio.h>
#include <string.h>

static size_t count_tensors(const struct layer *layer)
{
    return (layer->n_weights > 0) + (layer->n_biases > 0) + 2 * (size_t)(layer->n_running > 0);
}

/* Describes the next tensor of `layer`; returns it. */
static struct pt_tensor *add_tensor(struct pt_network *network, const struct layer *layer,
                                    const char *suffix, size_t offset, size_t count)
{
    struct pt_tensor *tensor = &network->tensors[network->n_tensors++];
    snprintf(tensor->name, sizeof tensor->name, "%s.%s", layer->name, suffix);
    tensor->rank = 1;
    tensor->shape[0] = tensor->count = count;
    tensor->offset = offset;
    return tensor;
}

/* Where the layer's tensors lie in the slab: `parameters` and `buffers` are the next free floats.
 */
static void add_tensors(struct pt_network *network, struct layer *layer, size_t *parameters,
                        size_t *buffers)
{
    layer->parameters_at = *parameters;
    layer->running_at = *buffers;
    *parameters += layer->n_weights + layer->n_biases;
    *buffers += 2 * layer->n_running;
    if (layer->n_weights > 0) {
        struct pt_tensor *weight =
            add_tensor(network, layer, "weight", layer->parameters_at, layer->n_weights);
        weight->rank = layer->weight_rank;
        memcpy(weight->shape, layer->weight_shape, sizeof weight->shape);
    }
    if (layer->n_biases > 0)
        add_tensor(network, layer, "bias", layer->parameters_at + layer->n_weights,
                   layer->n_biases);
    if (layer->n_running > 0) {
        size_t at = layer->running_at, n = layer->n_running;
        add_tensor(network, layer, "running_mean", at, n)->is_buffer = 1;
        add_tensor(network, layer, "running_var", at + n, n)->is_buffer = 1;
    }
}

static int set_tensors(struct pt_network *network, struct pt_error *error)
{
    size_t n_tensors = 0, parameters = 0;
    for (size_t i = 0; i < network->n_layers; i++) {
        const struct layer *layer = &network->layers[i];
        n_tensors += count_tensors(layer);
        network->n_parameters += layer->n_weights + layer->n_biases;
    }
    network->tensors = mem_alloc(n_tensors, sizeof *network->tensors, error);
    if (!network->tensors)
        return PT_E_MEMORY;
    network->n_values = network->n_parameters;
    for (size_t i = 0; i < network->n_layers; i++)
        add_tensors(network, &network->layers[i], &parameters, &network->n_values);
    return PT_OK;
}

static int build(const struct pt_network_options *options, struct pt_network *network,
                 struct pt_error *error)
{
    int status = preset_make(options, network, error);
    if (!status)
        status = set_tensors(network, error);
    if (!status)
        status = workspace_plan(network, error);
    return status;
}

int pt_network_outline(const struct pt_network_options *options, struct pt_network **network,
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

int pt_network_draw(struct pt_network *network, enum pt_init init, uint64_t seed,
                    struct pt_error *error)
{
    network->parameters = mem_alloc(network->n_values, sizeof(float), error);
    if (!network->parameters)
        return PT_E_MEMORY;
    network->gradients = mem_alloc(network->n_parameters, sizeof(float), error);
    if (!network->gradients)
        return PT_E_MEMORY;
    init_parameters(network, init, seed);
    return PT_OK;
}

int pt_network_create(const struct pt_network_options *options, struct pt_network **network,
                      struct pt_error *error)
{
    int status = pt_network_outline(options, network, error);
    if (!status)
        status = pt_network_draw(*network, options->init, options->seed, error);
    if (status) {
        pt_network_free(*network);
        *network = NULL;
    }
    return status;
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

size_t pt_network_n_values(const struct pt_network *network)
{
    return network->n_values;
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
    const float *slab = network->parameters;
    const float *weights = slab ? slab + layer->parameters_at : NULL;
    const float *running = slab ? slab + layer->running_at : NULL;
    return (struct pt_layer_info){
        .name = layer->name,
        .kind = layer->ops->kind,
        .input = layer->input,
        .output = layer->output,
        .kernel = layer->kernel,
        .stride = layer->stride,
        .padding = layer->padding,
        .from = layer->from,
        .second = layer->second,
        .n_parameters = layer->n_weights + layer->n_biases,
        .flops = layer->flops,
        .bytes = layer->is_in_place ? 0 : shape_count(&layer->output) * sizeof(float),
        .weights = layer->n_weights ? weights : NULL,
        .biases = slab && layer->n_biases ? weights + layer->n_weights : NULL,
        .running_mean = layer->n_running ? running : NULL,
        .running_variance = slab && layer->n_running ? running + layer->n_running : NULL,
        .epsilon = layer->n_running ? BATCHNORM_EPSILON : 0,
    };
}

size_t pt_network_find_layer(const struct pt_network *network, const char *name)
{
    size_t index = 0;
    while (index < network->n_layers && strcmp(network->layers[index].name, name) != 0)
        index++;
    return index;
}
