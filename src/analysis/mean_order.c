/*
 * The mean order m(t) = sum_k k I_real(k), in analysis/mean_order.csv; doc/METHOD.md defines it.
 *
 * It is a ratio of sums over the samples: the mean order of an interaction's unit of strength, not
 * the mean over samples of their mean orders.
 */
#include "analysis/order_sums.h"
#include "analysis/output.h"

/* moments[i] = {sum of |I|, sum of order * |I|} of the split's i-th sample */
static void sample_moments(const struct pt_analysis *analysis, const struct checkpoint *checkpoint,
                           size_t split, double (*moments)[2])
{
    size_t n = analysis->n_players, n_columns = order_columns(n);
    for (size_t i = analysis->first[split]; i < analysis->first[split + 1]; i++, moments++) {
        (*moments)[0] = (*moments)[1] = 0;
        for (size_t order = 1; order <= n; order++) {
            double strength = order_strength(checkpoint->sums + i * n_columns, n, KIND_BOTH, order);
            (*moments)[0] += strength;
            (*moments)[1] += (double)order * strength;
        }
    }
}

/* NaN, as 0/0, where nothing is salient. */
static double ratio_of_sums(double (*moments)[2], size_t n)
{
    double strength = 0, weighted = 0;
    for (size_t i = 0; i < n; i++) {
        strength += moments[i][0];
        weighted += moments[i][1];
    }
    return weighted / strength;
}

/* scratch[2 * (n_samples + n_replicates)] */
static void compute_split(struct pt_analysis *analysis, size_t split, double *scratch)
{
    size_t n_replicates = bootstrap_n_replicates(analysis->bootstrap);
    size_t n_samples = split_size(analysis, split), n_checkpoints = analysis->n_checkpoints;
    double(*moments)[2] = (double(*)[2])scratch;
    double(*resampled)[2] = moments + n_samples;
    for (size_t c = 0; c < n_checkpoints; c++) {
        sample_moments(analysis, &analysis->checkpoints[c], split, moments);
        analysis->mean_order[split][c] = ratio_of_sums(moments, n_samples);
        bootstrap_sums(analysis->bootstrap, split, &moments[0][0], 2, &resampled[0][0]);
        for (size_t r = 0; r < n_replicates; r++)
            analysis->mean_order_replicates[split][r * n_checkpoints + c] =
                resampled[r][1] / resampled[r][0];
    }
}

static int compute(struct pt_analysis *analysis, struct pt_error *error)
{
    size_t n_replicates = bootstrap_n_replicates(analysis->bootstrap);
    size_t n_checkpoints = analysis->n_checkpoints;
    double *scratch = mem_alloc(2 * (analysis->n_samples + n_replicates), sizeof *scratch, error);
    analysis->steps = arena_alloc(&analysis->results, n_checkpoints, sizeof(double), error);
    int status = scratch && analysis->steps ? PT_OK : PT_E_MEMORY;
    for (size_t c = 0; c < n_checkpoints && !status; c++)
        analysis->steps[c] = (double)analysis->checkpoints[c].step;
    for (size_t split = 0; split < PT_N_SPLITS && !status; split++) {
        double *values = arena_alloc(&analysis->results, n_checkpoints, sizeof(double), error);
        double *replicates =
            arena_alloc(&analysis->results, n_replicates * n_checkpoints, sizeof(double), error);
        analysis->mean_order[split] = values;
        analysis->mean_order_replicates[split] = replicates;
        if (values && replicates)
            compute_split(analysis, split, scratch);
        else
            status = PT_E_MEMORY;
    }
    mem_free(scratch);
    return status;
}

static void write_row(struct table *table, const struct pt_analysis *analysis, size_t c,
                      size_t split, double *scratch)
{
    const struct checkpoint *checkpoint = &analysis->checkpoints[c];
    size_t n_replicates = bootstrap_n_replicates(analysis->bootstrap);
    for (size_t r = 0; r < n_replicates; r++)
        scratch[r] = analysis->mean_order_replicates[split][r * analysis->n_checkpoints + c];
    struct interval bounds = bootstrap_interval(scratch, n_replicates);
    table_integer(table, checkpoint->step);
    table_number(table, checkpoint->epoch);
    table_text(table, group_name(split));
    table_number(table, analysis->mean_order[split][c]);
    table_number(table, bounds.low);
    table_number(table, bounds.high);
    table_integer(table, (long)split_size(analysis, split));
    table_number(table, checkpoint->encoding.tau);
    table_end_row(table);
}

static int mean_order_finish(struct pt_analysis *analysis, const char *directory,
                             struct pt_error *error)
{
    int status = compute(analysis, error);
    if (status)
        return status;
    double *scratch =
        mem_alloc(bootstrap_n_replicates(analysis->bootstrap), sizeof *scratch, error);
    if (!scratch)
        return PT_E_MEMORY;
    struct table table;
    table_start(&table, directory, "mean_order.csv",
                "step,epoch,split,mean_order,low,high,n_samples,tau", error);
    for (size_t c = 0; c < analysis->n_checkpoints; c++)
        for (size_t split = 0; split < PT_N_SPLITS; split++)
            if (split_size(analysis, split) > 0)
                write_row(&table, analysis, c, split, scratch);
    status = table_finish(&table);
    mem_free(scratch);
    return status;
}

const struct quantity quantity_mean_order = {NULL, mean_order_finish};
