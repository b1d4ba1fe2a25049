/* Claim D16: generalisability rises, then falls (P4). */
#include "analysis/generality_claims.h"
#include "analysis/generality_sums.h"

#include <math.h>

enum { GAMMA_RISE, GAMMA_FALL, EXCESS_RISE, EXCESS_FALL, SMALLER_FALL, N_VALUES };

/* From the first checkpoint to the maximum of the smoothed curve, from there to the last. */
static void rise_and_fall(const struct generalization_point *points, size_t n,
                          double (*smooth)(const struct generalization_point *, size_t, size_t),
                          double *values)
{
    double highest = NAN;
    for (size_t c = 0; c < n; c++)
        highest = fmax(highest, smooth(points, n, c));
    values[0] = highest - smooth(points, n, 0);
    values[1] = highest - smooth(points, n, n - 1);
}

static void measure(const struct pt_analysis *analysis, const struct generalization_point *points,
                    double *scratch, double *values)
{
    (void)scratch;
    size_t n = analysis->n_checkpoints;
    rise_and_fall(points, n, smooth_gamma, values + GAMMA_RISE);
    rise_and_fall(points, n, smooth_excess, values + EXCESS_RISE);
    values[SMALLER_FALL] = fmin(values[GAMMA_FALL], values[EXCESS_FALL]);
}

/*
 * Gamma and excess of each split at t1, at the end, and in the larger sample at the end. Training
 * samples formed the network, testing samples the baselines; samples of the third split are the
 * ones that no network has been trained on, so that a fall they show too is no matter of the split.
 */
static void add_splits(const struct encoding *encoding, const char *const names[PT_N_SPLITS][2],
                       struct generality_table *table, struct pt_claim *claim)
{
    for (size_t split = 0; split < PT_N_SPLITS; split++) {
        if (encoding->n_samples == 0 || encoding_group_size(encoding, split) == 0)
            continue;
        generality_table_load(table, encoding, NULL, split);
        claim_detail(claim, names[split][0], generality_gamma(table->mean, 0));
        claim_detail(claim, names[split][1], generality_excess(table->mean, 0));
    }
}

static int add_details(const struct pt_analysis *analysis, struct pt_claim *claim,
                       struct pt_error *error)
{
    static const char *const at_t1[PT_N_SPLITS][2] = {{"gamma_train_t1", "excess_train_t1"},
                                                      {"gamma_test_t1", "excess_test_t1"},
                                                      {"gamma_third_t1", "excess_third_t1"}};
    static const char *const at_end[PT_N_SPLITS][2] = {{"gamma_train_end", "excess_train_end"},
                                                       {"gamma_test_end", "excess_test_end"},
                                                       {"gamma_third_end", "excess_third_end"}};
    static const char *const in_final[PT_N_SPLITS][2] = {
        {"gamma_train_final", "excess_train_final"},
        {"gamma_test_final", "excess_test_final"},
        {"gamma_third_final", "excess_third_final"}};
    struct arena arena = {0};
    struct generality_table table;
    size_t n = analysis->n_checkpoints, peak = claim_peak(analysis);
    int status =
        generality_table_create(&arena, analysis->n_players,
                                analysis->n_samples + analysis->final.n_samples, 0, &table, error);
    if (!status && peak < n) {
        claim_detail(claim, "t1", analysis->steps[peak]);
        add_splits(&analysis->checkpoints[peak].encoding, at_t1, &table, claim);
    }
    if (!status) {
        add_splits(&analysis->checkpoints[n - 1].encoding, at_end, &table, claim);
        add_splits(&analysis->final, in_final, &table, claim);
    }
    arena_release(&arena);
    return status;
}

/* An excess that is highest at the start has been seen not to rise, which is a result. */
static int never_rises(const struct pt_analysis *analysis)
{
    return analysis->checkpoints[0].step == 0 && analysis->n_checkpoints >= CLAIM_MIN_CHECKPOINTS &&
           claim_peak(analysis) == 0;
}

static int judge(const struct pt_analysis *analysis, struct pt_claim *claim, struct pt_error *error)
{
    if (!claim_has_baselines(analysis, claim))
        return PT_OK;
    double values[N_VALUES];
    struct interval intervals[N_VALUES];
    int status = claim_measure_points(analysis, measure, N_VALUES, values, intervals, error);
    if (status)
        return status;
    claim_detail(claim, "gamma_rise", values[GAMMA_RISE]);
    claim_detail(claim, "gamma_fall", values[GAMMA_FALL]);
    claim_detail(claim, "gamma_fall_low", intervals[GAMMA_FALL].low);
    claim_detail(claim, "gamma_fall_high", intervals[GAMMA_FALL].high);
    claim_detail(claim, "excess_rise", values[EXCESS_RISE]);
    claim_detail(claim, "excess_fall", values[EXCESS_FALL]);
    claim_detail(claim, "excess_fall_low", intervals[EXCESS_FALL].low);
    claim_detail(claim, "excess_fall_high", intervals[EXCESS_FALL].high);
    status = add_details(analysis, claim, error);
    if (status)
        return status;
    int need = never_rises(analysis) ? 0 : NEED_FIRST_PHASE | NEED_SECOND_PHASE;
    if (!claim_has_generality(analysis, claim, need))
        return PT_OK;
    claim->value = values[SMALLER_FALL];
    claim_interval(claim, intervals[SMALLER_FALL]);
    return claim_decide(claim,
                        values[GAMMA_RISE] > 0 && values[EXCESS_RISE] > 0 &&
                            claim->value >= claim->threshold,
                        "gamma rises by %.3f and falls by %.3f, its excess over chance rises by "
                        "%.3f until step %.0f and falls by %.3f",
                        values[GAMMA_RISE], values[GAMMA_FALL], values[EXCESS_RISE],
                        analysis->steps[claim_peak(analysis)], values[EXCESS_FALL]);
}

const struct claim_rule claim_gamma_peak = {
    .id = "D16",
    .paper = "P4",
    .figure = "generalisation power over training",
    .statement = "on training samples the generalisable share of the strength rises to a maximum, "
                 "then it falls by at least the threshold, and so does its excess over chance",
    .threshold = 0.1,
    .judge = judge,
};
