/*
 * The trainer: epochs of mini-batches over one split.
 *
 * It knows nothing of snapshots, traces or files: whoever runs it asks for one step after the
 * other and does what is due in between.
 */
#ifndef TRAIN_TRAINER_H
#define TRAIN_TRAINER_H

#include "phasetrace/config.h"
#include "phasetrace/dataset.h"
#include "phasetrace/network.h"
#include "train/snapshot.h"

struct trainer;

/*
 * Trains on `split`: the training split, or, for a baseline network, the testing split. The
 * result does not depend on the crew; NULL: the caller alone. Borrows all of them. After this call
 * training allocates nothing. PT_E_CONFIG: samples that are no images are to be augmented.
 */
int trainer_create(const struct pt_config *config, const struct pt_dataset *dataset,
                   enum pt_split_id split, struct pt_network *network, struct pt_crew *crew,
                   struct trainer **trainer, struct pt_error *error);
void trainer_free(struct trainer *trainer); /* NULL is allowed */

/* What training the network takes in parameters, gradients and the optimiser's state, and in
 * activations; SIZE_MAX where that many bytes cannot be counted. It may be an outline. */
struct trainer_memory {
    size_t parameters_bytes, activations_bytes;
};
struct trainer_memory trainer_memory(const struct pt_config *config,
                                     const struct pt_network *network);

/* The last batch of an epoch may be smaller than the others; it is trained on like them. */
long trainer_steps_per_epoch(long n_train, long batch_size);

/* PT_E_CONFIG, with the layer, where batch normalisation would have one value a channel: in a batch
 * of one sample, which PyTorch refuses too. */
int trainer_check_batches(const struct pt_network *network, size_t n_samples, long batch_size,
                          struct pt_error *error);

/*
 * One step: forward, backward, update. Samples come in an order drawn anew for each epoch, and are
 * augmented anew. PT_E_DIVERGED names the step; parameters and the optimiser's state are finite
 * even then: those before the step, or, when a parameter grew beyond PT_OPTIMIZER_LARGEST, those
 * after it.
 */
int trainer_step(struct trainer *trainer, struct pt_error *error);

long trainer_steps_done(const struct trainer *trainer);
double trainer_epoch(const struct trainer *trainer); /* steps done / steps per epoch */
double trainer_rate(const struct trainer *trainer);  /* the learning rate of the next step */
/* Lies in the trainer. */
struct snapshot_optimizer trainer_optimizer(const struct trainer *trainer);

/* The optimiser's state, to be filled with that after step `step` (as are the network's values);
 * then training goes on there with trainer_resume(). */
float *trainer_state(struct trainer *trainer);
void trainer_resume(struct trainer *trainer, long step);

#endif
