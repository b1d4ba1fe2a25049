/* Claim D1: the interactions add up to the output for every masked sample (P2, Theorem 2). */
#include "analysis/claims.h"

#include <math.h>

/* f[T] = sum over subsets S of T, in place. Its own loop on purpose: the check must not share code
 * with the transforms it checks. */
static void sum_over_subsets(double *f, size_t n_players)
{
    for (size_t bit = 1; bit >> n_players == 0; bit <<= 1)
        for (size_t mask = 0; mask >> n_players == 0; mask++)
            if (mask & bit)
                f[mask] += f[mask ^ bit];
}

/*
 * max over T of |u(T) - d(T) - sum_{S in T} I_and(S) - sum_{S meets T} I_or(S)|, relative to
 * max |u|, where u(T) = v(T) - v(0) (doc/METHOD.md, "Identities"). All arrays [2^n]; noise, the d,
 * may be NULL for none; scratch is [2, 2^n].
 */
static double matching_error(size_t n_players, const double *v, const double *I_and,
                             const double *I_or, const double *noise, double *scratch)
{
    size_t n_masks = (size_t)1 << n_players, full = n_masks - 1;
    double *and_sums = scratch, *or_sums = scratch + n_masks;
    for (size_t mask = 0; mask < n_masks; mask++) {
        and_sums[mask] = mask ? I_and[mask] : 0;
        or_sums[mask] = mask ? I_or[mask] : 0;
    }
    sum_over_subsets(and_sums, n_players);
    sum_over_subsets(or_sums, n_players);
    double error = 0, scale = 0;
    for (size_t mask = 0; mask < n_masks; mask++) {
        double u = v[mask] - v[0];
        double or_part = or_sums[full] - or_sums[full ^ mask];
        double difference = u - (noise ? noise[mask] : 0) - and_sums[mask] - or_part;
        error = fmax(error, fabs(difference));
        scale = fmax(scale, fabs(u));
    }
    return error > 0 ? error / scale : 0;
}

/* The largest error of a trace's samples, and whose it is; scratch[2, 2^n]. NaN without the exact
 * v.
 */
static double worst_error(const struct pt_trace *trace, double *scratch, int32_t *sample_index)
{
    size_t n = trace->n_players;
    double worst = 0;
    *sample_index = trace->sample_index[0];
    if (trace->values != PT_VALUES_F8)
        return NAN;
    for (size_t i = 0; i < trace->n_samples; i++) {
        double of_sample =
            matching_error(n, trace->v + (i << n), trace->I_and + (i << n), trace->I_or + (i << n),
                           trace->noise ? trace->noise + (i << n) : NULL, scratch);
        if (of_sample > worst) {
            worst = of_sample;
            *sample_index = trace->sample_index[i];
        }
    }
    return worst;
}

static int matching_reduce(struct pt_analysis *analysis, const struct pt_trace *trace,
                           struct checkpoint *checkpoint, struct pt_error *error)
{
    (void)error;
    checkpoint->matching_error = worst_error(trace, analysis->scratch, &checkpoint->worst_sample);
    return PT_OK;
}

int matching_reduce_final(struct pt_analysis *analysis, const struct pt_trace *trace,
                          struct pt_error *error)
{
    double *scratch = mem_alloc((size_t)2 << trace->n_players, sizeof *scratch, error);
    if (!scratch)
        return PT_E_MEMORY;
    int32_t sample_index;
    analysis->final_matching_error = worst_error(trace, scratch, &sample_index);
    mem_free(scratch);
    return PT_OK;
}

static int judge(const struct pt_analysis *analysis, struct pt_claim *claim, struct pt_error *error)
{
    (void)error;
    const struct checkpoint *worst = &analysis->checkpoints[0];
    if (isnan(worst->matching_error))
        return claim_not_measured(claim, "the traces do not keep the exact values of all masked "
                                         "samples: trace.values = f8 would");
    for (size_t c = 1; c < analysis->n_checkpoints; c++)
        if (analysis->checkpoints[c].matching_error > worst->matching_error)
            worst = &analysis->checkpoints[c];
    claim->samples = analysis->n_samples > analysis->final.n_samples ? analysis->n_samples
                                                                     : analysis->final.n_samples;
    claim->value = fmax(worst->matching_error, analysis->final_matching_error);
    claim_detail(claim, "step", (double)worst->step);
    claim_detail(claim, "sample_index", worst->worst_sample);
    return claim_decide(claim, claim->value <= claim->threshold,
                        "largest error %.2g of the largest |u| (of the checkpoints %.2g, at step "
                        "%ld)",
                        claim->value, worst->matching_error, worst->step);
}

const struct claim_rule claim_matching = {
    .id = "D1",
    .paper = "P2",
    .figure = "Theorem 2",
    .statement = "the interactions reproduce the output on every masked sample: the largest "
                 "relative error is at most the threshold",
    .threshold = 1e-9,
    .reduce = matching_reduce,
    .judge = judge,
};
