/* Claim D10: the noise that explains a checkpoint falls during phase 2 (P2, section 3.3). */
#include "analysis/claims.h"

#include <math.h>

#define MIN_VALUES 5

/* Rank correlation of sigma2 with the step after the minimum of m; NaN when sigma2 is constant,
 * or unknown somewhere. */
static double correlation(const struct pt_analysis *analysis, const double *m,
                          const struct theory_fit *fits, double *sigma2)
{
    size_t n = analysis->n_checkpoints, first = phase_points(m, n).minimum + 1;
    for (size_t c = first; c < n; c++) {
        sigma2[c] = fits[c].sigma2;
        if (isnan(sigma2[c]))
            return NAN;
    }
    return first < n ? spearman_correlation(analysis->steps + first, sigma2 + first, n - first)
                     : NAN;
}

static size_t count_values(const struct pt_analysis *analysis, const struct theory_fit *fits,
                           size_t first)
{
    size_t n_values = 0;
    for (size_t c = first; c < analysis->n_checkpoints; c++) {
        size_t earlier = first;
        while (earlier < c && fits[earlier].sigma2 != fits[c].sigma2)
            earlier++;
        n_values += earlier == c;
    }
    return n_values;
}

static int is_known(const struct pt_analysis *analysis, const struct theory_fit *fits, size_t first)
{
    for (size_t c = first; c < analysis->n_checkpoints; c++)
        if (isnan(fits[c].sigma2))
            return 0;
    return 1;
}

/* scratch[n_replicates + n_checkpoints] */
static void measure(const struct pt_analysis *analysis, struct pt_claim *claim, double *scratch)
{
    size_t n = analysis->n_checkpoints, n_replicates = bootstrap_n_replicates(analysis->bootstrap);
    const double *m = analysis->mean_order[PT_TEST];
    double *sigma2 = scratch + n_replicates;
    for (size_t r = 0; r < n_replicates; r++)
        scratch[r] = correlation(analysis, analysis->mean_order_replicates[PT_TEST] + r * n,
                                 analysis->theory.replicates + r * n, sigma2);
    claim->value = correlation(analysis, m, analysis->theory.fits[PREDICTED_AND], sigma2);
    claim_interval(claim, bootstrap_interval(scratch, n_replicates));
    claim_detail(claim, "correlation_both",
                 correlation(analysis, m, analysis->theory.fits[PREDICTED_BOTH], sigma2));
}

static int judge(const struct pt_analysis *analysis, struct pt_claim *claim, struct pt_error *error)
{
    const struct theory_fit *fits = analysis->theory.fits[PREDICTED_AND];
    if (!claim_has_phases(analysis, claim, NEED_SECOND_PHASE))
        return PT_OK;
    if (!fits)
        return claim_not_measured(claim, "%zu players, at most %d are fitted", analysis->n_players,
                                  PREDICTION_MAX_PLAYERS);
    size_t first = claim_phases(analysis).minimum + 1;
    if (!is_known(analysis, fits, first))
        return claim_not_measured(claim, "at some checkpoint of phase 2 no testing sample has "
                                         "salient AND interactions");
    double *scratch =
        mem_alloc(bootstrap_n_replicates(analysis->bootstrap) + analysis->n_checkpoints,
                  sizeof *scratch, error);
    if (!scratch)
        return PT_E_MEMORY;
    measure(analysis, claim, scratch);
    mem_free(scratch);
    size_t n_values = count_values(analysis, fits, first);
    claim_detail(claim, "values", (double)n_values);
    claim_detail(claim, "checkpoints", (double)(analysis->n_checkpoints - first));
    claim_detail(claim, "sigma2_first", fits[first].sigma2);
    claim_detail(claim, "sigma2_last", fits[analysis->n_checkpoints - 1].sigma2);
    if (n_values < MIN_VALUES)
        return claim_decide(claim, 0, "sigma2 takes %zu values in phase 2, at least %d are needed",
                            n_values, MIN_VALUES);
    return claim_decide(claim, claim->value <= claim->threshold,
                        "correlation %.3f of sigma2 with the step, %zu different values in phase 2",
                        claim->value, n_values);
}

const struct claim_rule claim_falling_noise = {
    .id = "D10",
    .paper = "P2",
    .figure = "section 3.3",
    .statement = "the sigma2 that fits best falls over phase 2: its rank correlation with the step "
                 "is at most the threshold, with at least 5 different values",
    .threshold = -0.8,
    .judge = judge,
};
