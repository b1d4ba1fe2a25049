/* Forward and backward passes through the layer list. */
#include "nn/network.h"

#include "nn/loss.h"

static struct layer_pass pass_through(const struct pt_network *network,
                                      const struct pt_workspace *workspace, size_t index,
                                      const float *input, size_t n)
{
    const struct layer *layer = &network->layers[index];
    const float *weights = network->parameters + layer->parameters_at;
    return (struct layer_pass){
        .n = n,
        .weights = weights,
        .biases = weights + layer->n_weights,
        .input = input,
        .output = workspace_output(workspace, layer),
        .scratch = workspace->scratch,
    };
}

const float *pt_network_forward(const struct pt_network *network, struct pt_workspace *workspace,
                                const float *input, size_t n, size_t first, size_t last)
{
    for (size_t i = first; i < last; i++) {
        struct layer_pass pass = pass_through(network, workspace, i, input, n);
        network->layers[i].ops->forward(&network->layers[i], &pass);
        input = pass.output;
    }
    return input;
}

double pt_network_backward(struct pt_network *network, struct pt_workspace *workspace,
                           const float *input, const uint8_t *labels, size_t n)
{
    const struct layer *layers = network->layers;
    float *gradient = workspace->gradients[0], *spare = workspace->gradients[1];
    const float *logits = workspace_output(workspace, &layers[network->n_layers - 1]);
    double loss = loss_mean(logits, labels, n, pt_network_n_classes(network), gradient);
    for (size_t i = network->n_layers; i-- > 0;) {
        const float *layer_input = i > 0 ? workspace_output(workspace, &layers[i - 1]) : input;
        struct layer_pass pass = pass_through(network, workspace, i, layer_input, n);
        pass.weight_gradient = network->gradients + layers[i].parameters_at;
        pass.bias_gradient = pass.weight_gradient + layers[i].n_weights;
        pass.output_gradient = gradient;
        if (i > 0)
            pass.input_gradient = layers[i].ops->in_place ? gradient : spare;
        layers[i].ops->backward(&layers[i], &pass);
        if (!layers[i].ops->in_place) {
            spare = gradient;
            gradient = pass.input_gradient;
        }
    }
    return loss;
}
