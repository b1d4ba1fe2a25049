/* Class-balanced choice of the traced samples. */
#include "trace/sample_choice.h"

#include "base/mem.h"
#include "base/random.h"

#include <stdlib.h>
#include <string.h>

enum pt_split_id group_split(enum pt_trace_group group)
{
    return group == PT_GROUP_MISLABELLED ? PT_TRAIN : (enum pt_split_id)group;
}

static int ascending(const void *left, const void *right)
{
    uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
    return (a > b) - (a < b);
}

/*
 * Reorders `order` [n] so that every beginning of it is class-balanced: the first sample of each
 * class, then the second of each, and so on, within a round as they were. scratch [2 n + 1]
 */
static void balance(const struct pt_split *split, uint32_t *order, size_t n, uint32_t *scratch)
{
    uint32_t n_of_class[PT_MAX_CLASSES] = {0};
    uint32_t *next = scratch, *balanced = scratch + n + 1;
    memset(next, 0, (n + 1) * sizeof *next);
    for (size_t i = 0; i < n; i++)
        next[++n_of_class[split->true_labels[order[i]]]]++;
    for (size_t round = 0; round < n; round++)
        next[round + 1] += next[round];
    memset(n_of_class, 0, sizeof n_of_class);
    for (size_t i = 0; i < n; i++)
        balanced[next[n_of_class[split->true_labels[order[i]]]++]++] = order[i];
    memcpy(order, balanced, n * sizeof *order);
}

/* Those who may be chosen for a group, in the order in which they are: all of the split, or its
 * mislabelled samples that are not in the training group. Returns how many. */
static size_t list_candidates(const struct sample_list *list, const struct pt_split *split,
                              enum pt_trace_group group, uint64_t seed, uint32_t *order,
                              uint32_t *scratch)
{
    for (size_t i = 0; i < split->n_samples; i++)
        order[i] = (uint32_t)i;
    struct random_stream stream = random_stream(seed, RANDOM_TRACE_SAMPLES, 0, (uint32_t)group);
    random_shuffle(&stream, order, split->n_samples);
    if (group != PT_GROUP_MISLABELLED) {
        balance(split, order, split->n_samples, scratch);
        return split->n_samples;
    }
    size_t n = 0, n_train = list->n_of_group[PT_GROUP_TRAIN];
    for (size_t i = 0; i < split->n_samples; i++) {
        uint32_t sample = order[i];
        if (split->labels[sample] != split->true_labels[sample] &&
            !bsearch(&sample, list->index, n_train, sizeof sample, ascending))
            order[n++] = sample;
    }
    return n;
}

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

static size_t larger(size_t a, size_t b)
{
    return a > b ? a : b;
}

/* How many of a group the configuration asks for, of a split with `n_split` samples. */
static size_t n_wanted(const struct pt_config *config, enum pt_trace_group group,
                       enum sample_list_size size, size_t n_split)
{
    size_t n_samples = (size_t)config->trace.samples;
    size_t n_third = (size_t)config->trace.third_samples;
    size_t n_final = (size_t)config->trace.final_samples;
    size_t n_mislabelled = (size_t)config->trace.mislabelled_samples;
    int is_final = size == SAMPLES_OF_FINAL;
    switch (group) {
    case PT_GROUP_THIRD:
        return smaller(is_final ? larger(n_third, n_final / 4) : n_third, n_split);
    case PT_GROUP_MISLABELLED:
        return is_final ? larger(n_mislabelled, n_final) : n_mislabelled;
    default:
        return is_final ? larger(n_samples, smaller(n_final, n_split)) : n_samples;
    }
}

static int append_group(struct sample_list *list, const struct pt_config *config,
                        const struct pt_dataset *dataset, enum pt_trace_group group,
                        enum sample_list_size size, struct pt_error *error)
{
    static const char *const names[] = {"training", "testing"};
    const struct pt_split *split = &dataset->splits[group_split(group)];
    size_t n = n_wanted(config, group, size, split->n_samples);
    if (group <= PT_GROUP_TEST && n > split->n_samples)
        return pt_error_set(error, PT_E_CONFIG,
                            "trace.samples: %zu samples wanted, the %s split has %zu", n,
                            names[group], split->n_samples);
    uint32_t *order = mem_alloc(3 * split->n_samples + 1, sizeof *order, error);
    if (!order)
        return PT_E_MEMORY;
    size_t n_candidates =
        list_candidates(list, split, group, config->run.seed, order, order + split->n_samples);
    n = smaller(n, n_candidates);
    memcpy(list->index + list->n, order, n * sizeof *order);
    qsort(list->index + list->n, n, sizeof *order, ascending);
    mem_free(order);
    for (size_t i = 0; i < n; i++)
        list->group[list->n + i] = group;
    list->n_of_group[group] = n;
    list->n += n;
    return PT_OK;
}

int sample_list_create(const struct pt_config *config, const struct pt_dataset *dataset,
                       enum sample_list_size size, struct sample_list *list, struct pt_error *error)
{
    size_t most = 0;
    *list = (struct sample_list){0};
    for (int s = 0; s < PT_N_SPLITS; s++)
        most += dataset->splits[s].n_samples;
    list->group = mem_alloc(most, sizeof *list->group, error);
    list->index = mem_alloc(most, sizeof *list->index, error);
    int status = list->group && list->index ? PT_OK : PT_E_MEMORY;
    for (int group = 0; group < PT_N_GROUPS && !status; group++)
        status = append_group(list, config, dataset, (enum pt_trace_group)group, size, error);
    return status;
}

void sample_list_free(struct sample_list *list)
{
    mem_free(list->group);
    mem_free(list->index);
    *list = (struct sample_list){0};
}
