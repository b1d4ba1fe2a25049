/* Preconditions of claims about generalisability, their intervals. */
#include "analysis/generality_claims.h"

#include <math.h>

int claim_has_baselines(const struct pt_analysis *analysis, struct pt_claim *claim)
{
    claim->samples = split_size(analysis, PT_TRAIN);
    if (analysis->n_baselines == 0)
        claim_not_measured(claim, "there are no baseline networks");
    else if (claim->samples == 0)
        claim_not_measured(claim, "no training samples are traced");
    else
        return 1;
    return 0;
}

static int excess_is_known(const struct pt_analysis *analysis, struct pt_claim *claim)
{
    for (size_t c = 0; c < analysis->n_checkpoints; c++)
        if (isnan(analysis->generalization.points[c].excess)) {
            claim_not_measured(claim,
                               "the excess at step %ld is not defined: no training sample "
                               "has salient interactions, or all would be generalisable by "
                               "chance",
                               analysis->checkpoints[c].step);
            return 0;
        }
    return 1;
}

size_t claim_peak(const struct pt_analysis *analysis)
{
    return generalization_phases(analysis->generalization.points, analysis->n_checkpoints).peak;
}

int claim_has_generality(const struct pt_analysis *analysis, struct pt_claim *claim,
                         enum phase_need need)
{
    if (!claim_has_baselines(analysis, claim) || !excess_is_known(analysis, claim))
        return 0;
    size_t n_first = claim_peak(analysis) + 1, n_after = analysis->n_checkpoints - n_first;
    if (n_after == 0)
        claim_not_measured(claim, "the excess is highest at the last checkpoint: the end of phase "
                                  "1 is not seen");
    else if (need & NEED_FIRST_PHASE && n_first < CLAIM_MIN_CHECKPOINTS)
        claim_not_measured(claim,
                           "the excess is highest after %zu checkpoints, at least %d are "
                           "needed",
                           n_first, CLAIM_MIN_CHECKPOINTS);
    else if (need & NEED_SECOND_PHASE && n_after < CLAIM_MIN_CHECKPOINTS)
        claim_not_measured(claim,
                           "%zu checkpoints after the maximum of the excess, at least %d "
                           "are needed",
                           n_after, CLAIM_MIN_CHECKPOINTS);
    else
        return 1;
    return 0;
}

int claim_measure_points(const struct pt_analysis *analysis,
                         void (*measure)(const struct pt_analysis *analysis,
                                         const struct generalization_point *points, double *scratch,
                                         double *values),
                         size_t n_values, double *values, struct interval *intervals,
                         struct pt_error *error)
{
    const struct generalization *curve = &analysis->generalization;
    size_t n = analysis->n_checkpoints, n_replicates = bootstrap_n_replicates(analysis->bootstrap);
    double *replicates =
        mem_alloc(n_values * n_replicates + POINT_SCRATCH * n, sizeof *replicates, error);
    if (!replicates)
        return PT_E_MEMORY;
    double *scratch = replicates + n_values * n_replicates;
    for (size_t r = 0; r < n_replicates; r++) {
        measure(analysis, curve->replicates + r * n, scratch, values);
        for (size_t i = 0; i < n_values; i++)
            replicates[i * n_replicates + r] = values[i];
    }
    for (size_t i = 0; i < n_values; i++)
        intervals[i] = bootstrap_interval(replicates + i * n_replicates, n_replicates);
    measure(analysis, curve->points, scratch, values);
    mem_free(replicates);
    return PT_OK;
}
