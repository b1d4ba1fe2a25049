/* Snapshots: the parameters of a network in a safetensors file. */
#ifndef TRAIN_SNAPSHOT_H
#define TRAIN_SNAPSHOT_H

#include "phasetrace/network.h"
#include "phasetrace/optimizer.h"

/* Where a snapshot was taken, stored as metadata. */
struct snapshot_moment {
    long step;
    double epoch;
};

/* The state of an optimiser: its slabs one after the other, each [n_parameters]. */
struct snapshot_optimizer {
    enum pt_optimizer kind;
    const float *state;
};

/*
 * Writes parameters and buffers under their PyTorch names, and with `optimizer` (NULL for none) its
 * state beside each parameter NAME, as "optimizer.momentum.NAME" and so on. PT_E_DIVERGED when a
 * number is not finite: such a file is never written.
 */
int snapshot_write(struct pt_network *network, const struct snapshot_optimizer *optimizer,
                   struct snapshot_moment moment, const char *path, struct pt_error *error);

/* Where a snapshot is read to. */
struct snapshot_target {
    enum pt_optimizer kind;
    float *state;               /* [slabs, n_parameters] of the optimiser; NULL: not wanted */
    long first_step, last_step; /* what steps will do */
    long *step;                 /* set to that of the snapshot */
};

/*
 * Reads what snapshot_write() wrote into the network and the target. PT_E_DATA: the checksum of
 * step and values does not match, tensors are not those of network and optimiser, or the step will
 * not do; PT_E_IO. Nothing is changed then.
 */
int snapshot_read(struct pt_network *network, const struct snapshot_target *target,
                  const char *path, struct pt_error *error);

#endif
