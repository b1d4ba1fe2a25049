/* Claim D12: mislabelled samples are learnt by higher orders (P1, figure 6). */
#include "analysis/claims.h"
#include "analysis/labels.h"
#include "analysis/order_sums.h"

#include <math.h>

#define HIGH_ORDERS 3 /* and above */
#define MOST_P 0.05
#define MIN_SAMPLES 5 /* of each kind: resamples of fewer are hardly different */

/* The share of the high orders, of every kind. */
struct shares {
    double of[N_LABELS];
};

static double difference(const struct shares *shares)
{
    return shares->of[LABELS_MISLABELLED] - shares->of[LABELS_NORMAL];
}

/* A ratio of sums over samples. */
static double high_share(const double *total, size_t n_players)
{
    double high = 0;
    for (size_t order = HIGH_ORDERS; order <= n_players; order++)
        high += order_strength(total, n_players, KIND_BOTH, order);
    return high / total_strength(total, n_players, KIND_BOTH);
}

static int measure_shares(const struct label_sums *sums, struct shares *shares,
                          struct pt_error *error)
{
    double *total = mem_alloc(sums->n_columns, sizeof *total, error);
    if (!total)
        return PT_E_MEMORY;
    for (enum labels l = 0; l < N_LABELS; l++) {
        label_sums_total(sums, l, total);
        shares->of[l] = high_share(total, sums->n_players);
    }
    mem_free(total);
    return PT_OK;
}

/* Shares of the checkpoint's own samples as details. */
static int detail_checkpoint(const struct pt_analysis *analysis, size_t c, const char *normal,
                             const char *mislabelled, struct pt_claim *claim,
                             struct pt_error *error)
{
    struct arena arena = {0};
    struct label_sums sums;
    struct shares shares = {{NAN, NAN}};
    int status = PT_OK;
    if (c < analysis->n_checkpoints) {
        status = label_sums_create(&analysis->checkpoints[c].encoding, &arena, &sums, error);
        if (!status)
            status = measure_shares(&sums, &shares, error);
    }
    claim_detail(claim, normal, shares.of[LABELS_NORMAL]);
    claim_detail(claim, mislabelled, shares.of[LABELS_MISLABELLED]);
    arena_release(&arena);
    return status;
}

static int detail_curve(const struct pt_analysis *analysis, struct pt_claim *claim,
                        struct pt_error *error)
{
    int status = detail_checkpoint(analysis, 0, "normal_first", "mislabelled_first", claim, error);
    if (!status)
        status = detail_checkpoint(analysis, claim_phases(analysis).minimum, "normal_t_star",
                                   "mislabelled_t_star", claim, error);
    if (!status)
        status = detail_checkpoint(analysis, analysis->n_checkpoints - 1, "normal_last",
                                   "mislabelled_last", claim, error);
    return status;
}

/*
 * differences[n], of resamples, against 0, both ways: twice the smaller tail, the sample itself
 * counted among the resamples, so that p is never 0 (Davison, Hinkley 1997, section 4.2).
 */
static double two_sided_p(const double *differences, size_t n)
{
    size_t n_below = 0, n_above = 0, n_known = 0;
    for (size_t r = 0; r < n; r++) {
        n_below += differences[r] <= 0;
        n_above += differences[r] >= 0;
        n_known += !isnan(differences[r]);
    }
    size_t tail = n_below < n_above ? n_below : n_above;
    return fmin(1, 2 * (double)(tail + 1) / (double)(n_known + 1));
}

