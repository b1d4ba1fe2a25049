/* Losses and accuracies of a network over whole splits, with bootstrap intervals. */
#ifndef TRAIN_EVALUATE_H
#define TRAIN_EVALUATE_H

#include "phasetrace/dataset.h"
#include "phasetrace/metrics.h"
#include "phasetrace/network.h"

struct evaluator;

/* Borrows the data set, the crew (NULL: the caller alone) and the network, whose parameters may
 * change between evaluations. */
int evaluator_create(const struct pt_dataset *dataset, const struct pt_network *network,
                     uint64_t seed, struct pt_crew *crew, struct evaluator **evaluator,
                     struct pt_error *error);
/* What the activations of an evaluator take, nearly all of its memory; SIZE_MAX where that many
 * bytes cannot be counted. The network may be an outline. */
size_t evaluator_bytes(const struct pt_dataset *dataset, const struct pt_network *network,
                       int n_members);
void evaluator_free(struct evaluator *evaluator); /* NULL is allowed */

/*
 * Fills the losses, accuracies and their intervals of `row`; step, epoch and learning rate are
 * the caller's. Allocates nothing. PT_E_DIVERGED when a loss is not finite.
 */
int evaluator_run(struct evaluator *evaluator, struct pt_metrics_row *row, struct pt_error *error);

#endif
