/*
 * Blocks of outputs of a convolution, each with the input that it needs, or a copy of it.
 *
 * The copy has zeros where the input ends, so that nothing after it knows of borders, and its
 * channels do not compete for a few lines of the cache. Without borders and such channels the
 * input is read where it lies.
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
    size_t n_in_rows, n_in_columns;      /* that the outputs meet, borders or not */
    int is_copied;                       /* the input, as [channel][group][row][column][16] */
    struct lanes_maps in;                /* what is read: the copy, or all of the input */
};

/* Fills in what the numbers of groups and rows decide; the input consists of `maps`. */
void lanes_block_measure(struct lanes_block *block, const struct lanes_maps *maps);
/* The corner of the block's first output in its first channel, for reading; writes the copy of
 * n_channels * in.channel floats where there is one. */
const float *lanes_block_in(const struct lanes_block *block, const struct lanes_maps *maps,
                            const float *in, float *copy);

/* An output, and where its corner is in the input read; floats from the block's first on. */
struct lanes_place {
    uint32_t in, out;
    uint32_t row, column;
};
enum lanes_order { LANES_BY_ROW, LANES_BY_PLACE }; /* [group][y][x] or [y][x][group] */
/* The n_groups * n_rows * x->n_out outputs of the block. */
void lanes_block_places(const struct lanes_block *block, const struct lanes_maps *out_maps,
                        enum lanes_order order, struct lanes_place *places);
/* Floats from the corner of an output to what it meets by tap (ty, tx). */
size_t lanes_block_tap(const struct lanes_block *block, size_t ty, size_t tx);

/* n cut into nearly equal pieces of at most `most` (at least 1): how many; the largest. */
size_t lanes_cut(size_t n, size_t most, size_t *size);
/* The floats that n_bytes take in scratch without disturbing the alignment of what follows. */
size_t lanes_table_floats(size_t n_bytes);

#endif
