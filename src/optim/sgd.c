/* Stochastic gradient descent with momentum and weight decay. */
#include "phasetrace/sgd.h"

#include <float.h>
#include <math.h>

int pt_sgd_step(const struct pt_sgd_options *options, float *restrict parameters,
                const float *restrict gradients, float *restrict velocity, size_t n)
{
    float rate = (float)options->learning_rate, momentum = (float)options->momentum;
    float decay = (float)options->weight_decay;
    int n_bad = 0;
    for (size_t i = 0; i < n; i++) {
        float v = momentum * velocity[i] + (gradients[i] + decay * parameters[i]);
        n_bad |= !(fabsf(parameters[i] - rate * v) <= FLT_MAX); /* false for NaN, too */
    }
    if (n_bad)
        return 0;
    for (size_t i = 0; i < n; i++) {
        velocity[i] = momentum * velocity[i] + (gradients[i] + decay * parameters[i]);
        parameters[i] -= rate * velocity[i];
    }
    return 1;
}
