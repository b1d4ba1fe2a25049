/* Order sums of each sample's salient interactions, for all quantities by order. */
#include "analysis/order_sums.h"

static int salience_reduce(struct pt_analysis *analysis, const struct pt_trace *trace,
                           struct checkpoint *checkpoint, struct pt_error *error)
{
    size_t n = analysis->n_players, n_columns = order_columns(n);
    checkpoint->sums = arena_alloc(&analysis->inputs, analysis->n_samples * n_columns,
                                   sizeof *checkpoint->sums, error);
    if (!checkpoint->sums)
        return PT_E_MEMORY;
    for (size_t i = 0; i < analysis->n_samples; i++)
        order_sums_reduce(n, trace->I_and + (i << n), trace->I_or + (i << n),
                          checkpoint->encoding.tau, UINT32_MAX, checkpoint->sums + i * n_columns);
    return PT_OK;
}

const struct quantity quantity_salience = {salience_reduce, NULL};
