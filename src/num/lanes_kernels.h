/*
 * The innermost loops of num/lanes.h, compiled for several instruction sets (num/lanes.inc.h).
 *
 * Both keep a tile of sums in registers, and find what to multiply through tables of offsets, so
 * that one loop serves every kernel size, stride, direction and border. Offsets count floats; all
 * but those of weights are multiples of 16. A vector here is the 16 samples of one place.
 */
#ifndef NUM_LANES_KERNELS_H
#define NUM_LANES_KERNELS_H

#include <stddef.h>
#include <stdint.h>

#define LANES_MOST_COLUMNS 6

/* A weight, and the vector it multiplies seen from where an output stands. */
struct lanes_tap {
    uint32_t in, w;
};

/*
 * to[r][j] = start + sum over taps of w[r][tap] in[j][tap], for n_rows rows r (channels) and
 * n_columns columns j (places). The taps are n_runs pieces of run_length, run_stride apart.
 */
struct lanes_products {
    const float *in;
    uint32_t in_offset[LANES_MOST_COLUMNS];
    size_t n_rows;
    const struct lanes_tap *taps;
    size_t n_runs, run_length, run_stride;
    const float *w;
    size_t w_row;      /* between the weights of two rows */
    const float *from; /* start: vector j of row r is from[r * from_row + 16 j] ... */
    size_t from_row;
    const float *bias; /* ... or where `from` is NULL bias[r], or where that is NULL, 0 */
    float *to;
    size_t to_row;
    uint32_t to_offset[LANES_MOST_COLUMNS];
};

/* Two vectors whose lanes are multiplied. */
struct lanes_pair {
    uint32_t in, out;
};

/*
 * dw[r][column] += sum over pairs and lanes of out[r] in[column], for n_rows rows r (output
 * channels) and n_columns columns (weights of a channel).
 */
struct lanes_correlations {
    const float *in;
    const struct lanes_tap *columns; /* where a column begins in `in`, and in a row of dw */
    size_t n_columns;
    const float *out;
    size_t out_row, n_rows;
    const struct lanes_pair *pairs;
    size_t n_pairs;
    float *dw;
    size_t dw_row;
};

struct lanes_kernels {
    size_t most_columns; /* at most LANES_MOST_COLUMNS */
    void (*products[LANES_MOST_COLUMNS])(const struct lanes_products *); /* [n_columns - 1] */
    void (*correlate)(const struct lanes_correlations *);
    /* The sum of n_vectors vectors one after the other, over all lanes. */
    float (*sum)(const float *in, size_t n_vectors);
};

#endif
