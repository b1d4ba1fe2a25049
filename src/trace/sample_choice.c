/* Class-balanced choice of the traced samples. */
#include "trace/sample_choice.h"

#include "base/mem.h"
#include "base/random.h"

#include <stdlib.h>

static int ascending(const void *left, const void *right)
{
    uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
    return (a > b) - (a < b);
}

/* Takes from the shuffled order, never more than `limit` of a class; taken entries of `order`
 * become UINT32_MAX. Returns the number chosen so far. */
static size_t take(const struct pt_split *split, uint32_t *order, size_t limit, size_t *taken,
                   uint32_t *chosen, size_t n_chosen, size_t n_wanted)
{
    for (size_t i = 0; i < split->n_samples && n_chosen < n_wanted; i++) {
        if (order[i] == UINT32_MAX)
            continue;
        size_t *of_class = &taken[split->true_labels[order[i]]];
        if (*of_class >= limit)
            continue;
        ++*of_class;
        chosen[n_chosen++] = order[i];
        order[i] = UINT32_MAX;
    }
    return n_chosen;
}

int sample_choice(const struct pt_dataset *dataset, enum pt_split_id id, size_t n_wanted,
                  uint64_t seed, uint32_t *chosen, struct pt_error *error)
{
    const struct pt_split *split = &dataset->splits[id];
    if (split->n_samples < n_wanted)
        return pt_error_set(error, PT_E_CONFIG,
                            "trace.samples: %zu samples wanted, the %s split has %zu", n_wanted,
                            id == PT_TRAIN ? "training" : "testing", split->n_samples);
    uint32_t *order = mem_alloc(split->n_samples, sizeof *order, error);
    if (!order)
        return PT_E_MEMORY;
    for (size_t i = 0; i < split->n_samples; i++)
        order[i] = (uint32_t)i;
    struct random_stream stream = random_stream(seed, RANDOM_TRACE_SAMPLES, 0, (uint32_t)id);
    random_shuffle(&stream, order, split->n_samples);

    /* Equal shares first; then one more a class; then whatever there is. */
    size_t taken[PT_MAX_CLASSES] = {0};
    size_t share = n_wanted / dataset->n_classes;
    size_t limits[] = {share, share + 1, SIZE_MAX};
    size_t n_chosen = 0;
    for (size_t i = 0; i < 3; i++)
        n_chosen = take(split, order, limits[i], taken, chosen, n_chosen, n_wanted);
    qsort(chosen, n_chosen, sizeof *chosen, ascending);
    mem_free(order);
    return PT_OK;
}
