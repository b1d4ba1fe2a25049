/* What the judges of claims about generalisability share; these claims are about the training
 * split. */
#ifndef ANALYSIS_GENERALITY_CLAIMS_H
#define ANALYSIS_GENERALITY_CLAIMS_H

#include "analysis/claims.h"

/*
 * 1 when there are baseline networks and training samples, otherwise 0, with the reason set. Says
 * that the claim is about training samples.
 */
int claim_has_baselines(const struct pt_analysis *analysis, struct pt_claim *claim);

/*
 * 1 when in addition the excess is known at every checkpoint and has the phases needed, with
 * CLAIM_MIN_CHECKPOINTS each: phase 1 is the checkpoints up to its peak, the rest is those after.
 */
int claim_has_generality(const struct pt_analysis *analysis, struct pt_claim *claim,
                         enum phase_need need);

/* The place of the excess's peak; there is one when the excess is known. */
size_t claim_peak(const struct pt_analysis *analysis);

/*
 * `n_values` statistics of the curve of generalisability, with their intervals. measure() computes
 * them from one curve, points[n_checkpoints]: the run's, then that of each resample of the training
 * samples; scratch[POINT_SCRATCH, n_checkpoints].
 */
#define POINT_SCRATCH 4
int claim_measure_points(const struct pt_analysis *analysis,
                         void (*measure)(const struct pt_analysis *analysis,
                                         const struct generalization_point *points, double *scratch,
                                         double *values),
                         size_t n_values, double *values, struct interval *intervals,
                         struct pt_error *error);

#endif
