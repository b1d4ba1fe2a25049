/* At which training steps snapshots are taken. */
#ifndef TRAIN_SNAPSHOT_STEPS_H
#define TRAIN_SNAPSHOT_STEPS_H

#include "phasetrace/config.h"
#include "phasetrace/status.h"

#include <stddef.h>

/*
 * Fills `steps` with at most `count` (>= 2) ascending, distinct steps from 0 to n_steps, both
 * included; returns how many. `steps` has room for `count`.
 *   dense-early: 0, 1, 2, 4, 8, ... within the first epoch, because the first phase lasts a few
 *                epochs or less; the rest log-spaced and moved to the nearest end of an epoch.
 *                With too small a count the early ones are thinned out first.
 *   log:         0, then log-spaced.
 *   epochs:      0, then equally spaced ends of epochs.
 */
size_t snapshot_steps(enum pt_snapshot_schedule schedule, size_t count, long steps_per_epoch,
                      long n_steps, long *steps);

#endif
