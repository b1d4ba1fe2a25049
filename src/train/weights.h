/* Parameters of a network from a safetensors file that is in memory. */
#ifndef TRAIN_WEIGHTS_H
#define TRAIN_WEIGHTS_H

#include "fmt/safetensors.h"
#include "phasetrace/network.h"

/* As pt_weights_read() (phasetrace/weights.h); `path` is the file's name for messages. */
int weights_take(struct pt_network *network, const struct safetensors *file, const char *path,
                 struct pt_error *error);
/* PT_E_DATA names the first number of a tensor that is not finite or too large. */
int weights_check_values(const struct safetensors_tensor *tensor, const char *path,
                         struct pt_error *error);

#endif
