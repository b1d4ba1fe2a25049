/*
 * Claims T1, T2: where the truth is planted, the trace finds it, and generalisable interactions
 * are the planted ones. Ours; no paper has such a check.
 */
#include "analysis/claims.h"

#include <math.h>

/* The checkpoint at which the testing loss is smallest: where the network knows the task best. */
static size_t best_checkpoint(const struct pt_analysis *analysis)
{
    size_t best = analysis->n_checkpoints;
    double least = INFINITY;
    for (size_t c = 0; c < analysis->n_checkpoints; c++) {
        const struct pt_metrics_row *row = metrics_at(analysis, analysis->checkpoints[c].step);
        if (row && row->test_loss < least) {
            least = row->test_loss;
            best = c;
        }
    }
    return best;
}

static int has_truth(const struct pt_analysis *analysis, struct pt_claim *claim)
{
    if (!analysis->ground_truth)
        claim_not_measured(claim, "the interactions of this task are not known");
    else if (best_checkpoint(analysis) == analysis->n_checkpoints)
        claim_not_measured(claim, "no evaluations of the losses");
    else
        return 1;
    return 0;
}

static int judge_found(const struct pt_analysis *analysis, struct pt_claim *claim,
                       struct pt_error *error)
{
    (void)error;
    if (!has_truth(analysis, claim))
        return PT_OK;
    size_t c = best_checkpoint(analysis);
    const struct ground_truth *best = &analysis->ground_truth[c];
    const struct ground_truth *first = &analysis->ground_truth[0];
    const struct ground_truth *last = &analysis->ground_truth[analysis->n_checkpoints - 1];
    claim->value = fmin(best->r_precision[PT_TEST], best->recall[PT_TEST]);
    claim_detail(claim, "step", (double)analysis->checkpoints[c].step);
    claim_detail(claim, "r_precision", best->r_precision[PT_TEST]);
    claim_detail(claim, "recall", best->recall[PT_TEST]);
    claim_detail(claim, "precision", best->precision[PT_TEST]);
    claim_detail(claim, "r_precision_start", first->r_precision[PT_TEST]);
    claim_detail(claim, "r_precision_end", last->r_precision[PT_TEST]);
    claim_detail(claim, "precision_start", first->precision[PT_TEST]);
    claim_detail(claim, "recall_start", first->recall[PT_TEST]);
    claim_detail(claim, "precision_end", last->precision[PT_TEST]);
    claim_detail(claim, "recall_end", last->recall[PT_TEST]);
    return claim_decide(claim, claim->value >= claim->threshold,
                        "R-precision %.3f, recall %.3f at step %ld, precision by strength %.3f "
                        "(much that is weak is salient beside); at the end %.3f, %.3f, %.3f",
                        best->r_precision[PT_TEST], best->recall[PT_TEST],
                        analysis->checkpoints[c].step, best->precision[PT_TEST],
                        last->r_precision[PT_TEST], last->recall[PT_TEST],
                        last->precision[PT_TEST]);
}

/* At the last checkpoint, where the network has learnt much that was not planted. */
static int judge_general(const struct pt_analysis *analysis, struct pt_claim *claim,
                         struct pt_error *error)
{
    (void)error;
    if (!has_truth(analysis, claim))
        return PT_OK;
    if (analysis->n_baselines == 0)
        return claim_not_measured(claim, "there are no baseline networks");
    const struct checkpoint *last = &analysis->checkpoints[analysis->n_checkpoints - 1];
    const struct ground_truth *truth = &analysis->ground_truth[analysis->n_checkpoints - 1];
    double precision = truth->general_precision[PT_TRAIN], recall = truth->general_recall[PT_TRAIN];
    claim->samples = split_size(analysis, PT_TRAIN);
    claim->value = fmin(precision, recall);
    claim_detail(claim, "step", (double)last->step);
    claim_detail(claim, "precision", precision);
    claim_detail(claim, "recall", recall);
    claim_detail(claim, "planted_part", truth->precision[PT_TRAIN]);
    return claim_decide(claim, claim->value >= claim->threshold,
                        "of the generalisable strength %.3f is planted (of all salient %.3f); of "
                        "the planted strength found %.3f is generalisable",
                        precision, truth->precision[PT_TRAIN], recall);
}

const struct claim_rule claim_planted_found = {
    .id = "T1",
    .paper = "ours",
    .figure = "planted tasks",
    .statement =
        "where the testing loss is smallest, of the R strongest interactions of a sample, R "
        "being the number planted, at least the threshold's part is planted, and at least "
        "that part of the planted strength is found",
    .threshold = 0.8,
    .judge = judge_found,
};

const struct claim_rule claim_planted_general = {
    .id = "T2",
    .paper = "ours",
    .figure = "planted tasks",
    .statement = "at the last checkpoint, on training samples, at least the threshold's part of "
                 "the generalisable strength is planted, and of the planted strength that is found "
                 "that part is generalisable",
    .threshold = 0.8,
    .judge = judge_general,
};
