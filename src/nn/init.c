/* Initial parameters: every tensor is drawn from a stream of its own. */
#include "nn/network.h"

#include "base/random.h"

#include <math.h>

struct fan {
    double in, out; /* connections into an output, out of an input */
};

/* Of a weight tensor [out, in, ...], as torch.nn.init counts. */
static struct fan fan_of(const struct pt_tensor *weight)
{
    double n_taps = 1;
    for (size_t i = 2; i < weight->rank; i++)
        n_taps *= (double)weight->shape[i];
    return (struct fan){(double)weight->shape[1] * n_taps, (double)weight->shape[0] * n_taps};
}

static void draw_uniform(float *values, size_t n, double bound, struct random_stream stream)
{
    for (size_t i = 0; i < n; i++)
        values[i] = (float)(bound * (2 * random_uniform(&stream) - 1));
}

static void draw_normal(float *values, size_t n, double deviation, struct random_stream stream)
{
    for (size_t i = 0; i < n; i++)
        values[i] = (float)(deviation * random_normal(&stream));
}

/*
 * PyTorch: what torch.nn.Linear and Conv2d do by default, kaiming_uniform_(a = sqrt(5)) for
 * weights, which comes to a bound of 1 / sqrt(fan in), and the same bound for biases.
 * He: He, Zhang, Ren, Sun, "Delving deep into rectifiers", ICCV 2015, equation 10.
 * Xavier: Glorot, Bengio, "Understanding the difficulty of training deep feedforward neural
 * networks", AISTATS 2010, equation 16.
 */
static void draw_weights(const struct pt_tensor *weight, enum pt_init init,
                         struct random_stream stream, float *weights)
{
    struct fan fan = fan_of(weight);
    switch (init) {
    case PT_INIT_PYTORCH:
        draw_uniform(weights, weight->count, 1 / sqrt(fan.in), stream);
        break;
    case PT_INIT_HE:
        draw_normal(weights, weight->count, sqrt(2 / fan.in), stream);
        break;
    case PT_INIT_XAVIER:
        draw_uniform(weights, weight->count, sqrt(6 / (fan.in + fan.out)), stream);
        break;
    }
}

static void fill(float *values, size_t n, float value)
{
    for (size_t i = 0; i < n; i++)
        values[i] = value;
}

/* Batch normalisation starts as the identity: weights and running variances 1, all else 0, as the
 * slab is. */
static void init_layer(struct pt_network *network, const struct layer *layer, enum pt_init init,
                       uint64_t seed, size_t first_tensor)
{
    const struct pt_tensor *weight = &network->tensors[first_tensor];
    float *weights = network->parameters + layer->parameters_at;
    if (layer->n_running > 0) {
        fill(weights, layer->n_weights, 1);
        fill(network->parameters + layer->running_at + layer->n_running, layer->n_running, 1);
        return;
    }
    draw_weights(weight, init, random_stream(seed, RANDOM_INIT, 0, (uint32_t)first_tensor),
                 weights);
    if (layer->n_biases > 0 && init == PT_INIT_PYTORCH)
        draw_uniform(weights + layer->n_weights, layer->n_biases, 1 / sqrt(fan_of(weight).in),
                     random_stream(seed, RANDOM_INIT, 0, (uint32_t)first_tensor + 1));
}

void init_parameters(struct pt_network *network, enum pt_init init, uint64_t seed)
{
    size_t tensor = 0;
    for (size_t i = 0; i < network->n_layers; i++) {
        const struct layer *layer = &network->layers[i];
        if (layer->n_weights == 0)
            continue;
        init_layer(network, layer, init, seed, tensor);
        tensor += 1 + (size_t)(layer->n_biases > 0) + 2 * (size_t)(layer->n_running > 0);
    }
}
