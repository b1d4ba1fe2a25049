/* Claim D20: high orders vary more under noise, and are learnt later (P7). */
#include "analysis/claims.h"
#include "analysis/order_sums.h"
#include "analysis/stability.h"

#include <math.h>

#define LEAST_SHARE 0.01 /* of the strength, for an order to count */
#define MIN_ORDERS 5
#define MOST_RATIO_CORRELATION (-0.9)
#define REACHED 0.5 /* similarity to the last checkpoint */
#define LAST_PART 4 /* the last two octaves begin at the last step divided by this */
#define MIN_LAST_CHECKPOINTS 6

enum { LOW_ORDERS, HIGH_ORDERS, N_PAIRS };
static const size_t pairs[N_PAIRS][2] = {{1, 2}, {7, 8}};

/* The orders that count in what is measured under noise. */
struct chosen {
    size_t n;
    double order[PT_MAX_PLAYERS];
};

struct fit {
    double r;                 /* correlation of log V(k) with k */
    double ratio_correlation; /* rank correlation of mean |I| / sqrt(V) with k */
};

static struct chosen choose_orders(const double *total, size_t n_players)
{
    struct chosen chosen = {0};
    double strength = 0;
    for (size_t k = 0; k < n_players; k++)
        strength += total[n_players + k];
    for (size_t k = 0; k < n_players; k++)
        if (total[n_players + k] >= LEAST_SHARE * strength && total[k] > 0)
            chosen.order[chosen.n++] = (double)(k + 1);
    return chosen;
}

static struct fit fit_orders(const struct pt_stability *measured, const struct chosen *chosen,
                             const double *total)
{
    double log_variance[PT_MAX_PLAYERS], ratio[PT_MAX_PLAYERS];
    for (size_t i = 0; i < chosen->n; i++) {
        struct order_stability s = stability_of_order(
            total, measured->n_players, measured->n_samples, (size_t)chosen->order[i]);
        log_variance[i] = log(s.variance);
        ratio[i] = s.ratio;
    }
    return (struct fit){pearson_correlation(chosen->order, log_variance, chosen->n),
                        spearman_correlation(chosen->order, ratio, chosen->n)};
}

/* What is measured under noise; `n_orders` is how many count. */
static int measure_noise(const struct pt_analysis *analysis, struct fit *fit, size_t *n_orders,
                         struct interval *interval, struct pt_error *error)
{
    const struct pt_stability *s = &analysis->stability;
    size_t n_replicates = analysis->options.n_replicates, n_columns = 2 * s->n_players;
    struct arena arena = {0};
    struct bootstrap *bootstrap = NULL;
    double *rows = arena_alloc(&arena, s->n_samples * n_columns, sizeof(double), error);
    double *total = arena_alloc(&arena, n_columns, sizeof(double), error);
    double *resampled = arena_alloc(&arena, n_replicates * n_columns, sizeof(double), error);
    double *values = arena_alloc(&arena, n_replicates, sizeof(double), error);
    int status = rows && total && resampled && values
                     ? bootstrap_create(analysis->options.seed, n_replicates, &s->n_samples, 1,
                                        &bootstrap, error)
                     : PT_E_MEMORY;
    if (status)
        goto done;
    stability_rows(s, rows);
    for (size_t i = 0; i < s->n_samples * n_columns; i++)
        total[i % n_columns] += rows[i];
    bootstrap_sums(bootstrap, 0, rows, n_columns, resampled);
    struct chosen chosen = choose_orders(total, s->n_players);
    *n_orders = chosen.n;
    *fit = fit_orders(s, &chosen, total);
    for (size_t r = 0; r < n_replicates; r++)
        values[r] = pow(fit_orders(s, &chosen, resampled + r * n_columns).r, 2);
    *interval = bootstrap_interval(values, n_replicates);
done:
    bootstrap_free(bootstrap);
    arena_release(&arena);
    return status;
}

static size_t n_last_checkpoints(const struct pt_analysis *analysis)
{
    size_t n = 0;
    for (size_t c = 0; c < analysis->n_checkpoints; c++)
        n += LAST_PART * analysis->checkpoints[c].step >= last_checkpoint(analysis)->step;
    return n;
}

/* The first checkpoint from which on the testing samples' similarity stays at REACHED or above. */
static size_t reached_at(const struct pt_analysis *analysis, size_t order)
{
    const double *similarity = analysis->convergence[PT_TEST] + order - 1;
    size_t first = analysis->n_checkpoints;
    while (first > 0 && similarity[(first - 1) * analysis->n_players] >= REACHED)
        first--;
    return first;
}

