/* Claim D4: phase 1 ends with low orders (P1, figure 3). */
#include "analysis/claims.h"
#include "analysis/order_sums.h"

#include <math.h>

#define HIGHEST_PEAK 2

/* m(t*) / m(0) */
static void fall(const struct pt_analysis *analysis, const double *m, double *value)
{
    size_t n = analysis->n_checkpoints, minimum = phase_points(m, n).minimum;
    *value = minimum < n ? m[minimum] / m[0] : NAN;
}

/* A mean order that is lowest at the start has been seen not to fall, which is a result. */
static int never_falls(const struct pt_analysis *analysis)
{
    return analysis->n_checkpoints >= CLAIM_MIN_CHECKPOINTS && claim_phases(analysis).minimum == 0;
}

static int judge(const struct pt_analysis *analysis, struct pt_claim *claim, struct pt_error *error)
{
    if (analysis->checkpoints[0].step != 0)
        return claim_not_measured(claim, "no trace of step 0");
    if (!never_falls(analysis) && !claim_has_phases(analysis, claim, NEED_FIRST_PHASE))
        return PT_OK;
    struct interval interval;
    int status = claim_curve_intervals(analysis, fall, 1, &interval, error);
    if (status)
        return status;
    double sums[N_KINDS * N_SUMS * PT_MAX_PLAYERS];
    size_t minimum = claim_phases(analysis).minimum;
    const struct checkpoint *star = &analysis->checkpoints[minimum];
    order_sums_mean(analysis, star->sums, PT_TEST, sums);
    size_t peak = strongest_order(sums, analysis->n_players);
    fall(analysis, analysis->mean_order[PT_TEST], &claim->value);
    claim_interval(claim, interval);
    claim_detail(claim, "t_star", (double)star->step);
    claim_detail(claim, "strongest_order", (double)peak);
    claim_detail(claim, "most_frequent_order",
                 (double)most_frequent_order(sums, analysis->n_players));
    claim_detail(claim, "mean_order_start", analysis->mean_order[PT_TEST][0]);
    claim_detail(claim, "mean_order_star", analysis->mean_order[PT_TEST][minimum]);
    if (minimum == 0)
        return claim_decide(claim, 0, "the mean order never falls below its start");
    return claim_decide(claim, claim->value <= claim->threshold && peak <= HIGHEST_PEAK,
                        "at step %ld order %zu is the strongest, the mean order is %.3f of its "
                        "start",
                        star->step, peak, claim->value);
}

const struct claim_rule claim_low_orders = {
    .id = "D4",
    .paper = "P1",
    .figure = "figure 3",
    .statement = "phase 1 ends with order 1 or 2 the strongest and the mean order at most the "
                 "threshold's part of its start",
    .threshold = 0.60,
    .judge = judge,
};
