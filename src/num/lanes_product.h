/*
 * Sums over taps for every output of a map: a convolution, or a part of its input gradient.
 */
#ifndef NUM_LANES_PRODUCT_H
#define NUM_LANES_PRODUCT_H

#include "num/lanes_block.h"
#include "phasetrace/crew.h"

/* The weight of input channel i, output channel o and tap (ty, tx) of the kernel is
 * w[i * w_in + o * w_out + ty * kernel + tx]. */
struct lanes_product {
    struct lanes_axis y, x;
    size_t n_groups, n_in, n_out; /* channels */
    struct lanes_maps in_maps, out_maps;
    size_t kernel, w_in, w_out;
};

/* Floats of scratch that each thread needs. */
size_t lanes_product_scratch_floats(const struct lanes_product *product);

/* Writes the outputs of the axes: bias (may be NULL) and the sums. */
void lanes_product_run(const struct lanes_product *product, const float *in, const float *w,
                       const float *bias, float *out, float *scratch, struct pt_crew *crew);

#endif
