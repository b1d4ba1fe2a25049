/* Gradients of a convolution by its weights and bias. */
#include "num/lanes_weight.h"

#include "base/threads.h"
#include "num/kernels.h"

#include <string.h>

#ifndef BLOCK_PLACES
#define BLOCK_PLACES 128  /* outputs of a block: the gradients of a tile stay in the first cache */
#define COPY_VECTORS 4096 /* of the input of a block, in the second cache */
#define MOST_OUT 128      /* output channels of a piece of work */
#define SMALL_MAP 6       /* up to this width a tap's columns are cut to where it meets inputs */
#endif

/* How the work is cut: pieces of weights, each by one thread that goes over all blocks. */
struct plan {
    const struct lanes_conv *conv;
    const struct lanes_kernels *kernels;
    struct lanes_axis y, x;
    struct lanes_maps in_maps, out_maps;
    size_t n_groups;            /* of the maps */
    size_t n_taps, n_in, n_out; /* taps of a channel; channels of a piece */
    size_t in_pieces, out_pieces;
    size_t block_groups, block_rows;
    size_t copy_floats, column_floats, place_floats, pair_floats; /* scratch of a thread */
};

static size_t smallest(size_t a, size_t b)
{
    return a < b ? a : b;
}

static size_t pieces(size_t n, size_t most)
{
    return (n + most - 1) / most;
}

static size_t cut(size_t n, size_t most, size_t *size)
{
    size_t n_pieces = pieces(n, most < 1 ? 1 : most);
    *size = pieces(n, n_pieces);
    return pieces(n, *size);
}

static struct plan plan_make(const struct lanes_conv *conv, size_t n_groups)
{
    struct plan plan = {
        .conv = conv,
        .kernels = kernels_best()->lanes,
        .y = lanes_forward_axis(conv, conv->in_height, conv->out_height),
        .x = lanes_forward_axis(conv, conv->in_width, conv->out_width),
        .in_maps = lanes_maps(conv->in_channels, conv->in_height, conv->in_width),
        .out_maps = lanes_maps(conv->out_channels, conv->out_height, conv->out_width),
        .n_groups = n_groups,
        .n_taps = conv->kernel * conv->kernel,
    };
    size_t map = conv->out_height * conv->out_width;
    size_t n_block = COPY_VECTORS / (conv->in_channels * conv->stride * conv->stride);
    n_block = n_block < BLOCK_PLACES / 4 ? BLOCK_PLACES / 4
              : n_block > BLOCK_PLACES   ? BLOCK_PLACES
                                         : n_block;
    cut(n_groups, n_block / map, &plan.block_groups);
    cut(conv->out_height, n_block / (plan.block_groups * conv->out_width), &plan.block_rows);
    struct lanes_block block = {
        .y = &plan.y, .x = &plan.x, .n_groups = plan.block_groups, .n_rows = plan.block_rows};
    lanes_block_plan(&block);
    plan.in_pieces = cut(conv->in_channels, COPY_VECTORS * LANES / block.in_channel, &plan.n_in);
    plan.out_pieces = cut(conv->out_channels, MOST_OUT, &plan.n_out);
    size_t n_places = plan.block_groups * plan.block_rows * conv->out_width;
    plan.copy_floats = plan.n_in * block.in_channel;
    plan.column_floats = pieces(plan.n_in * plan.n_taps * 2, LANES) * LANES;
    plan.place_floats = pieces(n_places * 4, LANES) * LANES;
    plan.pair_floats = pieces(n_places * 2, LANES) * LANES;
    return plan;
}

static size_t plan_floats(const struct plan *plan)
{
    return plan->copy_floats + plan->column_floats + plan->place_floats + plan->pair_floats;
}

size_t lanes_weight_scratch_floats(const struct lanes_conv *conv, size_t n_groups)
{
    struct plan plan = plan_make(conv, n_groups);
    return plan_floats(&plan);
}

/* A piece of the weights at work on a block. */
struct work {
    const struct plan *plan;
    struct lanes_block block;
    struct lanes_correlations tile;
    float *copy;
    struct lanes_tap *columns;
    struct lanes_place *places;
    struct lanes_pair *pairs;
    size_t n_places;
    size_t listed_groups, listed_rows; /* what the tables are for */
};

/* All weights of a row of dw as columns, in their order or, for small maps, tap by tap. */
static void list_columns(struct work *work, int by_tap)
{
    size_t kernel = work->plan->conv->kernel, n_taps = work->plan->n_taps;
    size_t n_channels = work->block.n_channels;
    for (size_t tap = 0; tap < n_taps; tap++)
        for (size_t channel = 0; channel < n_channels; channel++) {
            size_t in = lanes_block_tap(&work->block, tap / kernel, tap % kernel);
            work->columns[by_tap ? tap * n_channels + channel : channel * n_taps + tap] =
                (struct lanes_tap){(uint32_t)(in + channel * work->block.in_channel),
                                   (uint32_t)(channel * n_taps + tap)};
        }
}

/* The places where tap (ty, tx) meets an input. */
static size_t list_pairs(struct work *work, size_t ty, size_t tx)
{
    struct lanes_pair *pair = work->pairs;
    for (size_t i = 0; i < work->n_places; i++) {
        const struct lanes_place *place = &work->places[i];
        size_t row = work->block.row + place->row, column = place->column;
        struct lanes_span y = lanes_axis_taps(&work->plan->y, row, row);
        struct lanes_span x = lanes_axis_taps(&work->plan->x, column, column);
        if (ty >= y.first && ty < y.end && tx >= x.first && tx < x.end)
            *pair++ = (struct lanes_pair){place->in, place->out};
    }
    return (size_t)(pair - work->pairs);
}

