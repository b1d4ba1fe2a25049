/* Blocks of a convolution: the part of its input they need, copied together; their places. */
#include "num/lanes_block.h"

#include "num/lanes.h"

#include <string.h>

static ptrdiff_t larger(ptrdiff_t a, ptrdiff_t b)
{
    return a > b ? a : b;
}

static ptrdiff_t smaller(ptrdiff_t a, ptrdiff_t b)
{
    return a < b ? a : b;
}

struct lanes_span lanes_axis_taps(const struct lanes_axis *axis, size_t j, size_t last_j)
{
    ptrdiff_t first_in = axis->in_first + (ptrdiff_t)j * axis->in_step;
    ptrdiff_t last_in = axis->in_first + (ptrdiff_t)last_j * axis->in_step;
    ptrdiff_t n_in = (ptrdiff_t)axis->n_in, n_taps = (ptrdiff_t)axis->n_taps, first, end;
    if (axis->in_tap > 0) {
        first = larger(0, -last_in);
        end = smaller(n_taps, n_in - first_in);
    } else {
        first = larger(0, first_in - n_in + 1);
        end = smaller(n_taps, last_in + 1);
    }
    return (struct lanes_span){(size_t)first, (size_t)larger(first, end)};
}

/* The smallest input coordinate that output j meets, were there no border. */
static ptrdiff_t axis_corner(const struct lanes_axis *axis, size_t j)
{
    ptrdiff_t at = axis->in_first + (ptrdiff_t)j * axis->in_step;
    return axis->in_tap > 0 ? at : at - (ptrdiff_t)axis->n_taps + 1;
}

static size_t axis_extent(const struct lanes_axis *axis, size_t n_out)
{
    return axis->n_taps ? (n_out - 1) * (size_t)axis->in_step + axis->n_taps : 0;
}

/* Powers of two between channels would put all of them into the same few lines of a cache. */
static size_t spread(size_t n_vectors)
{
    return n_vectors + (24 - n_vectors % 16) % 16;
}

void lanes_block_plan(struct lanes_block *block)
{
    block->n_in_rows = axis_extent(block->y, block->n_rows);
    block->n_in_columns = axis_extent(block->x, block->x->n_out);
    block->in_channel = spread(block->n_groups * block->n_in_rows * block->n_in_columns) * LANES;
}

/* One row of the copy from `row` of the input, which may lie outside of it. */
static void copy_row(const struct lanes_block *block, const float *row, float *copy)
{
    ptrdiff_t corner = axis_corner(block->x, 0), n_columns = (ptrdiff_t)block->n_in_columns;
    ptrdiff_t first = row ? smaller(n_columns, larger(0, -corner)) : n_columns;
    ptrdiff_t end = larger(first, smaller(n_columns, (ptrdiff_t)block->x->n_in - corner));
    memset(copy, 0, (size_t)first * LANES * sizeof *copy);
    if (first < end)
        memcpy(copy + first * LANES, row + (corner + first) * LANES,
               (size_t)(end - first) * LANES * sizeof *copy);
    memset(copy + end * LANES, 0, (size_t)(n_columns - end) * LANES * sizeof *copy);
}

void lanes_block_copy(const struct lanes_block *block, const struct lanes_maps *maps,
                      const float *in, float *copy)
{
    size_t n_rows = block->n_in_rows, n_copied = block->n_in_columns * LANES;
    for (size_t channel = 0; channel < block->n_channels; channel++)
        for (size_t row = 0; row < block->n_groups * n_rows; row++) {
            ptrdiff_t y = axis_corner(block->y, block->row) + (ptrdiff_t)(row % n_rows);
            const float *from = in + (block->group + row / n_rows) * maps->group +
                                (block->channel + channel) * maps->channel;
            copy_row(block,
                     y >= 0 && y < (ptrdiff_t)block->y->n_in ? from + (size_t)y * maps->row : NULL,
                     copy + channel * block->in_channel + row * n_copied);
        }
}

static size_t tap_place(const struct lanes_axis *axis, size_t tap)
{
    return axis->in_tap > 0 ? tap : axis->n_taps - 1 - tap;
}

size_t lanes_block_tap(const struct lanes_block *block, size_t ty, size_t tx)
{
    return (tap_place(block->y, ty) * block->n_in_columns + tap_place(block->x, tx)) * LANES;
}

static struct lanes_place place(const struct lanes_block *block, const struct lanes_maps *out,
                                size_t group, size_t row, size_t column)
{
    const struct lanes_axis *y = block->y, *x = block->x;
    size_t in_row = group * block->n_in_rows + row * (size_t)y->in_step;
    size_t in = in_row * block->n_in_columns + column * (size_t)x->in_step;
    size_t at = group * out->group + row * y->out_step * out->row + column * x->out_step * LANES;
    return (struct lanes_place){(uint32_t)(in * LANES), (uint32_t)at, (uint32_t)row,
                                (uint32_t)column};
}

void lanes_block_places(const struct lanes_block *block, const struct lanes_maps *out,
                        enum lanes_order order, struct lanes_place *places)
{
    size_t n_columns = block->x->n_out;
    if (order == LANES_ROWS) {
        for (size_t g = 0; g < block->n_groups; g++)
            for (size_t row = 0; row < block->n_rows; row++)
                for (size_t column = 0; column < n_columns; column++)
                    *places++ = place(block, out, g, row, column);
    } else {
        for (size_t row = 0; row < block->n_rows; row++)
            for (size_t column = 0; column < n_columns; column++)
                for (size_t g = 0; g < block->n_groups; g++)
                    *places++ = place(block, out, g, row, column);
    }
}
