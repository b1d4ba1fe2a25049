/* Claim D18: without what does not generalise, most of the loss gap is gone (P4). */
#include "analysis/claims.h"

#include <math.h>

#define MIN_SAMPLES 400      /* of each group: a few samples hold most of the testing loss */
#define MOST_EMPTY_PART 0.30 /* of the log-odds gap, in the size of v of no player */
#define MOST_LOSS_RATIO 1.5

int claim_has_causal_test(const struct pt_analysis *analysis, struct pt_claim *claim)
{
    const struct causal *c = &analysis->causal;
    const struct encoding *sample = largest_sample(analysis);
    size_t n_train = encoding_group_size(sample, PT_GROUP_TRAIN);
    size_t n_test = encoding_group_size(sample, PT_GROUP_TEST);
    claim->samples = n_train < n_test ? n_train : n_test;
    if (!c->is_known)
        claim_not_measured(claim, "no baseline networks say what generalises");
    else if (!analysis->options.background_kept)
        claim_not_measured(claim, "the background is masked: v of all players is not the "
                                  "network's output");
    else if (claim->samples < MIN_SAMPLES)
        claim_not_measured(claim,
                           "%zu training and %zu testing samples at the last checkpoint, "
                           "at least %d of each are needed",
                           n_train, n_test, MIN_SAMPLES);
    else if (fabs(c->parts[CAUSAL_EMPTY]) > MOST_EMPTY_PART * fabs(c->v_gap))
        claim_not_measured(claim,
                           "v of no player holds %.3f of the log-odds gap %.3g, more than "
                           "%.2f",
                           c->parts[CAUSAL_EMPTY] / c->v_gap, c->v_gap, MOST_EMPTY_PART);
    else
        return 1;
    return 0;
}

static int judge(const struct pt_analysis *analysis, struct pt_claim *claim, struct pt_error *error)
{
    (void)error;
    const struct causal *c = &analysis->causal;
    int is_measurable = claim_has_causal_test(analysis, claim);
    if (!c->is_known)
        return PT_OK;
    claim->value = c->ratio;
    claim_interval(claim, c->ratio_bounds);
    claim_detail(claim, "gap", c->gap);
    claim_detail(claim, "gap_low", c->gap_bounds.low);
    claim_detail(claim, "gap_high", c->gap_bounds.high);
    claim_detail(claim, "gap_gen", c->gap_gen);
    claim_detail(claim, "gap_gen_low", c->gap_gen_bounds.low);
    claim_detail(claim, "gap_gen_high", c->gap_gen_bounds.high);
    claim_detail(claim, "gap_random", c->gap_random);
    claim_detail(claim, "gap_random_p5", c->gap_random_p5);
    claim_detail(claim, "test_loss", c->loss[1]);
    claim_detail(claim, "test_loss_gen", c->loss_gen[1]);
    claim_detail(claim, "test_loss_random", c->loss_random[1]);
    claim_detail(claim, "empty_share", c->parts[CAUSAL_EMPTY] / c->v_gap);
    if (!is_measurable)
        return PT_OK;
    if (!(c->gap > 0))
        return claim_not_measured(claim, "no loss gap on the traced samples: it is %.3g", c->gap);
    return claim_decide(
        claim,
        c->ratio <= claim->threshold && fabs(c->gap_gen) < c->gap_random_p5 &&
            c->loss_gen[1] <= MOST_LOSS_RATIO * c->loss_random[1],
        "the gap %.3g becomes %.3g, with random interactions removed %.3g (5th percentile %.3g); "
        "the testing loss %.3g, with random ones %.3g",
        c->gap, c->gap_gen, c->gap_random, c->gap_random_p5, c->loss_gen[1], c->loss_random[1]);
}

const struct claim_rule claim_causal = {
    .id = "D18",
    .paper = "P4",
    .figure = "text",
    .statement = "at the last checkpoint the loss gap without the salient interactions that do "
                 "not generalise is at most the threshold's part of the gap, is below the 5th "
                 "percentile of removing as many random ones, and the testing loss is at most 1.5 "
                 "times the median of that",
    .threshold = 0.5,
    .judge = judge,
};
