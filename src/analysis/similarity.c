/* Similarity of training and testing samples at every checkpoint, in analysis/similarity.csv. */
#include "analysis/similarity.h"

#include "analysis/output.h"
#include "analysis/state.h"

#include <math.h>

#define HEADER \
    "step,epoch,order,similarity,similarity_low,similarity_high,null,similarity_all,null_all"
#define CURVE_REPLICATES 200 /* at most, for a checkpoint of the curve */

static int similarity_reduce(struct pt_analysis *analysis, const struct pt_trace *trace,
                             struct checkpoint *checkpoint, struct pt_error *error)
{
    return similarity_measure_dense(trace, &checkpoint->encoding, &analysis->inputs,
                                    &checkpoint->all_similarity, error);
}

int similarity_reduce_final(struct pt_analysis *analysis, const struct pt_trace *trace,
                            struct pt_error *error)
{
    return similarity_measure_dense(trace, &analysis->final, &analysis->inputs,
                                    &analysis->final_all_similarity, error);
}

/* Entry 0 of what all interactions have in common: salient strength decides here too. */
static double entry_of_all(const struct similarity *s, const double *values, size_t order)
{
    return order > 0 ? values[order]
                     : similarity_weighted_mean(values, s->strength, 1, s->n_players);
}

/*
 * The basic bootstrap interval (Davison and Hinkley 1997, section 2.4): resampled means are noisier
 * than the sample's, which lowers their similarity, as the sample's own noise lowers its below that
 * of the population. The percentiles are therefore reflected in the value.
 */
static struct interval reflected_interval(double value, double *replicates, size_t n_replicates)
{
    struct interval bounds = bootstrap_interval(replicates, n_replicates);
    if (isnan(bounds.low) || isnan(value))
        return (struct interval){NAN, NAN};
    return (struct interval){fmax(0, 2 * value - bounds.high), fmin(1, 2 * value - bounds.low)};
}

/* scratch[n_replicates] */
static void write_row(struct table *table, const struct checkpoint *at, const struct similarity *s,
                      const struct dense_similarity *all, size_t order, double *scratch)
{
    for (size_t r = 0; r < s->n_replicates; r++)
        scratch[r] = s->replicates[r * (s->n_players + 1) + order];
    struct interval bounds = reflected_interval(s->value[order], scratch, s->n_replicates);
    table_integer(table, at->step);
    table_number(table, at->epoch);
    table_integer(table, (long)order);
    table_number(table, s->value[order]);
    table_number(table, bounds.low);
    table_number(table, bounds.high);
    table_number(table, s->null[order]);
    table_number(table, entry_of_all(s, all->value, order));
    table_number(table, entry_of_all(s, all->null, order));
    table_end_row(table);
}

static int write_rows(struct table *table, const struct checkpoint *at, const struct similarity *s,
                      const struct dense_similarity *all, struct pt_error *error)
{
    double *scratch = mem_alloc(s->n_replicates, sizeof *scratch, error);
    if (!scratch)
        return PT_E_MEMORY;
    for (size_t order = 0; order <= s->n_players; order++)
        write_row(table, at, s, all, order, scratch);
    mem_free(scratch);
    return PT_OK;
}

static int add_checkpoint(struct table *table, const struct pt_analysis *analysis,
                          const struct checkpoint *at, struct pt_error *error)
{
    struct arena arena = {0};
    struct similarity similarity;
    size_t n_replicates = bootstrap_n_replicates(analysis->bootstrap);
    if (n_replicates > CURVE_REPLICATES)
        n_replicates = CURVE_REPLICATES;
    int status = similarity_measure(&at->encoding, analysis->bootstrap, n_replicates, &arena,
                                    &similarity, error);
    if (!status)
        status = write_rows(table, at, &similarity, &at->all_similarity, error);
    arena_release(&arena);
    return status;
}

static int write_curve(const struct pt_analysis *analysis, const char *directory,
                       struct pt_error *error)
{
    struct table table;
    if (!analysis->checkpoints[0].all_similarity.value)
        return PT_OK;
    table_start(&table, directory, "similarity.csv", HEADER, error);
    for (size_t c = 0; c < analysis->n_checkpoints && !table.status; c++) {
        int status = add_checkpoint(&table, analysis, &analysis->checkpoints[c], error);
        if (!table.status)
            table.status = status;
    }
    return table_finish(&table);
}

static int write_final(const struct pt_analysis *analysis, const char *directory,
                       struct pt_error *error)
{
    struct table table;
    if (!analysis->final_all_similarity.value)
        return PT_OK;
    table_start(&table, directory, "similarity_final.csv", HEADER, error);
    int status = write_rows(&table, last_checkpoint(analysis), &analysis->similarity,
                            &analysis->final_all_similarity, error);
    if (!table.status)
        table.status = status;
    return table_finish(&table);
}

static int similarity_finish(struct pt_analysis *analysis, const char *directory,
                             struct pt_error *error)
{
    const struct bootstrap *bootstrap = largest_bootstrap(analysis);
    int status =
        similarity_measure(largest_sample(analysis), bootstrap, bootstrap_n_replicates(bootstrap),
                           &analysis->results, &analysis->similarity, error);
    if (!status)
        status = write_curve(analysis, directory, error);
    if (!status)
        status = write_final(analysis, directory, error);
    return status;
}

const struct quantity quantity_similarity = {similarity_reduce, similarity_finish};
