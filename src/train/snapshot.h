/* Snapshots: the parameters of a network in a safetensors file. */
#ifndef TRAIN_SNAPSHOT_H
#define TRAIN_SNAPSHOT_H

#include "phasetrace/network.h"

/* Where a snapshot was taken, stored as metadata. */
struct snapshot_moment {
    long step;
    double epoch;
};

/*
 * Writes the parameters under their PyTorch names, and with `velocity` (laid out as the
 * parameters; NULL for none) the optimiser's momentum as "optimizer.momentum.NAME". PT_E_DIVERGED
 * when a parameter is not finite: such a file is never written.
 */
int snapshot_write(struct pt_network *network, const float *velocity, struct snapshot_moment moment,
                   const char *path, struct pt_error *error);

#endif
