/*
 * Blocks of outputs of a convolution, each with a copy of the input that it needs.
 *
 * The copy has zeros where the input ends, so that nothing after it knows of borders, and it lies
 * close together, which the input's channels do not.
 */
#ifndef NUM_LANES_BLOCK_H
#define NUM_LANES_BLOCK_H

#include "num/lanes_axis.h"
#include "num/lanes_kernels.h"

/* Maps [group][channel][y][x][16]: floats from one to the next. */
struct lanes_maps {
    size_t group, channel, row;
};
struct lanes_maps lanes_maps(size_t n_channels, size_t height, size_t width);

struct lanes_block {
    const struct lanes_axis *y, *x;
    size_t group, n_groups, row, n_rows; /* outputs; of all columns */
    size_t channel, n_channels;          /* inputs */
    size_t n_in_rows, n_in_columns;      /* the copy: [channel][group][row][column][16] */
    size_t in_channel;                   /* floats from one channel of it to the next */
};

/* Fills in the size of the copy. */
void lanes_block_measure(struct lanes_block *block);
/* Writes the copy, n_channels * in_channel floats. */
void lanes_block_copy(const struct lanes_block *block, const struct lanes_maps *maps,
                      const float *in, float *copy);

/* An output, and where its corner is in the copy; floats from the block's first output on. */
struct lanes_place {
    uint32_t in, out;
    uint32_t row, column;
};
enum lanes_order { LANES_BY_ROW, LANES_BY_PLACE }; /* [group][y][x] or [y][x][group] */
/* The n_groups * n_rows * x->n_out outputs of the block. */
void lanes_block_places(const struct lanes_block *block, const struct lanes_maps *out_maps,
                        enum lanes_order order, struct lanes_place *places);
/* Floats in the copy from the corner of an output to what it meets by tap (ty, tx). */
size_t lanes_block_tap(const struct lanes_block *block, size_t ty, size_t tx);

/* n cut into nearly equal pieces of at most `most` (at least 1): how many; the largest. */
size_t lanes_cut(size_t n, size_t most, size_t *size);
/* The floats that n_bytes take in scratch without disturbing the alignment of what follows. */
size_t lanes_table_floats(size_t n_bytes);

#endif
