/* Sums over taps for every output of a map: a convolution, or a part of its input gradient. */
#include "num/lanes_product.h"

#include "base/threads.h"
#include "num/kernels.h"
#include "num/lanes.h"

#ifndef L1_VECTORS
#define L1_VECTORS 448   /* of the input, what a tile needs while it goes over the channels */
#define SUM_VECTORS 4096 /* of partial sums of a block, in the second cache */
#define MOST_OUT 64      /* output channels of a block */
#endif

/* How the work is cut: the sums of a block are made block of input channels by block. */
struct plan {
    const struct lanes_product *p;
    const struct lanes_kernels *kernels;
    enum lanes_order order;
    size_t n_groups, n_rows, n_out, n_in;                     /* of a block */
    size_t group_blocks, row_blocks, out_blocks, in_blocks;   /* blocks */
    size_t copy_floats, sum_floats, tap_floats, place_floats; /* scratch of a thread */
};

static size_t smallest(size_t a, size_t b)
{
    return a < b ? a : b;
}

static size_t pieces(size_t n, size_t most)
{
    return (n + most - 1) / most;
}

/* n cut into nearly equal pieces of at most `most`: their number, and the size of the largest. */
static size_t cut(size_t n, size_t most, size_t *size)
{
    size_t n_pieces = pieces(n, most < 1 ? 1 : most);
    *size = pieces(n, n_pieces);
    return pieces(n, *size);
}

/* Do most columns of outputs have all taps inside the input? */
static int mostly_inside(const struct lanes_axis *x)
{
    size_t n_inside = 0;
    for (size_t j = 0; j < x->n_out; j++) {
        struct lanes_span taps = lanes_axis_taps(x, j, j);
        n_inside += taps.end - taps.first;
    }
    return 14 * n_inside >= 13 * x->n_out * x->n_taps;
}

static void plan_block(struct plan *plan)
{
    const struct lanes_product *p = plan->p;
    size_t width = smallest(p->x.n_out, LANES_MOST_COLUMNS);
    size_t vectors = ((width - 1) * (size_t)p->x.in_step + p->x.n_taps) * p->y.n_taps;
    plan->in_blocks = cut(p->n_in, L1_VECTORS / (vectors + 1), &plan->n_in);
    plan->out_blocks = cut(p->n_out, MOST_OUT, &plan->n_out);
    size_t places = smallest(SUM_VECTORS / plan->n_out, 256);
    size_t map = p->y.n_out * p->x.n_out, groups = places / map;
    plan->order = p->n_groups < 3 || mostly_inside(&p->x) ? LANES_ROWS : LANES_GROUPS;
    if (plan->order == LANES_GROUPS && groups < 6)
        groups = 6;
    plan->group_blocks = cut(p->n_groups, groups, &plan->n_groups);
    plan->row_blocks = cut(p->y.n_out, places / (plan->n_groups * p->x.n_out), &plan->n_rows);
}

static size_t whole_lines(size_t n_floats)
{
    return pieces(n_floats, LANES) * LANES;
}

static struct plan plan_make(const struct lanes_product *product)
{
    struct plan plan = {.p = product, .kernels = kernels_best()->lanes};
    plan_block(&plan);
    struct lanes_block block = {
        .y = &product->y, .x = &product->x, .n_groups = plan.n_groups, .n_rows = plan.n_rows};
    lanes_block_plan(&block);
    size_t n_places = plan.n_groups * plan.n_rows * product->x.n_out;
    size_t n_taps = plan.n_in * product->y.n_taps * product->x.n_taps;
    plan.copy_floats = plan.n_in * block.in_channel;
    plan.sum_floats = plan.in_blocks > 1 ? plan.n_out * n_places * LANES : 0;
    plan.tap_floats = whole_lines(n_taps * sizeof(struct lanes_tap) / sizeof(float));
    plan.place_floats = whole_lines(n_places * sizeof(struct lanes_place) / sizeof(float));
    return plan;
}

static size_t plan_floats(const struct plan *plan)
{
    return plan->copy_floats + plan->sum_floats + plan->tap_floats + plan->place_floats;
}