static int holds_strength(const struct pt_analysis *analysis, size_t order)
{
    double sums[N_KINDS * N_SUMS * PT_MAX_PLAYERS];
    size_t n = analysis->n_players;
    order_sums_mean(analysis, last_checkpoint(analysis)->sums, PT_TEST, sums);
    double strength = order <= n ? order_strength(sums, n, KIND_BOTH, order) : 0;
    return strength > 0 && strength >= LEAST_SHARE * total_strength(sums, n, KIND_BOTH);
}

/* Places of the checkpoints where the earlier and the later of a pair of orders are reached, of
 * those that hold enough strength; 0 when neither does. */
static int pair_reached(const struct pt_analysis *analysis, size_t pair, size_t *earliest,
                        size_t *latest)
{
    int found = 0;
    for (size_t i = 0; i < 2; i++) {
        if (!holds_strength(analysis, pairs[pair][i]))
            continue;
        size_t at = reached_at(analysis, pairs[pair][i]);
        *earliest = found && *earliest < at ? *earliest : at;
        *latest = found && *latest > at ? *latest : at;
        found = 1;
    }
    return found;
}

static int judge_convergence(const struct pt_analysis *analysis, const struct fit *fit,
                             struct pt_claim *claim)
{
    size_t first[N_PAIRS], last[N_PAIRS], n_last = n_last_checkpoints(analysis);
    if (n_last < MIN_LAST_CHECKPOINTS)
        return claim_not_measured(claim,
                                  "the last two octaves have %zu checkpoints, at least %d "
                                  "are needed",
                                  n_last, MIN_LAST_CHECKPOINTS);
    for (size_t p = 0; p < N_PAIRS; p++)
        if (!pair_reached(analysis, p, &first[p], &last[p]))
            return claim_not_measured(claim,
                                      "orders %zu and %zu hold less than 1%% of the "
                                      "strength at the last checkpoint",
                                      pairs[p][0], pairs[p][1]);
    long low = analysis->checkpoints[last[LOW_ORDERS]].step;
    long high = analysis->checkpoints[first[HIGH_ORDERS]].step;
    claim_detail(claim, "low_orders_reached", (double)low);
    claim_detail(claim, "high_orders_reached", (double)high);
    return claim_decide(claim,
                        claim->value >= claim->threshold && fit->r > 0 &&
                            fit->ratio_correlation <= MOST_RATIO_CORRELATION && low < high,
                        "log V(k) is linear with R2 %.3f, correlation %.3f; mean |I| / sqrt(V) has "
                        "rank correlation %.3f with the order; similarity %.1f is reached at step "
                        "%ld by low, %ld by high orders",
                        claim->value, fit->r, fit->ratio_correlation, REACHED, low, high);
}

static int judge(const struct pt_analysis *analysis, struct pt_claim *claim, struct pt_error *error)
{
    struct fit fit;
    struct interval interval;
    size_t n_orders;
    if (analysis->stability.n_samples == 0)
        return claim_not_measured(claim, "no interactions under noise were measured");
    int status = measure_noise(analysis, &fit, &n_orders, &interval, error);
    if (status)
        return status;
    if (n_orders < MIN_ORDERS)
        return claim_not_measured(claim,
                                  "%zu orders hold 1%% of the strength and vary, at least "
                                  "%d are needed",
                                  n_orders, MIN_ORDERS);
    claim->value = fit.r * fit.r;
    claim_interval(claim, interval);
    claim_detail(claim, "correlation", fit.r);
    claim_detail(claim, "ratio_correlation", fit.ratio_correlation);
    claim_detail(claim, "orders", (double)n_orders);
    claim_detail(claim, "noisy_samples", (double)analysis->stability.n_samples);
    claim_detail(claim, "draws", (double)analysis->stability.n_draws);
    return judge_convergence(analysis, &fit, claim);
}

const struct claim_rule claim_stability = {
    .id = "D20",
    .paper = "P7",
    .figure = "text",
    .statement = "interactions of higher order are less stable and learnt later: log V(k) grows "
                 "linearly with the order, R2 is at least the threshold, mean |I| / sqrt(V) falls "
                 "with it, and orders 1 and 2 reach a similarity of .5 to the last checkpoint "
                 "before orders 7 and 8",
    .threshold = 0.9,
    .judge = judge,
};
