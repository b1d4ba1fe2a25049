/* What the judges of claims share: verdicts, preconditions, intervals. */
#include "analysis/claims.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>

int claim_not_measured(struct pt_claim *claim, const char *reason, ...)
{
    va_list arguments;
    va_start(arguments, reason);
    vsnprintf(claim->reason, sizeof claim->reason, reason, arguments);
    va_end(arguments);
    claim->reproduced = PT_NOT_MEASURED;
    return PT_OK;
}

int claim_decide(struct pt_claim *claim, int reproduced, const char *reason, ...)
{
    va_list arguments;
    va_start(arguments, reason);
    vsnprintf(claim->reason, sizeof claim->reason, reason, arguments);
    va_end(arguments);
    claim->reproduced = reproduced ? PT_REPRODUCED : PT_NOT_REPRODUCED;
    return PT_OK;
}

void claim_detail(struct pt_claim *claim, const char *name, double value)
{
    if (claim->n_details < PT_MAX_CLAIM_DETAILS) {
        claim->details[claim->n_details].name = name;
        claim->details[claim->n_details].value = value;
        claim->n_details++;
    }
}

void claim_interval(struct pt_claim *claim, struct interval interval)
{
    claim_detail(claim, "low", interval.low);
    claim_detail(claim, "high", interval.high);
}

struct phase_points claim_phases(const struct pt_analysis *analysis)
{
    return phase_points(analysis->mean_order[PT_TEST], analysis->n_checkpoints);
}

static int mean_order_is_known(const struct pt_analysis *analysis, struct pt_claim *claim)
{
    for (size_t c = 0; c < analysis->n_checkpoints; c++)
        if (isnan(analysis->mean_order[PT_TEST][c])) {
            claim_not_measured(claim, "no testing sample has salient interactions at step %ld",
                               analysis->checkpoints[c].step);
            return 0;
        }
    return 1;
}

int claim_has_phases(const struct pt_analysis *analysis, struct pt_claim *claim, int need)
{
    if (!mean_order_is_known(analysis, claim))
        return 0;
    size_t minimum = claim_phases(analysis).minimum;
    size_t n_first = minimum + 1, n_second = analysis->n_checkpoints - n_first;
    if (n_second == 0)
        claim_not_measured(claim, "the mean order is lowest at the last checkpoint: the end of "
                                  "phase 1 is not seen");
    else if (need & NEED_FIRST_PHASE && n_first < CLAIM_MIN_CHECKPOINTS)
        claim_not_measured(claim, "phase 1 has %zu checkpoints, at least %d are needed", n_first,
                           CLAIM_MIN_CHECKPOINTS);
    else if (need & NEED_SECOND_PHASE && n_second < CLAIM_MIN_CHECKPOINTS)
        claim_not_measured(claim, "phase 2 has %zu checkpoints, at least %d are needed", n_second,
                           CLAIM_MIN_CHECKPOINTS);
    else
        return 1;
    return 0;
}

int claim_curve_intervals(const struct pt_analysis *analysis,
                          void (*measure)(const struct pt_analysis *analysis, const double *m,
                                          double *values),
                          size_t n_values, struct interval *intervals, struct pt_error *error)
{
    size_t n_replicates = bootstrap_n_replicates(analysis->bootstrap);
    double *replicates = mem_alloc(n_values * (n_replicates + 1), sizeof *replicates, error);
    if (!replicates)
        return PT_E_MEMORY;
    double *values = replicates + n_values * n_replicates;
    for (size_t r = 0; r < n_replicates; r++) {
        measure(analysis, analysis->mean_order_replicates[PT_TEST] + r * analysis->n_checkpoints,
                values);
        for (size_t i = 0; i < n_values; i++)
            replicates[i * n_replicates + r] = values[i];
    }
    for (size_t i = 0; i < n_values; i++)
        intervals[i] = bootstrap_interval(replicates + i * n_replicates, n_replicates);
    mem_free(replicates);
    return PT_OK;
}

int claim_has_losses(const struct pt_analysis *analysis, struct pt_claim *claim)
{
    if (analysis->n_metrics == 0) {
        claim_not_measured(claim, "no evaluations of the losses");
        return 0;
    }
    for (size_t i = 0; i < analysis->n_metrics; i++) {
        const struct pt_metrics_row *row = &analysis->metrics[i];
        if (!isfinite(row->train_loss + row->test_loss + row->train_clean_loss)) {
            claim_not_measured(claim, "a loss of step %ld is unknown", row->step);
            return 0;
        }
    }
    return 1;
}

const struct pt_metrics_row *metrics_at(const struct pt_analysis *analysis, long step)
{
    for (size_t i = 0; i < analysis->n_metrics; i++)
        if (analysis->metrics[i].step == step)
            return &analysis->metrics[i];
    return NULL;
}

double clean_loss_gap(const struct pt_metrics_row *row)
{
    return row->test_loss - row->train_clean_loss;
}
