/*
 * Sums over taps for every output of a map: a convolution, or a part of its input gradient.
 */
#ifndef NUM_LANES_PRODUCT_H
#define NUM_LANES_PRODUCT_H

#include "num/lanes_block.h"

struct lanes_product {
    struct lanes_axis y, x;
    size_t n_groups, n_in, n_out; /* channels */
    struct lanes_maps in_maps, out_maps;
    size_t kernel, w_in, w_out; /* floats between the weights of two channels */
};

/* Floats of scratch a thread needs. */
size_t lanes_product_scratch_floats(const struct lanes_product *product);

/* out = bias (may be NULL) + products. Whatever n_threads, scratch is that of n_threads. */
void lanes_product_run(const struct lanes_product *product, const float *in, const float *w,
                       const float *bias, float *out, float *scratch, int n_threads);

#endif
