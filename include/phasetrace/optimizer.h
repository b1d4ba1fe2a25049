/* Optimisers: SGD with momentum, Adam and AdamW, each as in PyTorch. */
#ifndef PHASETRACE_OPTIMIZER_H
#define PHASETRACE_OPTIMIZER_H

#include "phasetrace/crew.h"
#include "phasetrace/status.h"

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

enum pt_optimizer { PT_OPTIMIZER_SGD, PT_OPTIMIZER_ADAM, PT_OPTIMIZER_ADAMW };

struct pt_optimizer_options {
    enum pt_optimizer kind;
    double weight_decay;          /* 0..100 */
    double momentum;              /* 0 <= momentum < 1; of SGD, as is nesterov */
    int nesterov;                 /* 0 or 1 */
    double beta1, beta2, epsilon; /* of Adam and AdamW: 0 <= beta < 1, epsilon >= 1e-15 */
};

/* What an optimiser works on: slabs of `n` floats. */
struct pt_optimizer_slabs {
    float *parameters;
    const float *gradients;
    float *state; /* [pt_optimizer_n_slabs(), n], 0 before the first step */
    size_t n;
};

/* Slabs of state an optimiser keeps, with their names: "momentum", or "exp_avg", "exp_avg_sq". */
PT_API size_t pt_optimizer_n_slabs(enum pt_optimizer kind);
PT_API const char *pt_optimizer_slab_name(enum pt_optimizer kind, size_t slab);

/* Above this size a parameter or a gradient counts as diverged. */
#define PT_OPTIMIZER_LARGEST 1e15

enum pt_step_result {
    PT_STEP_DONE,
    PT_STEP_BAD_GRADIENT, /* one is above PT_OPTIMIZER_LARGEST or NaN: nothing has changed */
    PT_STEP_TOO_LARGE     /* a parameter is, after the step; all are finite, and so is the state */
};

/*
 * Step number `step` = 1, 2, ... with learning rate r, weight decay w, gradients g (torch.optim,
 * PyTorch 1.13, dampening 0; all parameters decay):
 *
 *   SGD    d = g + w p;  v = momentum v + d;  p = p - r v, with Nesterov p - r (d + momentum v)
 *   Adam   d = g + w p;  m = beta1 m + (1 - beta1) d;  s = beta2 s + (1 - beta2) d^2;
 *          p = p - r m' / (sqrt(s') + epsilon),  m' = m / (1 - beta1^step),
 *          s' = s / (1 - beta2^step)
 *   AdamW  as Adam, but d = g, and before it p = (1 - r w) p
 *
 * Parameters must be below PT_OPTIMIZER_LARGEST before; they and the state then stay finite
 * whatever the gradients are. `rate` is 0..100. The result does not depend on the crew; NULL: the
 * caller alone.
 */
PT_API enum pt_step_result pt_optimizer_step(const struct pt_optimizer_options *options,
                                             double rate, long step,
                                             const struct pt_optimizer_slabs *slabs,
                                             struct pt_crew *crew);

#ifdef __cplusplus
}
#endif

#endif
