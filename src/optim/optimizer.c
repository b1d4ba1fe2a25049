/* The step of an optimiser over whole slabs. */
#include "phasetrace/optimizer.h"

#include "base/crew.h"
#include "num/kernels.h"
#include "optim/update.h"

#include <math.h>
#include <stdatomic.h>

#define BLOCK ((size_t)8192) /* floats that a thread takes at a time */

struct step {
    const struct update_kernels *kernels;
    const struct pt_optimizer_slabs *slabs;
    enum pt_optimizer kind;
    struct sgd_update sgd;
    struct adam_update adam;
    atomic_int is_bad;
};

size_t pt_optimizer_n_slabs(enum pt_optimizer kind)
{
    return kind == PT_OPTIMIZER_SGD ? 1 : 2;
}

const char *pt_optimizer_slab_name(enum pt_optimizer kind, size_t slab)
{
    if (kind == PT_OPTIMIZER_SGD)
        return "momentum";
    return slab == 0 ? "exp_avg" : "exp_avg_sq";
}

static struct sgd_update sgd_of(const struct pt_optimizer_options *options, double rate)
{
    return (struct sgd_update){
        .rate = (float)rate,
        .decay = (float)options->weight_decay,
        .momentum = (float)options->momentum,
        .of_velocity = options->nesterov ? (float)options->momentum : 1,
        .of_gradient = options->nesterov ? 1 : 0,
    };
}

static struct adam_update adam_of(const struct pt_optimizer_options *options, double rate,
                                  long step)
{
    int is_decoupled = options->kind == PT_OPTIMIZER_ADAMW;
    return (struct adam_update){
        .rate = (float)(rate / (1 - pow(options->beta1, (double)step))),
        .decay = is_decoupled ? 0 : (float)options->weight_decay,
        .shrink = is_decoupled ? (float)(1 - rate * options->weight_decay) : 1,
        .beta1 = (float)options->beta1,
        .rest1 = (float)(1 - options->beta1),
        .beta2 = (float)options->beta2,
        .rest2 = (float)(1 - options->beta2),
        .root = (float)sqrt(1 - pow(options->beta2, (double)step)),
        .epsilon = (float)options->epsilon,
    };
}

static size_t block_size(const struct pt_optimizer_slabs *slabs, size_t first)
{
    return slabs->n - first < BLOCK ? slabs->n - first : BLOCK;
}

static void check_block(void *context, size_t block, int member)
{
    struct step *step = context;
    const struct pt_optimizer_slabs *slabs = step->slabs;
    size_t first = block * BLOCK;
    (void)member;
    if (!step->kernels->all_below(slabs->gradients + first, block_size(slabs, first),
                                  (float)PT_OPTIMIZER_LARGEST))
        atomic_store(&step->is_bad, 1);
}

static void update_block(void *context, size_t block, int member)
{
    struct step *step = context;
    const struct pt_optimizer_slabs *slabs = step->slabs;
    size_t first = block * BLOCK, n = block_size(slabs, first);
    float *parameters = slabs->parameters + first, *state = slabs->state + first;
    const float *gradients = slabs->gradients + first;
    int is_good;
    (void)member;
    if (step->kind == PT_OPTIMIZER_SGD)
        is_good = step->kernels->sgd(&step->sgd, parameters, gradients, state, n,
                                     (float)PT_OPTIMIZER_LARGEST);
    else
        is_good = step->kernels->adam(&step->adam, parameters, gradients, state, state + slabs->n,
                                      n, (float)PT_OPTIMIZER_LARGEST);
    if (!is_good)
        atomic_store(&step->is_bad, 1);
}

/*
 * Gradients are looked at before, parameters while they are updated. That is half the time of
 * computing every parameter twice, and as good: from numbers below PT_OPTIMIZER_LARGEST no step
 * leads to what is not finite.
 */
enum pt_step_result pt_optimizer_step(const struct pt_optimizer_options *options, double rate,
                                      long step, const struct pt_optimizer_slabs *slabs,
                                      struct pt_crew *crew)
{
    struct step s = {
        .kernels = update_kernels_of(kernels_best()->name), .slabs = slabs, .kind = options->kind};
    if (options->kind == PT_OPTIMIZER_SGD)
        s.sgd = sgd_of(options, rate);
    else
        s.adam = adam_of(options, rate, step);
    size_t n_blocks = (slabs->n + BLOCK - 1) / BLOCK;
    crew_share(crew, n_blocks, check_block, &s);
    if (atomic_load(&s.is_bad))
        return PT_STEP_BAD_GRADIENT;
    crew_share(crew, n_blocks, update_block, &s);
    return atomic_load(&s.is_bad) ? PT_STEP_TOO_LARGE : PT_STEP_DONE;
}
