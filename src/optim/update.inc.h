/*
 * The body of each update_*.c: plain loops that the compiler turns into vectors.
 */
#include "optim/update.h"

#include <math.h>

static int all_below(const float *values, size_t n, float largest)
{
    int is_above = 0;
    for (size_t i = 0; i < n; i++)
        is_above |= !(fabsf(values[i]) <= largest);
    return !is_above;
}

static int sgd(const struct sgd_update *update, float *restrict parameters,
               const float *restrict gradients, float *restrict velocity, size_t n, float largest)
{
    const struct sgd_update u = *update;
    int is_above = 0;
    for (size_t i = 0; i < n; i++) {
        float d = gradients[i] + u.decay * parameters[i];
        float v = u.momentum * velocity[i] + d;
        float p = parameters[i] - u.rate * (u.of_velocity * v + u.of_gradient * d);
        velocity[i] = v;
        parameters[i] = p;
        is_above |= !(fabsf(p) <= largest);
    }
    return !is_above;
}

static int adam(const struct adam_update *update, float *restrict parameters,
                const float *restrict gradients, float *restrict mean, float *restrict square,
                size_t n, float largest)
{
    const struct adam_update u = *update;
    int is_above = 0;
    for (size_t i = 0; i < n; i++) {
        float d = gradients[i] + u.decay * parameters[i];
        float m = u.beta1 * mean[i] + u.rest1 * d;
        float s = u.beta2 * square[i] + u.rest2 * (d * d);
        float p = u.shrink * parameters[i] - u.rate * (m / (sqrtf(s) / u.root + u.epsilon));
        mean[i] = m;
        square[i] = s;
        parameters[i] = p;
        is_above |= !(fabsf(p) <= largest);
    }
    return !is_above;
}

#define UPDATE_SET(set_name)                                               \
    {                                                                      \
        .name = set_name, .all_below = all_below, .sgd = sgd, .adam = adam \
    }
