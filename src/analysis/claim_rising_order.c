/* Claim D5: in phase 2 the mean order rises (P1; P2, figure 2). */
#include "analysis/claims.h"

#include <math.h>

#define LEAST_RISE 0.4

enum { CORRELATION, RISE, N_VALUES };

static void measure(const struct pt_analysis *analysis, const double *m, double *values)
{
    size_t n = analysis->n_checkpoints, minimum = phase_points(m, n).minimum;
    values[CORRELATION] = values[RISE] = NAN;
    if (minimum == n)
        return;
    values[CORRELATION] =
        spearman_correlation(analysis->steps + minimum + 1, m + minimum + 1, n - minimum - 1);
    values[RISE] = m[n - 1] - m[minimum];
}

static int judge(const struct pt_analysis *analysis, struct pt_claim *claim, struct pt_error *error)
{
    if (!claim_has_phases(analysis, claim, NEED_SECOND_PHASE))
        return PT_OK;
    double values[N_VALUES];
    struct interval intervals[N_VALUES];
    int status = claim_curve_intervals(analysis, measure, N_VALUES, intervals, error);
    if (status)
        return status;
    measure(analysis, analysis->mean_order[PT_TEST], values);
    size_t minimum = claim_phases(analysis).minimum;
    claim->value = values[CORRELATION];
    claim_interval(claim, intervals[CORRELATION]);
    claim_detail(claim, "rise", values[RISE]);
    claim_detail(claim, "rise_low", intervals[RISE].low);
    claim_detail(claim, "rise_high", intervals[RISE].high);
    claim_detail(claim, "t_star", analysis->steps[minimum]);
    claim_detail(claim, "checkpoints", (double)(analysis->n_checkpoints - minimum - 1));
    return claim_decide(claim, claim->value >= claim->threshold && values[RISE] >= LEAST_RISE,
                        "correlation %.3f with the step after step %ld, the mean order rises by "
                        "%.3f",
                        claim->value, analysis->checkpoints[minimum].step, values[RISE]);
}

const struct claim_rule claim_rising_order = {
    .id = "D5",
    .paper = "P1, P2",
    .figure = "figures 3 and 2",
    .statement = "in phase 2 the mean order rises, by at least 0.4: its rank correlation with the "
                 "step is at least the threshold",
    .threshold = 0.8,
    .judge = judge,
};
