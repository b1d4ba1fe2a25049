/* Blocks of outputs of a convolution, each with a copy of the input that it needs. */
#include "num/lanes_block.h"

#include "num/lanes.h"

#include <string.h>

struct lanes_maps lanes_maps(size_t n_channels, size_t height, size_t width)
{
    size_t row = width * LANES;
    return (struct lanes_maps){n_channels * height * row, height * row, row};
}

/* With a power of two between them, all channels would compete for a few lines of the cache: make
 * it 8 more than a multiple of 16 vectors. */
static size_t spread(size_t n_vectors)
{
    return n_vectors + (24 - n_vectors % 16) % 16;
}

void lanes_block_measure(struct lanes_block *block)
{
    block->n_in_rows = lanes_axis_extent(block->y, block->n_rows);
    block->n_in_columns = lanes_axis_extent(block->x, block->x->n_out);
    block->in_channel = spread(block->n_groups * block->n_in_rows * block->n_in_columns) * LANES;
}

static void copy_row(const struct lanes_block *block, const float *row, float *copy)
{
    ptrdiff_t n_columns = (ptrdiff_t)block->n_in_columns, n_in = (ptrdiff_t)block->x->n_in;
    ptrdiff_t corner = lanes_axis_corner(block->x, 0);
    ptrdiff_t first = corner < 0 ? -corner : 0, end = n_in - corner;
    first = first < n_columns ? first : n_columns;
    end = end < first ? first : end < n_columns ? end : n_columns;
    const size_t vector_bytes = LANES * sizeof *copy;
    memset(copy, 0, (size_t)first * vector_bytes);
    if (first < end)
        memcpy(copy + first * LANES, row + (corner + first) * LANES,
               (size_t)(end - first) * vector_bytes);
    memset(copy + end * LANES, 0, (size_t)(n_columns - end) * vector_bytes);
}

void lanes_block_copy(const struct lanes_block *block, const struct lanes_maps *maps,
                      const float *in, float *copy)
{
    size_t n_rows = block->n_in_rows, row_floats = block->n_in_columns * LANES;
    ptrdiff_t corner = lanes_axis_corner(block->y, block->row);
    for (size_t channel = 0; channel < block->n_channels; channel++)
        for (size_t row = 0; row < block->n_groups * n_rows; row++) {
            const float *map = in + (block->group + row / n_rows) * maps->group +
                               (block->channel + channel) * maps->channel;
            float *to = copy + channel * block->in_channel + row * row_floats;
            size_t y = (size_t)(corner + (ptrdiff_t)(row % n_rows));
            if (y < block->y->n_in)
                copy_row(block, map + y * maps->row, to);
            else
                memset(to, 0, row_floats * sizeof *to);
        }
}

static struct lanes_place place(const struct lanes_block *block, const struct lanes_maps *maps,
                                size_t group, size_t row, size_t column)
{
    size_t in_row = group * block->n_in_rows + row * (size_t)block->y->in_step;
    size_t in = in_row * block->n_in_columns + column * (size_t)block->x->in_step;
    size_t out = group * maps->group + row * block->y->out_step * maps->row +
                 column * block->x->out_step * LANES;
    return (struct lanes_place){(uint32_t)(in * LANES), (uint32_t)out, (uint32_t)row,
                                (uint32_t)column};
}

void lanes_block_places(const struct lanes_block *block, const struct lanes_maps *out_maps,
                        enum lanes_order order, struct lanes_place *places)
{
    size_t n_columns = block->x->n_out, n_groups = block->n_groups;
    for (size_t row = 0; row < block->n_rows; row++)
        for (size_t column = 0; column < n_columns; column++)
            for (size_t g = 0; g < n_groups; g++) {
                size_t at = order == LANES_BY_ROW ? (g * block->n_rows + row) * n_columns + column
                                                  : (row * n_columns + column) * n_groups + g;
                places[at] = place(block, out_maps, g, row, column);
            }
}

size_t lanes_block_tap(const struct lanes_block *block, size_t ty, size_t tx)
{
    size_t row = lanes_axis_place(block->y, ty), column = lanes_axis_place(block->x, tx);
    return (row * block->n_in_columns + column) * LANES;
}

size_t lanes_cut(size_t n, size_t most, size_t *size)
{
    most = most < 1 ? 1 : most;
    size_t n_pieces = (n + most - 1) / most;
    *size = (n + n_pieces - 1) / n_pieces;
    return (n + *size - 1) / *size;
}

size_t lanes_table_floats(size_t n_bytes)
{
    size_t line_bytes = LANES * sizeof(float);
    return (n_bytes + line_bytes - 1) / line_bytes * LANES;
}
