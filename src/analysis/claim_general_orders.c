/* Claim D14: generalisable interactions are simple ones (P3). */
#include "analysis/generality_claims.h"
#include "analysis/generality_sums.h"

#include <math.h>

/* A statistic over orders takes those that hold 1% of the strength, if 5 do. */
#define MIN_ORDER_SHARE 0.01
#define MIN_ORDERS 5
#define HIGHEST_PEAK 2

struct profile {
    size_t n_orders;          /* that hold enough */
    double correlation;       /* of the order with the excess, over these; NaN when too few */
    double gamma_correlation; /* of the order with gamma */
    size_t peak; /* the order with the most A(k) max(excess(k), 0); 0 where all of it is 0 */
};

static struct profile profile_of(const double *sums, size_t n_players)
{
    struct profile profile = {.correlation = NAN, .gamma_correlation = NAN};
    double orders[PT_MAX_PLAYERS], excess[PT_MAX_PLAYERS], gamma[PT_MAX_PLAYERS], most = 0;
    size_t n = 0;
    for (size_t k = 1; k <= n_players; k++) {
        double strength = generality_strength(sums, k);
        if (!(strength > 0 && strength >= MIN_ORDER_SHARE * generality_strength(sums, 0)) ||
            isnan(generality_excess(sums, k)))
            continue;
        orders[n] = (double)k;
        excess[n] = generality_excess(sums, k);
        gamma[n] = generality_gamma(sums, k);
        if (strength * excess[n] > most) {
            most = strength * excess[n];
            profile.peak = k;
        }
        n++;
    }
    profile.n_orders = n;
    if (n >= MIN_ORDERS) {
        profile.correlation = spearman_correlation(orders, excess, n);
        profile.gamma_correlation = spearman_correlation(orders, gamma, n);
    }
    return profile;
}

static struct profile load_profile(struct generality_table *table, const struct encoding *encoding,
                                   size_t group)
{
    if (encoding->n_samples == 0 || encoding_group_size(encoding, group) == 0)
        return (struct profile){.correlation = NAN, .gamma_correlation = NAN};
    generality_table_load(table, encoding, NULL, group);
    return profile_of(table->mean, encoding->n_players);
}

static struct interval correlation_interval(const struct generality_table *table, size_t n_players)
{
    for (size_t r = 0; r < table->n_replicates; r++)
        table->values[r] =
            profile_of(table->replicates + r * table->n_columns, n_players).correlation;
    return bootstrap_interval(table->values, table->n_replicates);
}

static void add_details(const struct pt_analysis *analysis, struct generality_table *table,
                        struct pt_claim *claim)
{
    const struct encoding *last = &analysis->checkpoints[analysis->n_checkpoints - 1].encoding;
    struct profile test = load_profile(table, last, PT_GROUP_TEST);
    struct profile final = load_profile(table, &analysis->final, PT_GROUP_TRAIN);
    claim_detail(claim, "correlation_test", test.correlation);
    claim_detail(claim, "correlation_final", final.correlation);
    claim_detail(claim, "peak_order_final", (double) final.peak);
    size_t peak = claim_peak(analysis);
    if (peak == analysis->n_checkpoints)
        return;
    struct profile t1 = load_profile(table, &analysis->checkpoints[peak].encoding, PT_GROUP_TRAIN);
    claim_detail(claim, "t1", analysis->steps[peak]);
    claim_detail(claim, "correlation_t1", t1.correlation);
    claim_detail(claim, "peak_order_t1", (double)t1.peak);
}

static int judge_profile(const struct pt_analysis *analysis, struct generality_table *table,
                         struct pt_claim *claim)
{
    const struct encoding *last = &analysis->checkpoints[analysis->n_checkpoints - 1].encoding;
    struct profile profile = load_profile(table, last, PT_GROUP_TRAIN);
    generality_table_resample(table, analysis->bootstrap, PT_GROUP_TRAIN);
    claim->value = profile.correlation;
    claim_interval(claim, correlation_interval(table, analysis->n_players));
    claim_detail(claim, "peak_order", (double)profile.peak);
    claim_detail(claim, "orders", (double)profile.n_orders);
    claim_detail(claim, "correlation_gamma", profile.gamma_correlation);
    add_details(analysis, table, claim);
    if (profile.n_orders < MIN_ORDERS)
        return claim_not_measured(claim,
                                  "%zu orders hold %.2f of the strength, at least %d are "
                                  "needed",
                                  profile.n_orders, MIN_ORDER_SHARE, MIN_ORDERS);
    return claim_decide(claim,
                        claim->value <= claim->threshold && profile.peak >= 1 &&
                            profile.peak <= HIGHEST_PEAK,
                        "correlation %.3f of the order with the excess over %zu orders (with gamma "
                        "%.3f), generalisable strength in excess of chance peaks at order %zu",
                        claim->value, profile.n_orders, profile.gamma_correlation, profile.peak);
}

static int judge(const struct pt_analysis *analysis, struct pt_claim *claim, struct pt_error *error)
{
    if (!claim_has_baselines(analysis, claim))
        return PT_OK;
    struct arena arena = {0};
    struct generality_table table;
    size_t n_samples = analysis->n_samples + analysis->final.n_samples;
    int status =
        generality_table_create(&arena, analysis->n_players, n_samples,
                                bootstrap_n_replicates(analysis->bootstrap), &table, error);
    if (!status)
        status = judge_profile(analysis, &table, claim);
    arena_release(&arena);
    return status;
}

const struct claim_rule claim_general_orders = {
    .id = "D14",
    .paper = "P3",
    .figure = "decay of generalisable interactions",
    .statement = "at the last checkpoint, on training samples, what generalises is simple: the "
                 "rank correlation of the order with the excess of gamma over chance is at most "
                 "the threshold, and order 1 or 2 holds the most strength in excess of chance",
    .threshold = -0.8,
    .judge = judge,
};
