/* Claim D2: few interactions hold most of the strength (P2, figure 1b). */
#include "analysis/claims.h"

#include <math.h>

/* The |I(S)| of a sample's distinct interactions among live players: singletons of AND and OR are
 * one interaction, kept as AND. Returns their number, 2 (2^l - 1) - l for l live players. */
static size_t gather(size_t n_players, const double *I_and, const double *I_or, uint32_t live,
                     double *strengths)
{
    size_t n = 0;
    for (uint32_t set = 1; set >> n_players == 0; set++) {
        if (set & ~live)
            continue;
        strengths[n++] = fabs(I_and[set]);
        if (set & (set - 1)) /* more than one player */
            strengths[n++] = fabs(I_or[set]);
    }
    return n;
}

/* The part of the sum that the largest twentieth, rounded up, holds. Reorders the strengths. */
static double concentration(double *strengths, size_t n)
{
    if (n == 0)
        return NAN;
    size_t n_smaller = n - (n + 19) / 20;
    select_rank(strengths, n, n_smaller);
    double smaller = 0, larger = 0;
    for (size_t i = 0; i < n; i++)
        *(i < n_smaller ? &smaller : &larger) += strengths[i];
    return larger / (smaller + larger);
}

static int sparsity_reduce(struct pt_analysis *analysis, const struct pt_trace *trace,
                           struct checkpoint *checkpoint, struct pt_error *error)
{
    size_t n = analysis->n_players;
    checkpoint->concentration = arena_alloc(&analysis->inputs, analysis->n_samples,
                                            sizeof *checkpoint->concentration, error);
    if (!checkpoint->concentration)
        return PT_E_MEMORY;
    for (size_t i = 0; i < analysis->n_samples; i++) {
        size_t n_strengths = gather(n, trace->I_and + (i << n), trace->I_or + (i << n),
                                    checkpoint->encoding.live[i], analysis->scratch);
        checkpoint->concentration[i] = concentration(analysis->scratch, n_strengths);
    }
    return PT_OK;
}

/* rows[i] = {concentration, 1}, or zeros for samples in which nothing interacts. */
static double mean_concentration(const struct pt_analysis *analysis, const double *values,
                                 size_t split, double (*rows)[2])
{
    double sum = 0, n = 0;
    for (size_t i = analysis->first[split]; i < analysis->first[split + 1]; i++, rows++) {
        int known = !isnan(values[i]);
        (*rows)[0] = known ? values[i] : 0;
        (*rows)[1] = known;
        sum += (*rows)[0];
        n += (*rows)[1];
    }
    return sum / n;
}

static struct interval resampled_interval(const struct pt_analysis *analysis, double (*rows)[2],
                                          double *scratch)
{
    size_t n_replicates = bootstrap_n_replicates(analysis->bootstrap);
    bootstrap_sums(analysis->bootstrap, PT_TEST, &rows[0][0], 2, scratch);
    for (size_t r = 0; r < n_replicates; r++)
        scratch[r] = scratch[2 * r] / scratch[2 * r + 1];
    return bootstrap_interval(scratch, n_replicates);
}

static double mean_live_players(const struct pt_analysis *analysis,
                                const struct checkpoint *checkpoint)
{
    double n = 0;
    for (size_t i = analysis->first[PT_TEST]; i < analysis->first[PT_TEST + 1]; i++)
        n += __builtin_popcount(checkpoint->encoding.live[i]);
    return n / (double)split_size(analysis, PT_TEST);
}

static int judge(const struct pt_analysis *analysis, struct pt_claim *claim, struct pt_error *error)
{
    const struct checkpoint *last = &analysis->checkpoints[analysis->n_checkpoints - 1];
    size_t n_replicates = bootstrap_n_replicates(analysis->bootstrap);
    double *scratch = mem_alloc(2 * (analysis->n_samples + n_replicates), sizeof *scratch, error);
    if (!scratch)
        return PT_E_MEMORY;
    double(*rows)[2] = (double(*)[2])scratch;
    double of_training = mean_concentration(analysis, last->concentration, PT_TRAIN, rows);
    claim->value = mean_concentration(analysis, last->concentration, PT_TEST, rows);
    claim_interval(claim, resampled_interval(analysis, rows, scratch + 2 * analysis->n_samples));
    claim_detail(claim, "training", of_training);
    claim_detail(claim, "live_players", mean_live_players(analysis, last));
    claim_detail(claim, "step", (double)last->step);
    mem_free(scratch);
    if (isnan(claim->value))
        return claim_not_measured(claim, "no testing sample has interactions at step %ld",
                                  last->step);
    return claim_decide(claim, claim->value >= claim->threshold,
                        "the largest 5%% hold %.3f of the strength at step %ld", claim->value,
                        last->step);
}

const struct claim_rule claim_sparsity = {
    .id = "D2",
    .paper = "P2",
    .figure = "figure 1b",
    .statement = "interactions are sparse: at the last checkpoint the largest 5% of a sample's "
                 "interactions hold at least the threshold's part of the strength",
    .threshold = 0.70,
    .reduce = sparsity_reduce,
    .judge = judge,
};
