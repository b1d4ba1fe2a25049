/* Gradients of a convolution by its weights and its bias: lanes_conv_weight_gradient(). */
#ifndef NUM_LANES_WEIGHT_H
#define NUM_LANES_WEIGHT_H

#include "num/lanes.h"

/* Floats of scratch for this number of groups. */
size_t lanes_weight_scratch_floats(const struct lanes_conv *conv, size_t n_groups, int n_threads);

#endif
