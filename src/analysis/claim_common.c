/* Claim D13: independently trained networks have simple interactions in common (P5, figure 4). */
#include "analysis/claims.h"

#include <math.h>

#define MIN_ORDER_SHARE 0.01 /* of the strength, for an order to say anything */

static int judge(const struct pt_analysis *analysis, struct pt_claim *claim, struct pt_error *error)
{
    (void)error;
    const struct common *common = &analysis->common;
    const struct common_order *first = &common->orders[1];
    const struct common_order *fourth = &common->orders[COMMON_LAST_RAW_ORDER];
    claim->samples = common->n_samples;
    if (analysis->n_baselines < 2)
        return claim_not_measured(claim, "%zu baseline networks, two are needed",
                                  analysis->n_baselines);
    if (common->n_pairs == 0)
        return claim_not_measured(claim, "no training samples are traced");
    if (analysis->n_players < COMMON_LAST_RAW_ORDER)
        return claim_not_measured(claim, "%zu players, at least %d are needed", analysis->n_players,
                                  COMMON_LAST_RAW_ORDER);
    claim->value = common->fall;
    claim_interval(claim, common->fall_bounds);
    claim_detail(claim, "share_1", first->share);
    claim_detail(claim, "share_4", fourth->share);
    claim_detail(claim, "chance_1", first->chance);
    claim_detail(claim, "chance_4", fourth->chance);
    claim_detail(claim, "strength_4", fourth->strength);
    claim_detail(claim, "excess_beyond_4", common->beyond);
    claim_detail(claim, "excess_beyond_4_low", common->beyond_bounds.low);
    claim_detail(claim, "excess_beyond_4_high", common->beyond_bounds.high);
    claim_detail(claim, "pairs", (double)common->n_pairs);
    if (!(first->strength >= MIN_ORDER_SHARE) || !(fourth->strength >= MIN_ORDER_SHARE))
        return claim_not_measured(claim,
                                  "orders 1 and 4 hold %.3f and %.3f of the strength, at "
                                  "least %.2f is needed",
                                  first->strength, fourth->strength, MIN_ORDER_SHARE);
    /* NaN where no network has salient interactions beyond order 4. */
    int falls_on = isnan(common->beyond) || first->share - common->beyond >= claim->threshold;
    return claim_decide(claim, claim->value >= claim->threshold && falls_on,
                        "common are %.3f of the interactions of order 1 (%.3f by chance), %.3f of "
                        "order 4 (%.3f); beyond order 4 %.3f in excess of chance",
                        first->share, first->chance, fourth->share, fourth->chance, common->beyond);
}

const struct claim_rule claim_common = {
    .id = "D13",
    .paper = "P5",
    .figure = "figure 4",
    .statement = "two networks trained independently have simple interactions in common, complex "
                 "ones less: on training samples, which these networks have not seen, the common "
                 "share of order 1 is at least the threshold above that of order 4, as above the "
                 "share in excess of chance of all orders beyond it",
    .threshold = 0.2,
    .judge = judge,
};
