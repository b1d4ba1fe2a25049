/* Claim D7: both losses fall in phase 1, afterwards they part (P2, figure 7). */
#include "analysis/claims.h"

#include <math.h>

#define FALLING (-0.9)
#define MIN_FIRST_EVALUATIONS 4

/* The evaluations as columns. */
struct losses {
    size_t n;
    double *memory; /* all columns */
    double *steps, *train, *test, *gap;
};

static int load(const struct pt_analysis *analysis, struct losses *losses, struct pt_error *error)
{
    size_t n = analysis->n_metrics;
    double *memory = mem_alloc(n, 4 * sizeof *memory, error);
    if (!memory)
        return PT_E_MEMORY;
    *losses = (struct losses){n, memory, memory, memory + n, memory + 2 * n, memory + 3 * n};
    for (size_t i = 0; i < n; i++) {
        losses->steps[i] = (double)analysis->metrics[i].step;
        losses->train[i] = analysis->metrics[i].train_loss;
        losses->test[i] = analysis->metrics[i].test_loss;
        losses->gap[i] = clean_loss_gap(&analysis->metrics[i]);
    }
    return PT_OK;
}

/* The number of evaluations up to `step`: those of phase 1 when it is t*. */
static size_t evaluations_until(const struct losses *losses, double step)
{
    size_t n = 0;
    while (n < losses->n && losses->steps[n] <= step)
        n++;
    return n;
}

static double gap_correlation_after(const struct losses *losses, double step)
{
    size_t n = evaluations_until(losses, step);
    return spearman_correlation(losses->steps + n, losses->gap + n, losses->n - n);
}

/* The losses are of whole splits; what the traced samples leave uncertain is where t* is. */
static int gap_correlation_interval(const struct pt_analysis *analysis, const struct losses *losses,
                                    struct interval *interval, struct pt_error *error)
{
    size_t n = analysis->n_checkpoints, n_replicates = bootstrap_n_replicates(analysis->bootstrap);
    double *after = mem_alloc(n + n_replicates, sizeof *after, error);
    if (!after)
        return PT_E_MEMORY;
    double *replicates = after + n;
    for (size_t c = 0; c < n; c++)
        after[c] = gap_correlation_after(losses, analysis->steps[c]);
    for (size_t r = 0; r < n_replicates; r++) {
        size_t minimum = phase_points(analysis->mean_order_replicates[PT_TEST] + r * n, n).minimum;
        replicates[r] = minimum < n ? after[minimum] : NAN;
    }
    *interval = bootstrap_interval(replicates, n_replicates);
    mem_free(after);
    return PT_OK;
}

static int judge_losses(const struct pt_analysis *analysis, const struct losses *losses,
                        struct pt_claim *claim, struct pt_error *error)
{
    double star = analysis->steps[claim_phases(analysis).minimum];
    size_t n_first = evaluations_until(losses, star), n_second = losses->n - n_first;
    if (n_first < MIN_FIRST_EVALUATIONS || n_second < CLAIM_MIN_CHECKPOINTS)
        return claim_not_measured(claim,
                                  "%zu evaluations up to t* = %.0f, %zu after it; at least %d and "
                                  "%d are needed",
                                  n_first, star, n_second, MIN_FIRST_EVALUATIONS,
                                  CLAIM_MIN_CHECKPOINTS);
    struct interval interval;
    int status = gap_correlation_interval(analysis, losses, &interval, error);
    if (status)
        return status;
    double train_first = spearman_correlation(losses->steps, losses->train, n_first);
    double test_first = spearman_correlation(losses->steps, losses->test, n_first);
    double train_second =
        spearman_correlation(losses->steps + n_first, losses->train + n_first, n_second);
    double train_change = losses->train[losses->n - 1] - losses->train[n_first - 1];
    claim->value = gap_correlation_after(losses, star);
    claim_interval(claim, interval);
    claim_detail(claim, "training_until_t_star", train_first);
    claim_detail(claim, "testing_until_t_star", test_first);
    claim_detail(claim, "training_after_t_star", train_second);
    claim_detail(claim, "training_change_after_t_star", train_change);
    claim_detail(claim, "t_star", star);
    return claim_decide(claim,
                        claim->value >= claim->threshold && train_first <= FALLING &&
                            test_first <= FALLING && train_change < 0,
                        "correlation with the step: up to t* = %.0f training loss %.3f, testing "
                        "loss %.3f; after it gap %.3f, while the training loss changes by %.3g",
                        star, train_first, test_first, claim->value, train_change);
}

static int judge(const struct pt_analysis *analysis, struct pt_claim *claim, struct pt_error *error)
{
    if (!claim_has_phases(analysis, claim, NEED_SECOND_PHASE) || !claim_has_losses(analysis, claim))
        return PT_OK;
    struct losses losses;
    int status = load(analysis, &losses, error);
    if (status)
        return status;
    status = judge_losses(analysis, &losses, claim, error);
    mem_free(losses.memory);
    return status;
}

const struct claim_rule claim_losses = {
    .id = "D7",
    .paper = "P2",
    .figure = "figure 7",
    .statement = "both losses fall until t*; afterwards the training loss falls on and the loss "
                 "gap grows: its rank correlation with the step is at least the threshold",
    .threshold = 0.8,
    .judge = judge,
};
