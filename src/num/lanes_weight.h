/*
 * Gradients of a convolution by its weights and bias.
 */
#ifndef NUM_LANES_WEIGHT_H
#define NUM_LANES_WEIGHT_H

#include "num/lanes.h"
#include "num/lanes_block.h"

/* Floats of scratch a thread of lanes_conv_weight_gradient() needs. */
size_t lanes_weight_scratch_floats(const struct lanes_conv *conv, size_t n_groups);

struct lanes_axis lanes_forward_axis(const struct lanes_conv *conv, size_t n_in, size_t n_out);
struct lanes_maps lanes_maps(size_t n_channels, size_t height, size_t width);

#endif
