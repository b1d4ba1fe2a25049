/* Claim D15: wrong labels add to the spindle (P3). One run cannot tell, it can be compared. */
#include "analysis/claims.h"

#include <math.h>

static int judge(const struct pt_analysis *analysis, struct pt_claim *claim, struct pt_error *error)
{
    (void)error;
    const struct decay_spindle_results *split = &analysis->decay_spindle;
    claim_detail(claim, "spindle_weight", split->weight);
    claim_detail(claim, "spindle_share", split->share);
    claim_detail(claim, "spindle_share_low", split->share_interval.low);
    claim_detail(claim, "spindle_share_high", split->share_interval.high);
    claim_detail(claim, "cosine_non", split->cosine_non);
    claim_detail(claim, "cosine_gen", split->cosine_gen);
    claim_detail(claim, "delta", split->delta);
    claim_detail(claim, "residual", split->residual);
    if (isnan(split->weight))
        return claim_not_measured(claim, "needs a sweep of data.label_noise; no spindle is fitted "
                                         "to this run, which shows no end of phase 1");
    return claim_not_measured(claim,
                              "needs a sweep of data.label_noise; in this run the spindle holds "
                              "%.3f of the strength",
                              split->share);
}

const struct claim_rule claim_label_noise = {
    .id = "D15",
    .paper = "P3",
    .figure = "decay and spindle",
    .statement = "over runs with more and more wrong labels the weight of the fitted spindle "
                 "grows: its rank correlation with the label noise is at least the threshold",
    .threshold = 0.8,
    .judge = judge,
};
