/* Claim D11: low orders are common to training and testing samples, high ones are not (P1). */
#include "analysis/claims.h"

#include <math.h>

#define LEAST_SHARE 0.01 /* of the strength, for an order to count */
#define MIN_ORDERS 5
#define HIGH_ORDERS 5 /* and above */
#define MOST_HIGH_PART 0.40

/* The orders that count. */
struct chosen {
    size_t n;
    size_t order[PT_MAX_PLAYERS];
};

static struct chosen choose_orders(const struct similarity *s)
{
    struct chosen chosen = {0};
    for (size_t order = 1; order <= s->n_players; order++)
        if (s->strength[order] >= LEAST_SHARE * s->strength[0] && !isnan(s->value[order]))
            chosen.order[chosen.n++] = order;
    return chosen;
}

/* NaN when a resample has nothing salient at one of the orders. */
static double correlation_with_order(const struct chosen *chosen, const double *values)
{
    double orders[PT_MAX_PLAYERS], similarities[PT_MAX_PLAYERS];
    for (size_t i = 0; i < chosen->n; i++) {
        orders[i] = (double)chosen->order[i];
        similarities[i] = values[chosen->order[i]];
        if (isnan(similarities[i]))
            return NAN;
    }
    return spearman_correlation(orders, similarities, chosen->n);
}

/* Of the orders that count, those from HIGH_ORDERS on. */
static double mean_of_high(const struct chosen *chosen, const double *strength,
                           const double *values)
{
    double weights[PT_MAX_PLAYERS + 1] = {0};
    for (size_t i = 0; i < chosen->n; i++)
        weights[chosen->order[i]] = strength[chosen->order[i]];
    return similarity_weighted_mean(values, weights, HIGH_ORDERS, chosen->order[chosen->n - 1]);
}

static int judge_intervals(const struct similarity *s, const struct chosen *chosen,
                           struct interval *correlation, struct interval *part,
                           struct pt_error *error)
{
    double *scratch = mem_alloc(2 * s->n_replicates, sizeof *scratch, error);
    if (!scratch)
        return PT_E_MEMORY;
    for (size_t r = 0; r < s->n_replicates; r++) {
        const double *values = s->replicates + r * (s->n_players + 1);
        scratch[r] = correlation_with_order(chosen, values);
        scratch[s->n_replicates + r] = mean_of_high(chosen, s->strength, values) / values[1];
    }
    *correlation = bootstrap_interval(scratch, s->n_replicates);
    *part = bootstrap_interval(scratch + s->n_replicates, s->n_replicates);
    mem_free(scratch);
    return PT_OK;
}

static int decide(const struct pt_analysis *analysis, struct pt_claim *claim,
                  const struct chosen *chosen, struct pt_error *error)
{
    const struct similarity *s = &analysis->similarity;
    struct interval correlation, part;
    int status = judge_intervals(s, chosen, &correlation, &part, error);
    if (status)
        return status;
    double high = mean_of_high(chosen, s->strength, s->value);
    claim->value = correlation_with_order(chosen, s->value);
    claim_interval(claim, correlation);
    claim_detail(claim, "order_1", s->value[1]);
    claim_detail(claim, "high_orders", high);
    claim_detail(claim, "high_part", high / s->value[1]);
    claim_detail(claim, "high_part_low", part.low);
    claim_detail(claim, "high_part_high", part.high);
    claim_detail(claim, "null_order_1", s->null[1]);
    claim_detail(claim, "null_high_orders", mean_of_high(chosen, s->strength, s->null));
    claim_detail(claim, "null_correlation", correlation_with_order(chosen, s->null));
    claim_detail(claim, "orders", (double)chosen->n);
    claim_detail(claim, "categories", (double)s->n_categories);
    return claim_decide(claim,
                        claim->value <= claim->threshold && high <= MOST_HIGH_PART * s->value[1],
                        "rank correlation %.3f with the order; similarity %.3f at order 1, %.3f "
                        "at orders %d and above; with shifted categories %.3f and %.3f",
                        claim->value, s->value[1], high, HIGH_ORDERS, s->null[1],
                        mean_of_high(chosen, s->strength, s->null));
}

static int judge(const struct pt_analysis *analysis, struct pt_claim *claim, struct pt_error *error)
{
    const struct encoding *sample = largest_sample(analysis);
    const struct similarity *s = &analysis->similarity;
    claim->samples = encoding_group_size(sample, PT_GROUP_TEST);
    if (!sample->same_players)
        return claim_not_measured(claim, "samples have different players: their sets cannot be "
                                         "compared");
    if (s->n_categories < 2)
        return claim_not_measured(claim,
                                  "%zu categories have training and testing samples, at "
                                  "least 2 are needed",
                                  s->n_categories);
    struct chosen chosen = choose_orders(s);
    if (chosen.n < MIN_ORDERS)
        return claim_not_measured(claim,
                                  "%zu orders hold 1%% of the strength, at least %d are "
                                  "needed",
                                  chosen.n, MIN_ORDERS);
    if (isnan(s->value[1]))
        return claim_not_measured(claim, "nothing is salient at order 1");
    return decide(analysis, claim, &chosen, error);
}

const struct claim_rule claim_similarity = {
    .id = "D11",
    .paper = "P1",
    .figure = "figure 5",
    .statement = "at the last checkpoint interactions of higher order have less in common on "
                 "training and testing samples: the rank correlation of similarity and order is "
                 "at most the threshold, and similarity at orders 5 and above is at most 40% of "
                 "that at order 1",
    .threshold = -0.9,
    .judge = judge,
};
