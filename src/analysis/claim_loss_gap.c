/* Claim D6: the loss gap opens when phase 2 begins (P1, figure 3 right). */
#include "analysis/claims.h"

#include <math.h>

#define OPEN_PART 0.10 /* of the final gap */
#define MOST_OCTAVES 1.0

enum { GAP_RATIO, OCTAVES, N_VALUES };

static double final_gap(const struct pt_analysis *analysis)
{
    return clean_loss_gap(&analysis->metrics[analysis->n_metrics - 1]);
}

/* The first step from which on the gap is at least OPEN_PART of the final one, which is > 0. */
static long opening_step(const struct pt_analysis *analysis)
{
    double least = OPEN_PART * final_gap(analysis);
    size_t first = analysis->n_metrics - 1;
    while (first > 0 && clean_loss_gap(&analysis->metrics[first - 1]) >= least)
        first--;
    return analysis->metrics[first].step;
}

static void measure(const struct pt_analysis *analysis, const double *m, double *values)
{
    size_t n = analysis->n_checkpoints;
    struct phase_points points = phase_points(m, n);
    values[GAP_RATIO] = values[OCTAVES] = NAN;
    if (points.rise == n)
        return;
    const struct pt_metrics_row *row =
        metrics_at(analysis, analysis->checkpoints[points.minimum].step);
    if (row)
        values[GAP_RATIO] = clean_loss_gap(row) / final_gap(analysis);
    values[OCTAVES] =
        fabs(log2((double)opening_step(analysis)) - log2(analysis->steps[points.rise]));
}

/* Sets the reason and returns 0 when this run cannot answer. */
static int is_measurable(const struct pt_analysis *analysis, struct pt_claim *claim)
{
    if (!claim_has_phases(analysis, claim, NEED_FIRST_PHASE | NEED_SECOND_PHASE) ||
        !claim_has_losses(analysis, claim))
        return 0;
    struct phase_points points = claim_phases(analysis);
    long star = analysis->checkpoints[points.minimum].step;
    if (points.rise == analysis->n_checkpoints)
        claim_not_measured(claim, "the mean order does not end above its minimum");
    else if (!metrics_at(analysis, star))
        claim_not_measured(claim, "the losses were not evaluated at step %ld", star);
    else if (!(final_gap(analysis) > 0))
        claim_not_measured(claim, "no loss gap opens: it ends at %.3g", final_gap(analysis));
    else
        return 1;
    return 0;
}

static int judge(const struct pt_analysis *analysis, struct pt_claim *claim, struct pt_error *error)
{
    if (!is_measurable(analysis, claim))
        return PT_OK;
    double values[N_VALUES];
    struct interval intervals[N_VALUES];
    int status = claim_curve_intervals(analysis, measure, N_VALUES, intervals, error);
    if (status)
        return status;
    measure(analysis, analysis->mean_order[PT_TEST], values);
    struct phase_points points = claim_phases(analysis);
    long opening = opening_step(analysis), rise = analysis->checkpoints[points.rise].step;
    claim->value = values[GAP_RATIO];
    claim_interval(claim, intervals[GAP_RATIO]);
    claim_detail(claim, "octaves", values[OCTAVES]);
    claim_detail(claim, "octaves_low", intervals[OCTAVES].low);
    claim_detail(claim, "octaves_high", intervals[OCTAVES].high);
    claim_detail(claim, "t_star", analysis->steps[points.minimum]);
    claim_detail(claim, "t_rise", (double)rise);
    claim_detail(claim, "t_gap10", (double)opening);
    claim_detail(claim, "final_gap", final_gap(analysis));
    return claim_decide(claim, claim->value <= claim->threshold && values[OCTAVES] <= MOST_OCTAVES,
                        "at t* the gap is %.3f of the final %.3g; it opens at step %ld, the mean "
                        "order rises at step %ld",
                        claim->value, final_gap(analysis), opening, rise);
}

const struct claim_rule claim_loss_gap = {
    .id = "D6",
    .paper = "P1",
    .figure = "figure 3, right",
    .statement = "the loss gap opens with phase 2: at t* it is at most the threshold's part of the "
                 "final gap, and it opens within a factor of 2 of the step where the mean order "
                 "rises",
    .threshold = 0.20,
    .judge = judge,
};
