/*
 * Weights of a convolution on tables, laid out for its matrix products.
 *
 * An input meets only those taps of a row of the kernel that have the remainder of its own place by
 * the stride. The taps of a row are kept in the order of their remainders, so that those an input
 * meets stand together.
 */
#ifndef TRACE_TAP_WEIGHTS_H
#define TRACE_TAP_WEIGHTS_H

#include "phasetrace/network.h"

struct kernels;

struct tap_weights {
    const struct kernels *kernels;
    struct pt_layer_info layer, batchnorm; /* the convolution, and what follows it */
    int has_batchnorm;
};

/* Packed (num/gemm.h), with the batch normalisation in them. */
struct packed_taps {
    const float *biases; /* [outputs] */
    const float *rows;   /* [kernel] of weight_row_floats(): for each remainder in turn,
                          * [inputs, taps_met() * outputs] */
    const float *taps;   /* [kernel * kernel] of weight_tap_floats(): [inputs, outputs] */
};

size_t tap_weights_floats(const struct tap_weights *weights);
/* Fills `floats`, of tap_weights_floats(), from the layer's parameters as they are now. */
struct packed_taps tap_weights_pack(const struct tap_weights *weights, float *floats);

/* What batch normalisation multiplies an output by, and the biases with it; [outputs] each. */
void tap_weights_factors(const struct tap_weights *weights, float *factors, float *biases);

size_t weight_row_floats(const struct tap_weights *weights);
size_t weight_tap_floats(const struct tap_weights *weights);

/* Remainders that are met at all. */
static inline size_t n_remainders(const struct pt_layer_info *layer)
{
    return layer->stride < layer->kernel ? layer->stride : layer->kernel;
}

/* The remainder of an input in column x. */
static inline size_t remainder_of(const struct pt_layer_info *layer, size_t x)
{
    return (x + layer->padding) % layer->stride;
}

/* Taps of a row of the kernel with a remainder. */
static inline size_t taps_met(const struct pt_layer_info *layer, size_t remainder)
{
    return (layer->kernel + layer->stride - 1 - remainder) / layer->stride;
}

#endif
