/* Claim D3: an untrained network's interactions are a spindle that cancels (P1, figure 3). */
#include "analysis/order_sums.h"
#include "analysis/claims.h"

#include <math.h>

#define LOWEST_PEAK 4
#define HIGHEST_PEAK 7
#define MIN_PLAYERS 8 /* with fewer, orders 4..7 are the upper half or more: nothing to tell */
/* A correlation or cosine over orders takes those that hold 1% of the strength, if 5 do. */
#define MIN_ORDER_SHARE 0.01
#define MIN_ORDERS 5

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

static double binomial(size_t n, size_t k)
{
    double product = k <= n;
    for (size_t i = 1; i <= k && k <= n; i++)
        product *= (double)(n - k + i) / (double)i;
    return product;
}

/* What independent values v(x_T) give, C(l,k) 2^{k/2}, averaged over the testing samples, each with
 * its number l of live players (doc/METHOD.md, "The spindle"). */
static double spindle_law(const struct pt_analysis *analysis, size_t order)
{
    double sum = 0;
    for (size_t i = analysis->first[PT_TEST]; i < analysis->first[PT_TEST + 1]; i++)
        sum +=
            binomial((size_t)__builtin_popcount(analysis->checkpoints[0].encoding.live[i]), order);
    return sum * pow(2, 0.5 * (double)order);
}

static double cosine_with_law(const struct pt_analysis *analysis, const double *sums)
{
    size_t n = analysis->n_players, n_orders = 0;
    double strengths[PT_MAX_PLAYERS], law[PT_MAX_PLAYERS];
    double least = MIN_ORDER_SHARE * total_strength(sums, n, KIND_BOTH);
    for (size_t k = 1; k <= n; k++) {
        double strength = order_strength(sums, n, KIND_BOTH, k);
        if (strength < least)
            continue;
        strengths[n_orders] = strength;
        law[n_orders++] = spindle_law(analysis, k);
    }
    return n_orders >= MIN_ORDERS ? cosine_similarity(strengths, law, n_orders) : NAN;
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
