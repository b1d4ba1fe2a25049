/* Label noise: a share of the labels, replaced by wrong ones. */
#ifndef DATA_LABEL_NOISE_H
#define DATA_LABEL_NOISE_H

#include "phasetrace/status.h"

#include <stddef.h>
#include <stdint.h>

/*
 * Replaces exactly round(share * n) of labels[n], chosen at random, each by one of the other
 * classes 0..n_classes-1 with equal probability. share in 0..1; n_classes >= 2 unless share is 0.
 */
int label_noise_apply(uint8_t *labels, size_t n, size_t n_classes, double share, uint64_t seed,
                      struct pt_error *error);

#endif
