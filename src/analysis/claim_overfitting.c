/* Claim D19: the loss gap follows the loss of generalisability (P4). */
#include "analysis/generality_claims.h"

#include <math.h>

enum { LOST_EXCESS, GENERALISABLE, OTHER, TRACED_GAP, N_VALUES };

/* ln(1 + exp(-v)), the cross-entropy of a sample whose log-odds are v. */
static double loss_of(double v)
{
    return v > 0 ? log1p(exp(-v)) : log1p(exp(v)) - v;
}

/* The mean loss of the correctly labelled samples of a group; NaN where there are none. */
static double traced_loss(const struct encoding *encoding, size_t group)
{
    double sum = 0;
    size_t n = 0;
    for (size_t i = encoding->first[group]; i < encoding->first[group + 1]; i++)
        if (!encoding->mislabelled[i]) {
            sum += loss_of(encoding->v_full[i]);
            n++;
        }
    return sum / (double)n;
}

static void measure(const struct pt_analysis *analysis, const struct generalization_point *points,
                    double *scratch, double *values)
{
    size_t n_checkpoints = analysis->n_checkpoints, n = 0;
    double *lost = scratch, *generalisable = lost + n_checkpoints,
           *other = generalisable + n_checkpoints, *gap = other + n_checkpoints;
    size_t peak = generalization_phases(points, n_checkpoints).peak;
    for (size_t c = peak; c < n_checkpoints; c++, n++) {
        lost[n] = 1 - points[c].excess;
        generalisable[n] = points[c].generalisable;
        other[n] = points[c].strength - points[c].generalisable;
        gap[n] = clean_loss_gap(metrics_at(analysis, analysis->checkpoints[c].step));
    }
    values[LOST_EXCESS] = pearson_correlation(lost, gap, n);
    values[GENERALISABLE] = pearson_correlation(generalisable, gap, n);
    values[OTHER] = pearson_correlation(other, gap, n);
    for (size_t i = 0; i < n; i++) {
        const struct encoding *encoding = &analysis->checkpoints[peak + i].encoding;
        gap[i] = traced_loss(encoding, PT_GROUP_TEST) - traced_loss(encoding, PT_GROUP_TRAIN);
    }
    values[TRACED_GAP] = pearson_correlation(lost, gap, n);
}

static int losses_are_known(const struct pt_analysis *analysis, struct pt_claim *claim)
{
    for (size_t c = 0; c < analysis->n_checkpoints; c++) {
        const struct pt_metrics_row *row = metrics_at(analysis, analysis->checkpoints[c].step);
        if (!row || !isfinite(clean_loss_gap(row))) {
            claim_not_measured(claim, "the losses at step %ld are unknown",
                               analysis->checkpoints[c].step);
            return 0;
        }
    }
    return 1;
}

static int judge(const struct pt_analysis *analysis, struct pt_claim *claim, struct pt_error *error)
{
    if (!claim_has_generality(analysis, claim, NEED_SECOND_PHASE) ||
        !losses_are_known(analysis, claim))
        return PT_OK;
    double values[N_VALUES];
    struct interval intervals[N_VALUES];
    int status = claim_measure_points(analysis, measure, N_VALUES, values, intervals, error);
    if (status)
        return status;
    size_t peak = claim_peak(analysis);
    claim->value = values[LOST_EXCESS];
    claim_interval(claim, intervals[LOST_EXCESS]);
    claim_detail(claim, "generalisable", values[GENERALISABLE]);
    claim_detail(claim, "non_generalisable", values[OTHER]);
    claim_detail(claim, "traced_gap", values[TRACED_GAP]);
    claim_detail(claim, "t1", analysis->steps[peak]);
    claim_detail(claim, "checkpoints", (double)(analysis->n_checkpoints - peak));
    return claim_decide(claim, claim->value >= claim->threshold,
                        "correlation %.3f with the loss gap from step %.0f on (%.3f with that of "
                        "the traced samples); generalisable strength %.3f, the rest %.3f",
                        claim->value, analysis->steps[peak], values[TRACED_GAP],
                        values[GENERALISABLE], values[OTHER]);
}

const struct claim_rule claim_overfitting = {
    .id = "D19",
    .paper = "P4",
    .figure = "generalisation power and loss gap",
    .statement = "from its maximum on, what the excess of gamma over chance lacks to 1, on "
                 "training samples, grows with the loss gap (testing minus correctly labelled "
                 "training samples, whole splits): their correlation is at least the threshold",
    .threshold = 0.8,
    .judge = judge,
};