static void correlate_by_tap(struct work *work)
{
    size_t n_channels = work->block.n_channels;
    work->tile.n_columns = n_channels;
    for (size_t tap = 0; tap < work->plan->n_taps; tap++) {
        size_t kernel = work->plan->conv->kernel;
        work->tile.n_pairs = list_pairs(work, tap / kernel, tap % kernel);
        work->tile.columns = work->columns + tap * n_channels;
        work->plan->kernels->correlate(&work->tile);
    }
}

static void list_places(struct work *work, int by_tap)
{
    struct lanes_block *block = &work->block;
    if (block->n_groups == work->listed_groups && block->n_rows == work->listed_rows)
        return;
    lanes_block_plan(block);
    lanes_block_places(block, &work->plan->out_maps, LANES_ROWS, work->places);
    work->n_places = block->n_groups * block->n_rows * work->plan->x.n_out;
    work->listed_groups = block->n_groups;
    work->listed_rows = block->n_rows;
    list_columns(work, by_tap);
    for (size_t i = 0; i < work->n_places; i++)
        work->pairs[i] = (struct lanes_pair){work->places[i].in, work->places[i].out};
    work->tile.n_pairs = work->n_places;
    work->tile.n_columns = work->block.n_channels * work->plan->n_taps;
    work->tile.columns = work->columns;
}

static void run_block(struct work *work, const float *x, const float *dy)
{
    const struct plan *plan = work->plan;
    struct lanes_block *block = &work->block;
    int by_tap = plan->x.n_out <= SMALL_MAP;
    list_places(work, by_tap);
    lanes_block_copy(block, &plan->in_maps, x, work->copy);
    work->tile.out = dy + block->group * plan->out_maps.group + block->row * plan->out_maps.row;
    if (by_tap)
        correlate_by_tap(work);
    else
        work->plan->kernels->correlate(&work->tile);
}

static void add_bias(const struct work *work, const float *dy, float *db)
{
    const struct plan *plan = work->plan;
    const struct lanes_block *block = &work->block;
    for (size_t o = 0; o < work->tile.n_rows; o++)
        for (size_t g = block->group; g < block->group + block->n_groups; g++)
            db[o] += plan->kernels->sum(dy + g * plan->out_maps.group + o * plan->out_maps.channel +
                                            block->row * plan->out_maps.row,
                                        block->n_rows * plan->x.n_out);
}

static void run_piece(const struct plan *plan, size_t piece, const float *x, const float *dy,
                      float *dw, float *db, float *scratch)
{
    const struct lanes_conv *conv = plan->conv;
    size_t channel = piece % plan->in_pieces * plan->n_in;
    size_t out_channel = piece / plan->in_pieces * plan->n_out;
    size_t n_row = conv->in_channels * plan->n_taps;
    struct work work = {
        .plan = plan,
        .block = {.y = &plan->y,
                  .x = &plan->x,
                  .channel = channel,
                  .n_channels = smallest(plan->n_in, conv->in_channels - channel)},
        .tile = {.out_row = plan->out_maps.channel,
                 .n_rows = smallest(plan->n_out, conv->out_channels - out_channel),
                 .dw = dw + out_channel * n_row + channel * plan->n_taps,
                 .dw_row = n_row},
        .copy = scratch,
    };
    work.tile.in = work.copy;
    float *tables = scratch + plan->copy_floats;
    work.columns = (struct lanes_tap *)(void *)tables;
    work.places = (struct lanes_place *)(void *)(tables + plan->column_floats);
    work.pairs = (struct lanes_pair *)(void *)(tables + plan->column_floats + plan->place_floats);
    work.tile.pairs = work.pairs;
    for (size_t o = 0; o < work.tile.n_rows; o++)
        memset(work.tile.dw + o * n_row, 0, work.block.n_channels * plan->n_taps * sizeof *dw);
    dy += out_channel * plan->out_maps.channel;
    db = db && channel == 0 ? db + out_channel : NULL;
    for (size_t o = 0; db && o < work.tile.n_rows; o++)
        db[o] = 0;
    struct lanes_block *block = &work.block;
    for (block->group = 0; block->group < plan->n_groups; block->group += plan->block_groups) {
        block->n_groups = smallest(plan->block_groups, plan->n_groups - block->group);
        for (block->row = 0; block->row < conv->out_height; block->row += plan->block_rows) {
            block->n_rows = smallest(plan->block_rows, conv->out_height - block->row);
            run_block(&work, x, dy);
            if (db)
                add_bias(&work, dy, db);
        }
    }
}

void lanes_conv_weight_gradient(const struct lanes_conv *conv, size_t n_groups, const float *x,
                                const float *dy, float *dw, float *db, float *scratch,
                                int n_threads)
{
    struct plan plan = plan_make(conv, n_groups);
    size_t n_pieces = plan.in_pieces * plan.out_pieces, thread_floats = plan_floats(&plan);
#pragma omp parallel for schedule(dynamic, 1) num_threads(n_threads) if (n_threads > 1)
    for (size_t piece = 0; piece < n_pieces; piece++)
        run_piece(&plan, piece, x, dy, dw, db, scratch + (size_t)thread_index() * thread_floats);
}
