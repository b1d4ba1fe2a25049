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

struct trainer;

/* Trains on `split`: the training split, or, for a baseline network, the testing split. Borrows
 * the data set and the network. After this call training allocates nothing. */
int trainer_create(const struct pt_config *config, const struct pt_dataset *dataset,
                   enum pt_split_id split, struct pt_network *network, struct trainer **trainer,
                   struct pt_error *error);
void trainer_free(struct trainer *trainer); /* NULL is allowed */

/* The last batch of an epoch may be smaller than the others; it is trained on like them. */
long trainer_steps_per_epoch(long n_train, long batch_size);

/*
 * One step: forward, backward, update. Samples come in an order drawn anew for each epoch.
 * PT_E_DIVERGED names the step; when the loss or a gradient was not finite, parameters are still
 * those before the step.
 */
int trainer_step(struct trainer *trainer, struct pt_error *error);

long trainer_steps_done(const struct trainer *trainer);
double trainer_epoch(const struct trainer *trainer);          /* steps done / steps per epoch */
const float *trainer_velocity(const struct trainer *trainer); /* laid out as the parameters */

#endif
