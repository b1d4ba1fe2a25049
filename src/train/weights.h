/* Reading the parameters of a network from a safetensors file. */
#ifndef TRAIN_WEIGHTS_H
#define TRAIN_WEIGHTS_H

#include "fmt/safetensors.h"
#include "phasetrace/network.h"

/*
 * Replaces all parameters and buffers of the network by those of the file, which may be a snapshot
 * or a state_dict of PyTorch: every tensor of the network has to be there by its name, in its
 * shape, as F32, F16, BF16 or F64. Of the file's other tensors, an optimiser's state ("optimizer.")
 * and counters of batches ("num_batches_tracked") are passed over.
 *
 * PT_E_DATA lists all tensors that are missing, unexpected or of another shape or type, or names
 * the first one with a number that is not finite or above PT_OPTIMIZER_LARGEST; also when the file
 * is no safetensors file. PT_E_IO: it cannot be read. The network is unchanged then.
 */
int weights_read(struct pt_network *network, const char *path, struct pt_error *error);

/* The same from a file that is in memory; `path` is its name for messages. */
int weights_take(struct pt_network *network, const struct safetensors *file, const char *path,
                 struct pt_error *error);
/* PT_E_DATA names the first number of a tensor that is not finite or too large. */
int weights_check_values(const struct safetensors_tensor *tensor, const char *path,
                         struct pt_error *error);

#endif
