/*
 * Vectors of sixteen floats, one lane a sample: what layers on lanes compute with.
 *
 * They are the vector types of gcc and clang, so that a loop over lanes is a few instructions on
 * any processor. Arrays in lanes are aligned for them. Vectors stay inside functions: passing them
 * by value would depend on the instruction set.
 */
#ifndef NN_VECTORS_H
#define NN_VECTORS_H

#include "num/lanes.h"

typedef float lane_floats __attribute__((vector_size(4 * LANES), may_alias));

static inline const lane_floats *as_vectors(const float *values)
{
    return (const lane_floats *)(const void *)values;
}

static inline lane_floats *as_vectors_to(float *values)
{
    return (lane_floats *)(void *)values;
}

#endif
