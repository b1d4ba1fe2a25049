/* Salience (doc/METHOD.md, "Salience"): which interactions count, and their sums by order. */
#include "analysis/order_sums.h"

#include <math.h>

/* tau is this part of the mean output change |v(N) - v(0)|: one tau for a checkpoint, over the
 * traced samples of all splits. */
#define SALIENT_PART 0.03

static double mean_output_change(const struct pt_trace *trace)
{
    size_t n_masks = (size_t)1 << trace->n_players;
    double sum = 0;
    for (size_t i = 0; i < trace->n_samples; i++) {
        const double *v = trace->v + i * n_masks;
        sum += fabs(v[n_masks - 1] - v[0]);
    }
    return sum / (double)trace->n_samples;
}

static int salience_reduce(struct pt_analysis *analysis, const struct pt_trace *trace,
                           struct checkpoint *checkpoint, struct pt_error *error)
{
    size_t n = analysis->n_players, n_columns = order_columns(n);
    checkpoint->tau = SALIENT_PART * mean_output_change(trace);
    checkpoint->sums = arena_alloc(&analysis->inputs, analysis->n_samples * n_columns,
                                   sizeof *checkpoint->sums, error);
    if (!checkpoint->sums)
        return PT_E_MEMORY;
    for (size_t i = 0; i < analysis->n_samples; i++)
        order_sums_reduce(n, trace->I_and + (i << n), trace->I_or + (i << n), checkpoint->tau,
                          UINT32_MAX, checkpoint->sums + i * n_columns);
    return PT_OK;
}

const struct quantity quantity_salience = {salience_reduce, NULL};
