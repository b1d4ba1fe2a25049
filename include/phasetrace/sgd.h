/* Stochastic gradient descent with momentum and weight decay, as in PyTorch. */
#ifndef PHASETRACE_SGD_H
#define PHASETRACE_SGD_H

#include "phasetrace/status.h"

#include <stddef.h>

struct pt_sgd_options {
    double learning_rate, momentum, weight_decay;
};

/*
 * One step over slabs of `n` floats:  g = gradient + weight_decay * p;  v = momentum * v + g;
 * p = p - learning_rate * v. (torch.optim.SGD with dampening 0.) Returns 1; or 0, with nothing
 * changed, when a parameter would not be finite: one gradient that is not finite is enough.
 */
PT_API int pt_sgd_step(const struct pt_sgd_options *options, float *parameters,
                       const float *gradients, float *velocity, size_t n);

#endif
