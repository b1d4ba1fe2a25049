/* Parameters of a network from a file of a snapshot, or of PyTorch. */
#ifndef PHASETRACE_WEIGHTS_H
#define PHASETRACE_WEIGHTS_H

#include "phasetrace/network.h"
#include "phasetrace/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Replaces all parameters and buffers of the network by those of the safetensors file, which may be
 * a snapshot of a run, or a state_dict of PyTorch (tools/torch_export.py): every tensor of the
 * network has to be there by its name, in its shape, as F32, F16, BF16 or F64. Of the file's other
 * tensors, an optimiser's state ("optimizer.") and counters of batches ("num_batches_tracked") are
 * passed over.
 *
 * PT_E_IO: the file cannot be read; PT_E_DATA: it is no safetensors file, or its tensors are not
 * those of the network: the message lists all that are missing, unexpected or of another shape or
 * type; or one has a number that is not finite or above PT_OPTIMIZER_LARGEST; PT_E_MEMORY. The
 * network is unchanged then.
 */
PT_API int pt_weights_read(struct pt_network *network, const char *path, struct pt_error *error);

#ifdef __cplusplus
}
#endif

#endif