size_t lanes_product_scratch_floats(const struct lanes_product *product)
{
    struct plan plan = plan_make(product);
    return plan_floats(&plan);
}

/* A block at work: what its tiles have in common. */
struct work {
    const struct plan *plan;
    struct lanes_block block;
    struct lanes_products tile;
    float *copy, *sums;
    struct lanes_tap *taps; /* [ty][tx][channel] */
    struct lanes_place *places;
    size_t n_places;
    size_t listed_groups, listed_rows, listed_channels; /* what the tables are for */
    int is_first, is_last;                              /* block of input channels */
    float *out;
};

static void list_taps(struct work *work)
{
    const struct lanes_product *p = work->plan->p;
    struct lanes_tap *tap = work->taps;
    work->listed_channels = work->block.n_channels;
    for (size_t ty = 0; ty < p->y.n_taps; ty++)
        for (size_t tx = 0; tx < p->x.n_taps; tx++) {
            size_t in = lanes_block_tap(&work->block, ty, tx);
            size_t w = (p->y.tap_first + ty * p->y.tap_step) * p->kernel + p->x.tap_first +
                       tx * p->x.tap_step;
            for (size_t channel = 0; channel < work->block.n_channels; channel++)
                *tap++ = (struct lanes_tap){(uint32_t)(in + channel * work->block.in_channel),
                                            (uint32_t)(w + channel * p->w_in)};
        }
}

/* The taps that at least one of the places meets inside the input. */
static void choose_taps(struct work *work, const struct lanes_place *places, size_t n)
{
    const struct lanes_product *p = work->plan->p;
    uint32_t row = places[0].row, last_row = row, column = places[0].column, last_column = column;
    for (size_t j = 1; j < n; j++) {
        row = places[j].row < row ? places[j].row : row;
        last_row = places[j].row > last_row ? places[j].row : last_row;
        column = places[j].column < column ? places[j].column : column;
        last_column = places[j].column > last_column ? places[j].column : last_column;
    }
    struct lanes_span y = lanes_axis_taps(&p->y, work->block.row + row, work->block.row + last_row);
    struct lanes_span x = lanes_axis_taps(&p->x, column, last_column);
    size_t n_channels = work->block.n_channels;
    work->tile.taps = work->taps + (y.first * p->x.n_taps + x.first) * n_channels;
    work->tile.n_runs = y.end - y.first;
    work->tile.run_length = (x.end - x.first) * n_channels;
    work->tile.run_stride = p->x.n_taps * n_channels;
}

/* What a tile without taps comes to. */
static void start_only(const struct lanes_products *tile, size_t n_columns)
{
    for (size_t row = 0; row < tile->n_rows; row++)
        for (size_t j = 0; j < n_columns; j++) {
            float *to = tile->to + row * tile->to_row + tile->to_offset[j];
            const float *from = tile->from + row * tile->from_row + j * LANES;
            for (size_t lane = 0; lane < LANES; lane++)
                to[lane] = tile->from ? from[lane] : tile->bias ? tile->bias[row] : 0.0F;
        }
}

static void make_tile(struct work *work, size_t first, size_t n)
{
    const struct lanes_place *places = work->places + first;
    struct lanes_products *tile = &work->tile;
    float *sums = work->sums + first * LANES;
    choose_taps(work, places, n);
    for (size_t j = 0; j < n; j++) {
        tile->in_offset[j] = places[j].in;
        tile->to_offset[j] = work->is_last ? places[j].out : (uint32_t)(j * LANES);
    }
    tile->from = work->is_first ? NULL : sums;
    tile->to = work->is_last ? work->out : sums;
    if (tile->n_runs && tile->run_length)
        work->plan->kernels->products[n - 1](tile);
    else
        start_only(tile, n);
}

