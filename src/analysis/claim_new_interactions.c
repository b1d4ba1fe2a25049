/* Claim D17: what is learnt after the peak is ever more complex and ever less general (P4). */
#include "analysis/generality_claims.h"

#include <math.h>

#define LEAST_NEW_SHARE 0.02 /* of the strength, for a checkpoint's new interactions to count */

enum { ORDER, GAMMA, EXCESS, WEAKER, N_COUNTED, N_VALUES };

static void measure(const struct pt_analysis *analysis, const struct generalization_point *points,
                    double *scratch, double *values)
{
    size_t n_checkpoints = analysis->n_checkpoints, n = 0;
    double *steps = scratch, *order = steps + n_checkpoints, *gamma = order + n_checkpoints,
           *excess = gamma + n_checkpoints;
    for (size_t c = generalization_phases(points, n_checkpoints).peak + 1; c < n_checkpoints; c++) {
        if (!(points[c].new_share >= LEAST_NEW_SHARE))
            continue;
        steps[n] = analysis->steps[c];
        order[n] = points[c].new_mean_order;
        gamma[n] = points[c].new_gamma;
        excess[n++] = points[c].new_excess;
    }
    values[ORDER] = spearman_correlation(steps, order, n);
    values[GAMMA] = spearman_correlation(steps, gamma, n);
    values[EXCESS] = spearman_correlation(steps, excess, n);
    values[WEAKER] =
        isnan(values[ORDER] + values[GAMMA]) ? NAN : fmin(values[ORDER], -values[GAMMA]);
    values[N_COUNTED] = (double)n;
}

static int judge(const struct pt_analysis *analysis, struct pt_claim *claim, struct pt_error *error)
{
    if (!claim_has_generality(analysis, claim, NEED_SECOND_PHASE))
        return PT_OK;
    double values[N_VALUES];
    struct interval intervals[N_VALUES];
    int status = claim_measure_points(analysis, measure, N_VALUES, values, intervals, error);
    if (status)
        return status;
    double step = analysis->steps[claim_peak(analysis)];
    claim_detail(claim, "checkpoints", values[N_COUNTED]);
    claim_detail(claim, "t1", step);
    if (values[N_COUNTED] < CLAIM_MIN_CHECKPOINTS)
        return claim_not_measured(claim,
                                  "after step %.0f new interactions hold %.2f of the "
                                  "strength at %.0f checkpoints, at least %d are needed",
                                  step, LEAST_NEW_SHARE, values[N_COUNTED], CLAIM_MIN_CHECKPOINTS);
    claim->value = values[WEAKER];
    claim_interval(claim, intervals[WEAKER]);
    claim_detail(claim, "order", values[ORDER]);
    claim_detail(claim, "order_low", intervals[ORDER].low);
    claim_detail(claim, "order_high", intervals[ORDER].high);
    claim_detail(claim, "gamma", values[GAMMA]);
    claim_detail(claim, "gamma_low", intervals[GAMMA].low);
    claim_detail(claim, "gamma_high", intervals[GAMMA].high);
    claim_detail(claim, "excess", values[EXCESS]);
    return claim_decide(claim, claim->value >= claim->threshold,
                        "correlation with the step over %.0f checkpoints after step %.0f: mean "
                        "order of new interactions %.3f, their gamma %.3f (excess %.3f)",
                        values[N_COUNTED], step, values[ORDER], values[GAMMA], values[EXCESS]);
}

const struct claim_rule claim_new_interactions = {
    .id = "D17",
    .paper = "P4",
    .figure = "new interactions over training",
    .statement = "after the maximum of the excess, on training samples, new interactions become "
                 "more complex and generalise less: the rank correlations with the step of their "
                 "mean order and of minus their gamma are both at least the threshold",
    .threshold = 0.7,
    .judge = judge,
};
