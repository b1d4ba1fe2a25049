/* Claim D9: the theory's distribution over the orders is the measured one (P2, figures 4 and 9). */
#include "analysis/claims.h"

#include <math.h>

enum { N_POINTS = 3, N_AGAINST_FINAL = 2 };
/* Of the way through phase 2, on the logarithmic clock of training. */
static const double fractions[N_POINTS] = {1.0 / 6, 1.0 / 2, 5.0 / 6};

/* The checkpoint after the minimum that is nearest to this fraction of phase 2. */
static size_t checkpoint_at(const struct pt_analysis *analysis, size_t minimum, double fraction)
{
    size_t n = analysis->n_checkpoints, best = minimum + 1;
    double start = log(fmax(analysis->steps[minimum], 1)), end = log(analysis->steps[n - 1]);
    double target = start + fraction * (end - start);
    for (size_t c = best + 1; c < n; c++)
        if (fabs(log(analysis->steps[c]) - target) < fabs(log(analysis->steps[best]) - target))
            best = c;
    return best;
}

/* The largest of the three distances; NaN without phase 2. */
static double largest_distance(const struct pt_analysis *analysis, const double *m,
                               const struct theory_fit *fits)
{
    size_t n = analysis->n_checkpoints, minimum = phase_points(m, n).minimum;
    double largest = -INFINITY;
    if (minimum + 1 >= n)
        return NAN;
    for (size_t i = 0; i < N_POINTS; i++) {
        double distance = fits[checkpoint_at(analysis, minimum, fractions[i])].distance;
        if (isnan(distance))
            return NAN;
        largest = fmax(largest, distance);
    }
    return largest;
}

static int distance_interval(const struct pt_analysis *analysis, struct interval *interval,
                             struct pt_error *error)
{
    size_t n = analysis->n_checkpoints, n_replicates = bootstrap_n_replicates(analysis->bootstrap);
    double *values = mem_alloc(n_replicates, sizeof *values, error);
    if (!values)
        return PT_E_MEMORY;
    for (size_t r = 0; r < n_replicates; r++)
        values[r] = largest_distance(analysis, analysis->mean_order_replicates[PT_TEST] + r * n,
                                     analysis->theory.replicates + r * n);
    *interval = bootstrap_interval(values, n_replicates);
    mem_free(values);
    return PT_OK;
}

/* AND interactions alone, or OR ones alone, are not a learnt split. */
static int is_learnt_split(const struct pt_analysis *analysis)
{
    int has_and = 0, has_or = 0;
    for (size_t c = 0; c < analysis->n_checkpoints; c++) {
        const struct encoding *e = &analysis->checkpoints[c].encoding;
        for (size_t i = 0; i < e->start[e->n_samples]; i++)
            if (interaction_order(&e->interactions[i]) > 1)
                *(e->interactions[i].is_or ? &has_or : &has_and) = 1;
    }
    return has_and && has_or;
}

static int judge(const struct pt_analysis *analysis, struct pt_claim *claim, struct pt_error *error)
{
    static const char *const names[N_POINTS][4] = {
        {"step_1", "sigma2_1", "distance_1", "distance_final_1"},
        {"step_2", "sigma2_2", "distance_2", "distance_final_2"},
        {"step_3", "sigma2_3", "distance_3", "distance_final_3"},
    };
    const struct theory_fit *fits = analysis->theory.fits[PREDICTED_AND];
    const double *m = analysis->mean_order[PT_TEST];
    struct interval interval;
    if (!claim_has_phases(analysis, claim, NEED_SECOND_PHASE))
        return PT_OK;
    if (!fits)
        return claim_not_measured(claim, "%zu players, at most %d are fitted", analysis->n_players,
                                  PREDICTION_MAX_PLAYERS);
    if (!is_learnt_split(analysis))
        return claim_not_measured(claim, "the claim is about a learnt split into AND and OR "
                                         "interactions, here one kind has no interaction of two "
                                         "players or more");
    int status = distance_interval(analysis, &interval, error);
    if (status)
        return status;
    size_t minimum = claim_phases(analysis).minimum;
    int nearer = 1;
    claim->value = largest_distance(analysis, m, fits);
    claim_interval(claim, interval);
    claim_detail(claim, "distance_both",
                 largest_distance(analysis, m, analysis->theory.fits[PREDICTED_BOTH]));
    for (size_t i = 0; i < N_POINTS; i++) {
        size_t c = checkpoint_at(analysis, minimum, fractions[i]);
        claim_detail(claim, names[i][0], analysis->steps[c]);
        claim_detail(claim, names[i][1], fits[c].sigma2);
        claim_detail(claim, names[i][2], fits[c].distance);
        claim_detail(claim, names[i][3], fits[c].distance_final);
        /* The prediction with sigma2 = 0 is the last checkpoint with a threshold of its own. */
        if (i < N_AGAINST_FINAL &&
            !(fits[c].sigma2 > 0 && fits[c].distance < fits[c].distance_final))
            nearer = 0;
    }
    if (isnan(claim->value))
        return claim_not_measured(claim, "no testing sample has salient AND interactions at one of "
                                         "the checkpoints compared, or at the last one");
    return claim_decide(claim, claim->value <= claim->threshold && nearer,
                        "the largest distance is %.3f; in the first half of phase 2 the theory is "
                        "%snearer than the last checkpoint's interactions themselves",
                        claim->value, nearer ? "" : "not ");
}

const struct claim_rule claim_theory = {
    .id = "D9",
    .paper = "P2",
    .figure = "figures 4 and 9",
    .statement = "at 1/6, 1/2 and 5/6 of phase 2 (log steps) some sigma2 predicts the distribution "
                 "of AND interactions over the orders: the distance is at most the threshold, and "
                 "at the first two smaller than without noise",
    .threshold = 0.12,
    .judge = judge,
};
