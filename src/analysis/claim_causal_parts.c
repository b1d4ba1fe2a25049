/* Claim D18b: what does not generalise makes more of the log-odds gap than what does (P4). */
#include "analysis/claims.h"

static int judge(const struct pt_analysis *analysis, struct pt_claim *claim, struct pt_error *error)
{
    (void)error;
    const struct causal *c = &analysis->causal;
    int is_measurable = claim_has_causal_test(analysis, claim);
    if (!c->is_known)
        return PT_OK;
    claim->value = c->excess;
    claim_interval(claim, c->excess_bounds);
    claim_detail(claim, "part_empty", c->parts[CAUSAL_EMPTY]);
    claim_detail(claim, "part_gen", c->parts[CAUSAL_GEN]);
    claim_detail(claim, "part_non", c->parts[CAUSAL_NON]);
    claim_detail(claim, "part_rest", c->parts[CAUSAL_REST]);
    claim_detail(claim, "v_gap", c->v_gap);
    if (!is_measurable)
        return PT_OK;
    if (!(c->v_gap > 0))
        return claim_not_measured(claim, "no gap of the log-odds on the traced samples: it is %.3g",
                                  c->v_gap);
    return claim_decide(claim, c->excess > claim->threshold,
                        "of the log-odds gap %.3g, interactions that do not generalise make %.3g, "
                        "those that do %.3g, no player %.3g, the rest %.3g",
                        c->v_gap, c->parts[CAUSAL_NON], c->parts[CAUSAL_GEN],
                        c->parts[CAUSAL_EMPTY], c->parts[CAUSAL_REST]);
}

const struct claim_rule claim_causal_parts = {
    .id = "D18b",
    .paper = "P4",
    .figure = "text",
    .statement = "at the last checkpoint salient interactions that do not generalise make more of "
                 "the gap between training and testing log-odds than those that do: the "
                 "difference is above the threshold",
    .threshold = 0,
    .judge = judge,
};
