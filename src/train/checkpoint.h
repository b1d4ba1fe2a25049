/*
 * Checkpoints: the files from which training goes on.
 *
 * DIRECTORY/snapshots/last.safetensors is the newest, last-1.safetensors the one before it;
 * next.safetensors is there for a moment while a new one takes their places.
 * Whatever else a step depends on is a function of its number and the configuration.
 */
#ifndef TRAIN_CHECKPOINT_H
#define TRAIN_CHECKPOINT_H

#include "phasetrace/log.h"
#include "train/trainer.h"

/*
 * Writes network and trainer as they are now. At any instant one of the files is whole, if one was
 * before. PT_E_DIVERGED: a number is not finite; nothing is written then.
 */
int checkpoint_write(const char *directory, struct pt_network *network,
                     const struct trainer *trainer, struct pt_error *error);

/*
 * Puts network and trainer to the newest checkpoint that is whole and not after `last_step`; where
 * there is none both stay as they are. What is passed over is told to `log` (may be NULL).
 * PT_E_MEMORY.
 */
int checkpoint_read(const char *directory, long last_step, struct pt_network *network,
                    struct trainer *trainer, const struct pt_log *log, struct pt_error *error);

/* Training has ended: removes all but the newest. */
int checkpoint_settle(const char *directory, struct pt_error *error);

#endif
