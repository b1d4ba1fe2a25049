/*
 * Blocks of a convolution: the part of its input they need, copied together; their places.
 *
 * The convolution and its gradients have one form: along each axis output j is a sum over taps m,
 * of which each meets one input, in_first + j in_step + m in_tap. Where that is outside the input
 * it counts as 0.
 */
#ifndef NUM_LANES_BLOCK_H
#define NUM_LANES_BLOCK_H

#include "num/lanes_kernels.h"

#include <stddef.h>

struct lanes_axis {
    size_t n_out, n_in, n_taps;
    size_t out_first, out_step; /* output j stands at out_first + j out_step */
    size_t tap_first, tap_step; /* tap m is the kernel's tap_first + m tap_step */
    ptrdiff_t in_first, in_step;
    ptrdiff_t in_tap; /* 1, or -1 for gradients */
};

/* The taps [first, end) that meet an input for at least one output of [j, last_j]. */
struct lanes_span {
    size_t first, end;
};
struct lanes_span lanes_axis_taps(const struct lanes_axis *axis, size_t j, size_t last_j);

/* What a block is part of: maps [group][channel][place] with `place` = y row + x floats. */
struct lanes_maps {
    size_t group, channel, row; /* floats between two of these */
};

struct lanes_block {
    const struct lanes_axis *y, *x;
    size_t group, n_groups, row, n_rows; /* of the output; all columns */
    size_t channel, n_channels;          /* of the input */
    size_t n_in_rows, n_in_columns;      /* of the copied input, [channel][group][row][column] */
    size_t in_channel;                   /* floats between two channels of it */
};

/* Fills in the sizes of the copy. */
void lanes_block_plan(struct lanes_block *block);
/* Copies from `in`; n_channels * in_channel floats. */
void lanes_block_copy(const struct lanes_block *block, const struct lanes_maps *maps,
                      const float *in, float *copy);
/* Where tap (ty, tx) lies in the copy, seen from an output's `in`. */
size_t lanes_block_tap(const struct lanes_block *block, size_t ty, size_t tx);

struct lanes_place {
    uint32_t in, out; /* floats; out from the block's first group and row */
    uint32_t row, column;
};
enum lanes_order { LANES_ROWS, LANES_GROUPS }; /* [group][y][x] or [y][x][group] */
/* All outputs of the block, n_groups * n_rows * x->n_out places. */
void lanes_block_places(const struct lanes_block *block, const struct lanes_maps *out,
                        enum lanes_order order, struct lanes_place *places);

#endif
