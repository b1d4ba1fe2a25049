/*
 * Sums and maxima of rows that are picked from several tables, as done by num/kernels.h.
 *
 * Row i of the result is made of one row of each term: the one that starts at rows + at[i]. In
 * tables over subsets, at[] says which row a mask reads.
 */
#ifndef NUM_ROW_SUMS_H
#define NUM_ROW_SUMS_H

#include <stddef.h>
#include <stdint.h>

struct row_term {
    const float *rows;
    const uint32_t *at; /* [n_rows], in floats */
};

/* to = relu(factor * sum of the terms, in their order, + bias). Without terms the sum is 0. */
struct row_sums {
    size_t n_rows, width, n_terms;
    const struct row_term *terms; /* [n_terms] */
    float factor;
    const float *bias; /* [width] or NULL */
    int relu;          /* results below 0 become 0; NaN stays */
    float *to;         /* [n_rows, width]; may be a term's rows if that has at[i] = i * width */
};

#endif
