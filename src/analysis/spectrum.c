/* The order spectrum of one checkpoint, as soon as it is traced. */
#include "analysis/order_sums.h"

static void mean_orders(const double *sums, const struct encoding *e, size_t split,
                        struct pt_spectrum *spectrum)
{
    double mean[N_KINDS * N_SUMS * PT_MAX_PLAYERS];
    size_t n = e->n_players;
    order_sums_mean_of(sums, n, e->first[split], e->first[split + 1], mean);
    for (size_t order = 1; order <= n; order++)
        spectrum->orders[split][order - 1] = (struct pt_spectrum_order){
            .and_strength = order_strength(mean, n, KIND_AND, order),
            .or_strength = order_strength(mean, n, KIND_OR, order),
            .strength = order_strength(mean, n, KIND_BOTH, order),
        };
}

static int add_up(const struct pt_trace *trace, const struct encoding *e, struct arena *arena,
                  struct pt_spectrum *spectrum, struct pt_error *error)
{
    size_t n = trace->n_players, n_columns = order_columns(n);
    double *sums = arena_alloc(arena, e->n_samples * n_columns, sizeof *sums, error);
    if (!sums)
        return PT_E_MEMORY;
    for (size_t i = 0; i < e->n_samples; i++)
        order_sums_reduce(n, trace->I_and + (i << n), trace->I_or + (i << n), e->tau, UINT32_MAX,
                          sums + i * n_columns);
    *spectrum = (struct pt_spectrum){.step = trace->step, .epoch = trace->epoch, .n_players = n};
    for (size_t split = 0; split < PT_N_SPLITS; split++) {
        spectrum->n_samples[split] = encoding_group_size(e, split);
        if (spectrum->n_samples[split] > 0)
            mean_orders(sums, e, split, spectrum);
    }
    return PT_OK;
}

int pt_spectrum_compute(const struct pt_trace *trace, double salience, struct pt_spectrum *spectrum,
                        struct pt_error *error)
{
    struct arena arena = {0};
    struct encoding encoding;
    double threshold = salience > 0 ? salience : ANALYSIS_DEFAULT_SALIENCE;
    int status = encoding_measure(trace, threshold, &arena, &encoding, error);
    if (!status)
        status = add_up(trace, &encoding, &arena, spectrum, error);
    arena_release(&arena);
    return status;
}
