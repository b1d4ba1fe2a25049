/*
 * Claims: what the papers say, measured on this run (doc/METHOD.md, "Claims").
 *
 * A claim the run cannot measure is PT_NOT_MEASURED with a reason; one that it can measure is
 * judged whether the run is large or small, with a note in the reason when it traces fewer than
 * the 50 samples a split that a reproduction asks for. Every claim is about testing samples unless
 * it says otherwise.
 */
#ifndef ANALYSIS_CLAIMS_H
#define ANALYSIS_CLAIMS_H

#include "analysis/phases.h"
#include "analysis/state.h"

struct claim_rule {
    const char *id, *paper, *figure, *statement;
    double threshold;
    /* What the claim needs of each trace, as in struct quantity; may be NULL. */
    int (*reduce)(struct pt_analysis *analysis, const struct pt_trace *trace,
                  struct checkpoint *checkpoint, struct pt_error *error);
    /* Fills value, details, verdict and reason. The rest is set; the verdict so far is
     * PT_NOT_MEASURED, the value NaN. */
    int (*judge)(const struct pt_analysis *analysis, struct pt_claim *claim,
                 struct pt_error *error);
};

/* To add a claim, write a file that defines `const struct claim_rule claim_NAME` and put NAME
 * here. This is also the order of claims.json. */
#define ANALYSIS_CLAIMS(X) \
    X(matching)            \
    X(sparsity)            \
    X(spindle)             \
    X(low_orders)          \
    X(rising_order)        \
    X(loss_gap)            \
    X(losses)              \
    X(row_norms)           \
    X(theory)              \
    X(falling_noise)       \
    X(similarity)          \
    X(labels)              \
    X(common)              \
    X(general_orders)      \
    X(label_noise)         \
    X(gamma_peak)          \
    X(new_interactions)    \
    X(causal)              \
    X(causal_parts)        \
    X(overfitting)         \
    X(stability)           \
    X(planted_found)       \
    X(planted_general)

#define DECLARE_CLAIM(name) extern const struct claim_rule claim_##name;
ANALYSIS_CLAIMS(DECLARE_CLAIM)
#undef DECLARE_CLAIM

#define CLAIM_MIN_CHECKPOINTS 5 /* in a phase, for a claim about it to be measured */

/* ---- For those who judge --------------------------------------------------------------- */

/* Sets the reason and leaves the verdict PT_NOT_MEASURED; returns PT_OK. */
int claim_not_measured(struct pt_claim *claim, const char *reason, ...) PT_PRINTF(2, 3);
/* Sets the verdict and, as its reason, the numbers that decided it; returns PT_OK. */
int claim_decide(struct pt_claim *claim, int reproduced, const char *reason, ...) PT_PRINTF(3, 4);
void claim_detail(struct pt_claim *claim, const char *name, double value);
/* The details "low" and "high": the bootstrap interval of the value. */
void claim_interval(struct pt_claim *claim, struct interval interval);

/* The phases of the testing split's mean order, as places among the checkpoints. */
struct phase_points claim_phases(const struct pt_analysis *analysis);

enum phase_need { NEED_FIRST_PHASE = 1, NEED_SECOND_PHASE = 2 };
/*
 * 1 when the phases needed are there, with CLAIM_MIN_CHECKPOINTS each: phase 1 is the checkpoints
 * up to the minimum of the mean order, phase 2 those after it. Otherwise 0, with the reason set.
 */
int claim_has_phases(const struct pt_analysis *analysis, struct pt_claim *claim, int need);

/*
 * Intervals of `n_values` statistics of the testing split's mean order: measure() computes them
 * from one curve m[n_checkpoints], here from that of each resample of the traced samples.
 */
int claim_curve_intervals(const struct pt_analysis *analysis,
                          void (*measure)(const struct pt_analysis *analysis, const double *m,
                                          double *values),
                          size_t n_values, struct interval *intervals, struct pt_error *error);

/* 1 when there are evaluations and all their losses, that on correct labels too, are known.
 * Otherwise 0, with the reason set. */
int claim_has_losses(const struct pt_analysis *analysis, struct pt_claim *claim);
/* 1 when the causal test (analysis->causal) is there, on enough samples, and the claims about it
 * can be judged. Otherwise 0, with the reason set. Sets the number of samples. */
int claim_has_causal_test(const struct pt_analysis *analysis, struct pt_claim *claim);

/* The evaluation at `step`, or NULL. */
const struct pt_metrics_row *metrics_at(const struct pt_analysis *analysis, long step);
/* Testing loss minus the loss on correctly labelled training samples. */
double clean_loss_gap(const struct pt_metrics_row *row);

#endif
