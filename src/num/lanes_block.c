/* Blocks of outputs of a convolution, each with the input that it needs, or a copy of it. */
#include "num/lanes_block.h"

#include "num/lanes.h"

#include <string.h>

#define SPREAD_VECTORS 16

struct lanes_maps lanes_maps(size_t n_channels, size_t height, size_t width)
{
    size_t row = width * LANES;
    return (struct lanes_maps){n_channels * height * row, height * row, row};
}

/* With a power of two between them, all channels would compete for a few lines of the cache: make
 * it 8 more than a multiple of 16 vectors. */
static size_t spread(size_t n_vectors)
{
    return n_vectors + (3 * SPREAD_VECTORS / 2 - n_vectors % SPREAD_VECTORS) % SPREAD_VECTORS;
}

/* Whether each output has taps, and meets an input by each of them. */
static int stays_inside(const struct lanes_axis *axis)
{
    ptrdiff_t corner = lanes_axis_corner(axis, 0);
    return axis->n_taps > 0 && corner >= 0 &&
           (size_t)corner + lanes_axis_extent(axis, axis->n_out) <= axis->n_in;
}

void lanes_block_measure(struct lanes_block *block, const struct lanes_maps *maps)
{
    block->n_in_rows = lanes_axis_extent(block->y, block->n_rows);
    block->n_in_columns = lanes_axis_extent(block->x, block->x->n_out);
    block->is_copied = !stays_inside(block->y) || !stays_inside(block->x) ||
                       maps->channel % (SPREAD_VECTORS * LANES) == 0;
    block->in = *maps;
    if (block->is_copied) {
        block->in.row = block->n_in_columns * LANES;
        block->in.group = block->n_in_rows * block->in.row;
        block->in.channel = spread(block->n_groups * block->in.group / LANES) * LANES;
    }
}

/* The inputs [first, end) among the `extent` from the corner of output j on. */
static struct lanes_span inputs_within(const struct lanes_axis *axis, size_t j, size_t extent)
{
    ptrdiff_t first = lanes_axis_corner(axis, j), end = first + (ptrdiff_t)extent;
    first = first > 0 ? first : 0;
    end = end < (ptrdiff_t)axis->n_in ? end : (ptrdiff_t)axis->n_in;
    return first < end ? (struct lanes_span){(size_t)first, (size_t)end} : (struct lanes_span){0};
}

/* The inputs (rows, columns) of a map, with zeros where the block goes beyond them. */
static void copy_map(const struct lanes_block *block, struct lanes_span rows,
                     struct lanes_span columns, const float *map, size_t map_row, float *copy)
{
    ptrdiff_t corner_y = lanes_axis_corner(block->y, block->row);
    ptrdiff_t corner_x = lanes_axis_corner(block->x, 0);
    size_t n_floats = (columns.end - columns.first) * LANES;
    float *end = copy;
    for (size_t y = rows.first; y < rows.end; y++) {
        float *to = copy + ((ptrdiff_t)y - corner_y) * (ptrdiff_t)block->in.row +
                    ((ptrdiff_t)columns.first - corner_x) * LANES;
        memset(end, 0, (size_t)(to - end) * sizeof *to);
        memcpy(to, map + y * map_row + columns.first * LANES, n_floats * sizeof *to);
        end = to + n_floats;
    }
    memset(end, 0, (size_t)(copy + block->in.group - end) * sizeof *copy);
}

static void copy_block(const struct lanes_block *block, const struct lanes_maps *maps,
                       const float *in, float *copy)
{
    struct lanes_span rows = inputs_within(block->y, block->row, block->n_in_rows);
    struct lanes_span columns = inputs_within(block->x, 0, block->n_in_columns);
    if (columns.first == columns.end)
        rows.end = rows.first;
    for (size_t channel = 0; channel < block->n_channels; channel++)
        for (size_t group = 0; group < block->n_groups; group++)
            copy_map(block, rows, columns,
                     in + (block->group + group) * maps->group +
                         (block->channel + channel) * maps->channel,
                     maps->row, copy + channel * block->in.channel + group * block->in.group);
}

const float *lanes_block_in(const struct lanes_block *block, const struct lanes_maps *maps,
                            const float *in, float *copy)
{
    if (block->is_copied) {
        copy_block(block, maps, in, copy);
        return copy;
    }
    return in + block->group * maps->group + block->channel * maps->channel +
           lanes_axis_corner(block->y, block->row) * (ptrdiff_t)maps->row +
           lanes_axis_corner(block->x, 0) * LANES;
}

static struct lanes_place place(const struct lanes_block *block, const struct lanes_maps *maps,
                                size_t group, size_t row, size_t column)
{
    size_t in = group * block->in.group + row * (size_t)block->y->in_step * block->in.row +
                column * (size_t)block->x->in_step * LANES;
    size_t out = group * maps->group + row * block->y->out_step * maps->row +
                 column * block->x->out_step * LANES;
    return (struct lanes_place){(uint32_t)in, (uint32_t)out, (uint32_t)row, (uint32_t)column};
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
    return row * block->in.row + column * LANES;
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
