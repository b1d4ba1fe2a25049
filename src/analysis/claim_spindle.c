/* Claim D3: an untrained network's interactions are a spindle that cancels (P1, figure 3). */
#include "analysis/claims.h"
#include "analysis/order_curve.h"
#include "analysis/order_sums.h"
#include "analysis/spindle_law.h"

#include <math.h>

#define LOWEST_PEAK 4
#define HIGHEST_PEAK 7
#define MIN_PLAYERS 8 /* with fewer, orders 4..7 are the upper half or more: nothing to tell */

static double *sums_among_live(struct pt_analysis *analysis, const struct pt_trace *trace,
                               const struct checkpoint *checkpoint, double tau,
                               struct pt_error *error)
{
    size_t n = analysis->n_players, n_columns = order_columns(n);
    double *sums =
        arena_alloc(&analysis->inputs, analysis->n_samples * n_columns, sizeof *sums, error);
    for (size_t i = 0; sums && i < analysis->n_samples; i++)
        order_sums_reduce(n, trace->I_and + (i << n), trace->I_or + (i << n), tau,
                          checkpoint->encoding.live[i], sums + i * n_columns);
    return sums;
}

static int spindle_reduce(struct pt_analysis *analysis, const struct pt_trace *trace,
                          struct checkpoint *checkpoint, struct pt_error *error)
{
    if (trace->step != 0)
        return PT_OK;
    analysis->initial_salient =
        sums_among_live(analysis, trace, checkpoint, checkpoint->encoding.tau, error);
    analysis->initial_all = sums_among_live(analysis, trace, checkpoint, 0, error);
    return analysis->initial_salient && analysis->initial_all ? PT_OK : PT_E_MEMORY;
}

/* sum_k |J_pos(k) + J_neg(k)| / sum_k (J_pos(k) + |J_neg(k)|) */
static double cancellation(const double *sums, size_t n_players)
{
    double rest = 0;
    for (size_t k = 1; k <= n_players; k++)
        rest += fabs(order_sum(sums, n_players, KIND_BOTH, SUM_POSITIVE, k) +
                     order_sum(sums, n_players, KIND_BOTH, SUM_NEGATIVE, k));
    return rest / total_strength(sums, n_players, KIND_BOTH);
}

/* With the law of the testing samples, each with its own live players. */
static double cosine_with_law(const struct pt_analysis *analysis, const double *sums)
{
    size_t n = analysis->n_players;
    double strengths[PT_MAX_PLAYERS], law[PT_MAX_PLAYERS] = {0}, of_sample[PT_MAX_PLAYERS];
    const uint32_t *live = analysis->checkpoints[0].encoding.live;
    for (size_t i = analysis->first[PT_TEST]; i < analysis->first[PT_TEST + 1]; i++) {
        spindle_law((size_t)__builtin_popcount(live[i]), n, of_sample);
        for (size_t k = 0; k < n; k++)
            law[k] += of_sample[k];
    }
    for (size_t k = 0; k < n; k++)
        strengths[k] = order_strength(sums, n, KIND_BOTH, k + 1);
    return curve_cosine(strengths, law, n);
}

/* A resample is noisier than the sample, and noise does not cancel: where little is left over, the
 * interval lies above the value. */
static int cancellation_interval(const struct pt_analysis *analysis, struct interval *interval,
                                 struct pt_error *error)
{
    size_t n_replicates = bootstrap_n_replicates(analysis->bootstrap);
    size_t n_columns = order_columns(analysis->n_players);
    double *sums = mem_alloc(n_replicates * (n_columns + 1), sizeof *sums, error);
    if (!sums)
        return PT_E_MEMORY;
    double *values = sums + n_replicates * n_columns;
    bootstrap_sums(analysis->bootstrap, PT_TEST,
                   analysis->initial_salient + analysis->first[PT_TEST] * n_columns, n_columns,
                   sums);
    for (size_t r = 0; r < n_replicates; r++)
        values[r] = cancellation(sums + r * n_columns, analysis->n_players);
    *interval = bootstrap_interval(values, n_replicates);
    mem_free(sums);
    return PT_OK;
}

static int judge(const struct pt_analysis *analysis, struct pt_claim *claim, struct pt_error *error)
{
    size_t n = analysis->n_players;
    double salient[N_KINDS * N_SUMS * PT_MAX_PLAYERS], all[N_KINDS * N_SUMS * PT_MAX_PLAYERS];
    struct interval interval;
    if (!analysis->initial_salient)
        return claim_not_measured(claim, "no trace of step 0");
    order_sums_mean(analysis, analysis->initial_salient, PT_TEST, salient);
    order_sums_mean(analysis, analysis->initial_all, PT_TEST, all);
    if (!(total_strength(salient, n, KIND_BOTH) > 0))
        return claim_not_measured(claim, "no testing sample has salient interactions at step 0");
    int status = cancellation_interval(analysis, &interval, error);
    if (status)
        return status;
    size_t peak = strongest_order(salient, n);
    claim->value = cancellation(salient, n);
    claim_interval(claim, interval);
    claim_detail(claim, "strongest_order", (double)peak);
    claim_detail(claim, "most_frequent_order", (double)most_frequent_order(salient, n));
    claim_detail(claim, "cosine_with_spindle", cosine_with_law(analysis, salient));
    claim_detail(claim, "cosine_with_spindle_all", cosine_with_law(analysis, all));
    if (n < MIN_PLAYERS)
        return claim_not_measured(claim, "%zu players, at least %d are needed", n, MIN_PLAYERS);
    return claim_decide(
        claim, claim->value <= claim->threshold && peak >= LOWEST_PEAK && peak <= HIGHEST_PEAK,
        "order %zu is the strongest, %.3f of the strength does not cancel", peak, claim->value);
}

const struct claim_rule claim_spindle = {
    .id = "D3",
    .paper = "P1",
    .figure = "figure 3",
    .statement = "before training the strongest order is one of 4..7, and positive and negative "
                 "interactions cancel: the part left over is at most the threshold",
    .threshold = 0.10,
    .reduce = spindle_reduce,
    .judge = judge,
};
