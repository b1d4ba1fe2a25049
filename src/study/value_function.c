/* Calling a model for all masks, in blocks that threads share. */
#include "study/value_function.h"

#include "base/mem.h"

#include <math.h>

/* A pass over all masks. */
struct sweep {
    const struct value_function *function;
    uint32_t *masks; /* [n_masks] 0, 1, 2, ... */
    double *v;
    size_t n_masks, n_blocks;
    size_t failed_block; /* the lowest one with an answer that is not 0; n_blocks: none yet */
    int answer;          /* to it */
    int stopped;
};

/* Blocks below a failed one are still asked for, so that the report does not depend on threads. */
static int is_wanted(struct sweep *sweep, size_t block)
{
    const volatile int *stop = sweep->function->stop;
    int wanted;
#pragma omp critical(value_function)
    {
        if (stop && *stop)
            sweep->stopped = 1;
        wanted = !sweep->stopped && block < sweep->failed_block;
    }
    return wanted;
}

static void note_failure(struct sweep *sweep, size_t block, int answer)
{
#pragma omp critical(value_function)
    if (block < sweep->failed_block) {
        sweep->failed_block = block;
        sweep->answer = answer;
    }
}

static size_t end_of_block(const struct sweep *sweep, size_t block)
{
    size_t end = (block + 1) * sweep->function->block;
    return end < sweep->n_masks ? end : sweep->n_masks;
}

static void ask(struct sweep *sweep, size_t block)
{
    const struct value_function *f = sweep->function;
    size_t first = block * f->block;
    int answer = f->value(sweep->masks + first, end_of_block(sweep, block) - first,
                          sweep->v + first, f->user);
    if (answer)
        note_failure(sweep, block, answer);
}

static int report(const struct sweep *sweep, struct pt_error *error)
{
    size_t block = sweep->failed_block;
    if (block < sweep->n_blocks)
        return pt_error_set(error, PT_E_STOPPED,
                            "the value function returned %d for masks %zu to %zu", sweep->answer,
                            block * sweep->function->block, end_of_block(sweep, block) - 1);
    if (sweep->stopped)
        return pt_error_set(error, PT_E_STOPPED, "stopped while asking for values");
    return PT_OK;
}

int value_function_fill(const struct value_function *function, size_t n_players, double *v,
                        struct pt_error *error)
{
    size_t n_masks = (size_t)1 << n_players;
    size_t n_blocks = (n_masks + function->block - 1) / function->block;
    struct sweep sweep = {.function = function,
                          .v = v,
                          .n_masks = n_masks,
                          .n_blocks = n_blocks,
                          .failed_block = n_blocks,
                          .masks = mem_alloc(n_masks, sizeof *sweep.masks, error)};
    if (!sweep.masks)
        return PT_E_MEMORY;
    for (size_t mask = 0; mask < n_masks; mask++) {
        sweep.masks[mask] = (uint32_t)mask;
        v[mask] = NAN;
    }
    int n_threads = (size_t)function->n_threads < n_blocks ? function->n_threads : (int)n_blocks;
#pragma omp parallel for num_threads(n_threads) schedule(dynamic, 1)
    for (size_t block = 0; block < n_blocks; block++)
        if (is_wanted(&sweep, block))
            ask(&sweep, block);
    mem_free(sweep.masks);
    return report(&sweep, error);
}
