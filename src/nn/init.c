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
void init_parameters(struct pt_network *network, enum pt_init init, uint64_t seed)
{
    for (size_t i = 0; i < network->n_tensors; i += 2) {
        const struct pt_tensor *weight = &network->tensors[i], *bias = weight + 1;
        float *weights = network->parameters + weight->offset;
        struct fan fan = fan_of(weight);
        struct random_stream stream = random_stream(seed, RANDOM_INIT, 0, (uint32_t)i);
        switch (init) {
        case PT_INIT_PYTORCH:
            draw_uniform(weights, weight->count, 1 / sqrt(fan.in), stream);
            draw_uniform(network->parameters + bias->offset, bias->count, 1 / sqrt(fan.in),
                         random_stream(seed, RANDOM_INIT, 0, (uint32_t)i + 1));
            break;
        case PT_INIT_HE:
            draw_normal(weights, weight->count, sqrt(2 / fan.in), stream);
            break;
        case PT_INIT_XAVIER:
            draw_uniform(weights, weight->count, sqrt(6 / (fan.in + fan.out)), stream);
            break;
        }
    }
}
