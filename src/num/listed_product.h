/*
 * Products with rows that have zeros in common, as done by num/kernels.h.
 *
 * Behind a ReLU many inputs of a layer are 0 in all rows of a tile. A list names the columns of A
 * that are to be multiplied, and all others are left out; a term of 0 leaves a sum as it is, so
 * that leaving it out changes no bit.
 */
#ifndef NUM_LISTED_PRODUCT_H
#define NUM_LISTED_PRODUCT_H

#include <stddef.h>
#include <stdint.h>

/* Rows of C are as wide as B, rounded up to a multiple of this. */
enum { LISTED_ALIGN = 16 };

static inline size_t listed_width(size_t n)
{
    return (n + LISTED_ALIGN - 1) / LISTED_ALIGN * LISTED_ALIGN;
}

/* C = relu(start + A B), A with the listed columns alone; each sum in the order of the list. */
struct listed_product {
    size_t n_rows;
    const float *const *rows; /* [n_rows] of A, [k] each */
    const uint32_t *list;     /* [n_listed] rows of B; their number may be 0 */
    const uint32_t *at;       /* [n_listed] the columns of A for them; often `list` itself */
    size_t n_listed;
    size_t k, width;     /* of B; the width is that of listed_width() */
    const float *packed; /* B, by listed_pack() */
    const float *start;  /* rows of `width` floats, start_stride apart (0: the same for all) */
    size_t start_stride;
    float *c; /* [n_rows, width], rows c_stride apart; may be `start` */
    size_t c_stride;
    int relu; /* results below 0 become 0; NaN stays */
};

#endif