/* Tiles of groups at the same place as far as possible: they meet the same taps. */
static void make_tiles(struct work *work)
{
    size_t most = work->plan->kernels->most_columns, unit = work->n_places;
    if (work->plan->order == LANES_GROUPS) {
        unit = work->block.n_groups;
        unit *= unit < most ? most / unit : 1;
    }
    for (size_t first = 0; first < work->n_places; first += unit) {
        size_t n_left = smallest(unit, work->n_places - first), at = first;
        for (size_t n_tiles = pieces(n_left, most); n_tiles > 0; n_tiles--) {
            size_t n = n_left / n_tiles;
            make_tile(work, at, n);
            at += n;
            n_left -= n;
        }
    }
}

/* The tables depend on nothing but the size of the block. */
static void list_places(struct work *work)
{
    const struct lanes_block *block = &work->block;
    if (block->n_groups == work->listed_groups && block->n_rows == work->listed_rows)
        return;
    lanes_block_plan(&work->block);
    lanes_block_places(block, &work->plan->p->out_maps, work->plan->order, work->places);
    work->n_places = block->n_groups * block->n_rows * block->x->n_out;
    work->listed_groups = block->n_groups;
    work->listed_rows = block->n_rows;
    work->listed_channels = 0;
}

static void run_block(struct work *work, const float *in, const float *w)
{
    const struct plan *plan = work->plan;
    const struct lanes_product *p = plan->p;
    struct lanes_block *block = &work->block;
    list_places(work);
    work->tile.from_row = work->n_places * LANES;
    for (size_t first = 0; first < p->n_in; first += plan->n_in) {
        block->channel = first;
        block->n_channels = smallest(plan->n_in, p->n_in - first);
        lanes_block_copy(block, &p->in_maps, in, work->copy);
        if (block->n_channels != work->listed_channels)
            list_taps(work);
        work->is_first = first == 0;
        work->is_last = first + block->n_channels == p->n_in;
        work->tile.w = w + first * p->w_in;
        work->tile.to_row = work->is_last ? p->out_maps.channel : work->n_places * LANES;
        make_tiles(work);
    }
}

/* Block number `item`: neighbours share inputs. */
static void run_item(struct work *work, size_t item, const float *in, const float *w,
                     const float *bias, float *out)
{
    const struct plan *plan = work->plan;
    const struct lanes_product *p = plan->p;
    size_t out_channel = item % plan->out_blocks * plan->n_out;
    size_t row = item / plan->out_blocks % plan->row_blocks * plan->n_rows;
    size_t group = item / plan->out_blocks / plan->row_blocks * plan->n_groups;
    work->block.group = group;
    work->block.n_groups = smallest(plan->n_groups, p->n_groups - group);
    work->block.row = row;
    work->block.n_rows = smallest(plan->n_rows, p->y.n_out - row);
    work->out = out + group * p->out_maps.group + out_channel * p->out_maps.channel +
                (p->y.out_first + row * p->y.out_step) * p->out_maps.row + p->x.out_first * LANES;
    work->tile.n_rows = smallest(plan->n_out, p->n_out - out_channel);
    work->tile.bias = bias ? bias + out_channel : NULL;
    run_block(work, in, w + out_channel * p->w_out);
}

static struct work work_make(const struct plan *plan, float *scratch)
{
    float *sums = scratch + plan->copy_floats, *tables = sums + plan->sum_floats;
    return (struct work){
        .plan = plan,
        .block = {.y = &plan->p->y, .x = &plan->p->x},
        .tile = {.in = scratch, .w_row = plan->p->w_out},
        .copy = scratch,
        .sums = sums,
        .taps = (struct lanes_tap *)(void *)tables,
        .places = (struct lanes_place *)(void *)(tables + plan->tap_floats),
    };
}

void lanes_product_run(const struct lanes_product *product, const float *in, const float *w,
                       const float *bias, float *out, float *scratch, int n_threads)
{
    struct plan plan = plan_make(product);
    size_t n_items = plan.out_blocks * plan.row_blocks * plan.group_blocks;
#pragma omp parallel num_threads(n_threads) if (n_threads > 1)
    {
        struct work work = work_make(&plan, scratch + (size_t)thread_index() * plan_floats(&plan));
#pragma omp for schedule(dynamic, 1)
        for (size_t item = 0; item < n_items; item++)
            run_item(&work, item, in, w, bias, out);
    }
}
