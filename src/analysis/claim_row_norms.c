/* Claim D8: the theory attenuates high orders more, the more so the more noise (P2, figure 3). */
#include "analysis/attenuation.h"
#include "analysis/claims.h"

#include <math.h>

/* What was found among the ratios r(k) = norm(k) / norm(k + 1), k = 0..n-1, and where. */
struct findings {
    double least; /* ratio, over all orders */
    size_t least_players, least_order;
    double least_of_interactions; /* k >= 1: order 0 is the constant term */
    size_t n_ratios, n_falls;     /* falls: no rise from one sigma2 to the next */
    size_t n_falls_of_interactions;
    double highest_fall; /* sigma2 */
};

static double ratio(const double *norms, size_t n, size_t g, size_t order)
{
    return norms[g * (n + 1) + order] / norms[g * (n + 1) + order + 1];
}

static void look_at(const double *norms, size_t n, size_t g, size_t order, struct findings *found)
{
    double r = ratio(norms, n, g, order);
    found->n_ratios++;
    if (!(r >= found->least)) {
        found->least = r;
        found->least_players = n;
        found->least_order = order;
    }
    if (order > 0)
        found->least_of_interactions = fmin(found->least_of_interactions, r);
    if (g > 1 && !(r > ratio(norms, n, g - 1, order))) {
        found->n_falls++;
        found->n_falls_of_interactions += order > 0;
        found->highest_fall = fmax(found->highest_fall, sigma2_at(g));
    }
}

static int judge(const struct pt_analysis *analysis, struct pt_claim *claim, struct pt_error *error)
{
    (void)error;
    struct findings found = {
        .least = INFINITY, .least_of_interactions = INFINITY, .highest_fall = NAN};
    for (size_t i = 0; i < N_ROW_NORMS; i++)
        for (size_t g = 1; g < N_SIGMA2; g++)
            for (size_t order = 0; order < row_norm_players[i]; order++)
                look_at(analysis->row_norms.norms[i], row_norm_players[i], g, order, &found);
    claim->samples = 0; /* a statement about a matrix */
    claim->value = found.least;
    claim_detail(claim, "ratios", (double)found.n_ratios);
    claim_detail(claim, "least_players", (double)found.least_players);
    claim_detail(claim, "least_order", (double)found.least_order);
    claim_detail(claim, "least_above_order_0", found.least_of_interactions);
    claim_detail(claim, "falls", (double)found.n_falls);
    claim_detail(claim, "falls_above_order_0", (double)found.n_falls_of_interactions);
    claim_detail(claim, "highest_sigma2_of_a_fall", found.highest_fall);
    return claim_decide(claim, found.least > claim->threshold && found.n_falls == 0,
                        "the least ratio is %.5f (order %zu of %zu players), %zu of %zu ratios do "
                        "not grow with sigma2; from order 1 on the least is %.5f, %zu do not grow",
                        found.least, found.least_order, found.least_players, found.n_falls,
                        found.n_ratios, found.least_of_interactions, found.n_falls_of_interactions);
}

const struct claim_rule claim_row_norms = {
    .id = "D8",
    .paper = "P2",
    .figure = "figure 3",
    .statement = "the theory attenuates order k + 1 more than order k: for 6, 8, 10, 12 players, "
                 "k = 0..n-1, the ratio of the norms of the rows of M(sigma2) is above the "
                 "threshold, and grows with sigma2",
    .threshold = 1,
    .judge = judge,
};
