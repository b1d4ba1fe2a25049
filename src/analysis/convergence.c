/* How near the interactions are to those of the last checkpoint, in analysis/convergence.csv. */
#include "analysis/order_sums.h"
#include "analysis/output.h"
#include "analysis/overlap.h"

#include <math.h>

/* Of one sample, by order from 1. */
struct comparison {
    struct overlap overlaps[PT_MAX_PLAYERS + 1];
    double strength[PT_MAX_PLAYERS + 1]; /* at the last checkpoint */
};

static int comes_before(const struct interaction *a, const struct interaction *b)
{
    return a->is_or < b->is_or || (a->is_or == b->is_or && a->set < b->set);
}

/* Both lists are in the same order: they are gone through side by side. */
static void compare_sample(const struct encoding *e, const struct encoding *last, size_t sample,
                           struct comparison *c)
{
    const struct interaction *a = e->interactions + e->start[sample];
    const struct interaction *b = last->interactions + last->start[sample];
    const struct interaction *a_end = e->interactions + e->start[sample + 1];
    const struct interaction *b_end = last->interactions + last->start[sample + 1];
    *c = (struct comparison){0};
    while (a < a_end || b < b_end) {
        int takes_a = a < a_end && (b == b_end || !comes_before(b, a));
        int takes_b = b < b_end && (a == a_end || !comes_before(a, b));
        size_t order = interaction_order(takes_a ? a : b);
        overlap_add(&c->overlaps[order], takes_a ? a->value : 0, takes_b ? b->value : 0);
        c->strength[order] += takes_b ? fabs(b->value) : 0;
        a += takes_a;
        b += takes_b;
    }
}

/* similarity[n_players]: the mean over a split's samples, weighted by their strength at the last
 * checkpoint; NaN where that is zero. */
static void compare_split(const struct pt_analysis *analysis, size_t c, size_t split,
                          double *similarity)
{
    size_t n = analysis->n_players;
    double sums[PT_MAX_PLAYERS] = {0}, weights[PT_MAX_PLAYERS] = {0};
    for (size_t i = analysis->first[split]; i < analysis->first[split + 1]; i++) {
        struct comparison sample;
        compare_sample(&analysis->checkpoints[c].encoding, &last_checkpoint(analysis)->encoding, i,
                       &sample);
        for (size_t order = 1; order <= n; order++)
            if (sample.strength[order] > 0) {
                sums[order - 1] +=
                    sample.strength[order] * overlap_similarity(&sample.overlaps[order]);
                weights[order - 1] += sample.strength[order];
            }
    }
    for (size_t k = 0; k < n; k++)
        similarity[k] = sums[k] / weights[k];
}

static void write_rows(struct table *table, const struct pt_analysis *analysis, size_t c,
                       size_t split)
{
    size_t n = analysis->n_players;
    for (size_t order = 1; order <= n; order++) {
        table_integer(table, analysis->checkpoints[c].step);
        table_number(table, analysis->checkpoints[c].epoch);
        table_text(table, group_name(split));
        table_integer(table, (long)order);
        table_number(table, analysis->convergence[split][c * n + order - 1]);
        table_end_row(table);
    }
}

static int convergence_finish(struct pt_analysis *analysis, const char *directory,
                              struct pt_error *error)
{
    size_t n = analysis->n_players;
    for (size_t split = 0; split < PT_N_SPLITS; split++) {
        analysis->convergence[split] =
            arena_alloc(&analysis->results, analysis->n_checkpoints * n, sizeof(double), error);
        if (!analysis->convergence[split])
            return PT_E_MEMORY;
        for (size_t c = 0; c < analysis->n_checkpoints; c++)
            compare_split(analysis, c, split, analysis->convergence[split] + c * n);
    }
    struct table table;
    table_start(&table, directory, "convergence.csv", "step,epoch,split,order,similarity", error);
    for (size_t c = 0; c < analysis->n_checkpoints; c++)
        for (size_t split = 0; split < PT_N_SPLITS; split++)
            if (split_size(analysis, split) > 0)
                write_rows(&table, analysis, c, split);
    return table_finish(&table);
}

const struct quantity quantity_convergence = {NULL, convergence_finish};