static int resample(const struct pt_analysis *analysis, const struct label_sums *sums, double *p,
                    struct interval *interval, struct pt_error *error)
{
    size_t n_replicates = analysis->options.n_replicates, n_columns = sums->n_columns;
    struct arena arena = {0};
    struct bootstrap *bootstrap = NULL;
    double *totals[N_LABELS];
    double *values = arena_alloc(&arena, n_replicates, sizeof *values, error);
    for (enum labels l = 0; l < N_LABELS; l++)
        totals[l] = arena_alloc(&arena, n_replicates * n_columns, sizeof(double), error);
    int status = values && totals[0] && totals[1]
                     ? label_sums_bootstrap(sums, analysis, &bootstrap, error)
                     : PT_E_MEMORY;
    if (status)
        goto done;
    for (enum labels l = 0; l < N_LABELS; l++)
        bootstrap_sums(bootstrap, l, sums->of[l], n_columns, totals[l]);
    for (size_t r = 0; r < n_replicates; r++) {
        struct shares shares;
        for (enum labels l = 0; l < N_LABELS; l++)
            shares.of[l] = high_share(totals[l] + r * n_columns, sums->n_players);
        values[r] = difference(&shares);
    }
    *p = two_sided_p(values, n_replicates);
    *interval = bootstrap_interval(values, n_replicates);
done:
    bootstrap_free(bootstrap);
    arena_release(&arena);
    return status;
}

static int decide(const struct pt_analysis *analysis, const struct label_sums *sums,
                  struct pt_claim *claim, struct pt_error *error)
{
    struct shares shares;
    struct interval interval;
    double p;
    int status = measure_shares(sums, &shares, error);
    if (status)
        return status;
    claim->value = difference(&shares);
    if (isnan(claim->value))
        return claim_not_measured(claim, "nothing is salient on samples of one kind");
    status = resample(analysis, sums, &p, &interval, error);
    if (status)
        return status;
    claim_interval(claim, interval);
    claim_detail(claim, "p", p);
    claim_detail(claim, "mislabelled", shares.of[LABELS_MISLABELLED]);
    claim_detail(claim, "normal", shares.of[LABELS_NORMAL]);
    claim_detail(claim, "n_mislabelled", (double)sums->n[LABELS_MISLABELLED]);
    claim_detail(claim, "n_normal", (double)sums->n[LABELS_NORMAL]);
    status = detail_curve(analysis, claim, error);
    if (status)
        return status;
    return claim_decide(claim, claim->value > claim->threshold && p < MOST_P,
                        "orders %d and above hold %.3f of the strength on %zu mislabelled samples, "
                        "%.3f on %zu normal ones, p = %.3g",
                        HIGH_ORDERS, shares.of[LABELS_MISLABELLED], sums->n[LABELS_MISLABELLED],
                        shares.of[LABELS_NORMAL], sums->n[LABELS_NORMAL], p);
}

static int judge(const struct pt_analysis *analysis, struct pt_claim *claim, struct pt_error *error)
{
    struct arena arena = {0};
    struct label_sums sums;
    int status = label_sums_create(largest_sample(analysis), &arena, &sums, error);
    if (status)
        goto done;
    size_t n_normal = sums.n[LABELS_NORMAL], n_mislabelled = sums.n[LABELS_MISLABELLED];
    claim->samples = n_normal < n_mislabelled ? n_normal : n_mislabelled;
    if (n_normal < MIN_SAMPLES || n_mislabelled < MIN_SAMPLES)
        claim_not_measured(claim,
                           "%zu mislabelled and %zu normal training samples are traced, at "
                           "least %d of each are needed",
                           n_mislabelled, n_normal, MIN_SAMPLES);
    else if (sums.n_players < HIGH_ORDERS)
        claim_not_measured(claim, "%zu players have no orders %d and above", sums.n_players,
                           HIGH_ORDERS);
    else
        status = decide(analysis, &sums, claim, error);
done:
    arena_release(&arena);
    return status;
}

const struct claim_rule claim_labels = {
    .id = "D12",
    .paper = "P1",
    .figure = "figure 6",
    .statement = "at the last checkpoint orders 3 and above hold a larger share of the strength on "
                 "mislabelled than on normal training samples: the difference is above the "
                 "threshold, with p < .05 in a two-sample bootstrap",
    .threshold = 0,
    .judge = judge,
};
