/* The loops of the optimisers, compiled for several instruction sets. */
#ifndef OPTIM_UPDATE_H
#define OPTIM_UPDATE_H

#include <stddef.h>

/* d = g + decay p;  v = momentum v + d;  p = p - rate (of_velocity v + of_gradient d) */
struct sgd_update {
    float rate, decay, momentum, of_velocity, of_gradient;
};

/* d = g + decay p;  m = beta1 m + rest1 d;  s = beta2 s + rest2 d^2;
 * p = shrink p - rate m / (sqrt(s) / root + epsilon) */
struct adam_update {
    float rate, decay, shrink, beta1, rest1, beta2, rest2, root, epsilon;
};

/* Each works on `n` elements. Rounding is the same in all sets. */
struct update_kernels {
    const char *name; /* as in num/kernels.h */
    /* Whether all are at most `largest` in size; NaN is not. */
    int (*all_below)(const float *values, size_t n, float largest);
    /* These return whether all parameters, after the update, are. */
    int (*sgd)(const struct sgd_update *u, float *parameters, const float *gradients,
               float *velocity, size_t n, float largest);
    int (*adam)(const struct adam_update *u, float *parameters, const float *gradients, float *mean,
                float *square, size_t n, float largest);
};

/* The set of this name: one of kernels_all(). */
const struct update_kernels *update_kernels_of(const char *name);

#endif
