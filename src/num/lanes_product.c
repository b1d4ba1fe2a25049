/* Sums over taps for every output of a map: a convolution, or a part of its input gradient. */
#include "num/lanes_product.h"

#include "base/crew.h"
#include "num/kernels.h"
#include "num/lanes.h"

#define TILE_VECTORS 448 /* of the copy, what a tile reads: it stays in the first cache */
#define SUM_VECTORS 4096 /* of unfinished sums of a block: they stay in the second */
#define MOST_PLACES 256  /* of a block */
#define MOST_OUT 64      /* channels of a block */

/*
 * The outputs are cut into blocks of places and channels, each made by one thread: it goes over
 * blocks of input channels, adding to the sums, and for each of these over tiles.
 */
struct plan {
    const struct lanes_product *p;
    const struct lanes_kernels *kernels;
    enum lanes_order order;
    size_t n_groups, n_rows, n_out, n_in;                     /* of a block */
    size_t group_blocks, row_blocks, out_blocks;              /* their numbers */
    size_t copy_floats, sum_floats, tap_floats, place_floats; /* scratch of a thread */
};

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

static void cut_blocks(struct plan *plan)
{
    const struct lanes_product *p = plan->p;
    size_t tile_width = lanes_axis_extent(&p->x, smaller(p->x.n_out, LANES_MOST_COLUMNS));
    size_t in_blocks =
        lanes_cut(p->n_in, TILE_VECTORS / (tile_width * p->y.n_taps + 1), &plan->n_in);
    plan->out_blocks = lanes_cut(p->n_out, MOST_OUT, &plan->n_out);
    plan->order =
        p->n_groups < 3 || lanes_axis_inside(&p->x) > 0.93 ? LANES_BY_ROW : LANES_BY_PLACE;
    size_t places = smaller(SUM_VECTORS / plan->n_out, MOST_PLACES);
    size_t groups = places / (p->y.n_out * p->x.n_out);
    if (plan->order == LANES_BY_PLACE && groups < LANES_MOST_COLUMNS)
        groups = LANES_MOST_COLUMNS;
    plan->group_blocks = lanes_cut(p->n_groups, groups, &plan->n_groups);
    size_t rows = places / (plan->n_groups * p->x.n_out);
    plan->row_blocks = lanes_cut(p->y.n_out, rows, &plan->n_rows);
    plan->sum_floats =
        in_blocks > 1 ? plan->n_out * plan->n_groups * plan->n_rows * p->x.n_out * LANES : 0;
}

static struct plan plan_make(const struct lanes_product *product)
{
    struct plan plan = {.p = product, .kernels = kernels_best()->lanes};
    if (product->y.n_out == 0 || product->x.n_out == 0)
        return plan;
    cut_blocks(&plan);
    struct lanes_block block = {
        .y = &product->y, .x = &product->x, .n_groups = plan.n_groups, .n_rows = plan.n_rows};
    lanes_block_measure(&block, &product->in_maps);
    plan.copy_floats = block.is_copied ? plan.n_in * block.in.channel : 0;
    plan.tap_floats = lanes_table_floats(plan.n_in * product->y.n_taps * product->x.n_taps *
                                         sizeof(struct lanes_tap));
    plan.place_floats = lanes_table_floats(plan.n_groups * plan.n_rows * product->x.n_out *
                                           sizeof(struct lanes_place));
    return plan;
}

/* A thread at work on a block; from one block to the next it keeps its tables. */
struct work {
    const struct plan *plan;
    struct lanes_block block;
    struct lanes_products tile; /* what its tiles have in common */
    float *copy, *sums;         /* sums [channel][place][16] */
    struct lanes_tap *taps;     /* [ty][tx][channel] */
    struct lanes_place *places;
    size_t n_places;
    size_t listed_groups, listed_rows, listed_channels; /* the block that the tables are for */
    int is_first, is_last;                              /* block of input channels */
    float *out;
};

static size_t work_floats(const struct plan *plan)
{
    return lanes_table_floats(sizeof(struct work)) + plan->copy_floats + plan->sum_floats +
           plan->tap_floats + plan->place_floats;
}

size_t lanes_product_scratch_floats(const struct lanes_product *product)
{
    struct plan plan = plan_make(product);
    return work_floats(&plan);
}

/* The table is the same for all blocks of a size. */
static void list_places(struct work *work)
{
    struct lanes_block *block = &work->block;
    if (block->n_groups == work->listed_groups && block->n_rows == work->listed_rows)
        return;
    lanes_block_measure(block, &work->plan->p->in_maps);
    lanes_block_places(block, &work->plan->p->out_maps, work->plan->order, work->places);
    work->n_places = block->n_groups * block->n_rows * block->x->n_out;
    work->listed_groups = block->n_groups;
    work->listed_rows = block->n_rows;
    work->listed_channels = 0;
}

static void list_taps(struct work *work)
{
    const struct lanes_product *p = work->plan->p;
    const struct lanes_axis *y = &p->y, *x = &p->x;
    struct lanes_block *block = &work->block;
    if (block->n_channels == work->listed_channels)
        return;
    struct lanes_tap *tap = work->taps;
    for (size_t ty = 0; ty < y->n_taps; ty++)
        for (size_t tx = 0; tx < x->n_taps; tx++) {
            size_t in = lanes_block_tap(block, ty, tx);
            size_t w =
                (y->tap_first + ty * y->tap_step) * p->kernel + x->tap_first + tx * x->tap_step;
            for (size_t i = 0; i < block->n_channels; i++)
                *tap++ = (struct lanes_tap){(uint32_t)(in + i * block->in.channel),
                                            (uint32_t)(w + i * p->w_in)};
        }
    work->listed_channels = block->n_channels;
}

/* The taps that at least one of the places meets inside the input. */
static void choose_taps(struct work *work, const struct lanes_place *places, size_t n)
{
    const struct lanes_product *p = work->plan->p;
    size_t row = places[0].row, last_row = row, column = places[0].column, last_column = column;
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
static void make_empty_tile(const struct lanes_products *tile, size_t n_columns)
{
    for (size_t row = 0; row < tile->n_rows; row++)
        for (size_t j = 0; j < n_columns; j++) {
            float *to = tile->to + row * tile->to_row + tile->to_offset[j];
            const float *from = tile->from ? tile->from + row * tile->from_row + j * LANES : NULL;
            float bias = tile->bias ? tile->bias[row] : 0.0F;
            for (size_t lane = 0; lane < LANES; lane++)
                to[lane] = from ? from[lane] : bias;
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
        make_empty_tile(tile, n);
}

/* By place a tile is the groups of one place, all of which meet the same taps, or, when they are
 * few, of some neighbours. */
static void make_tiles(struct work *work)
{
    size_t most = work->plan->kernels->most_columns, unit = work->n_places;
    if (work->plan->order == LANES_BY_PLACE) {
        unit = work->block.n_groups;
        unit *= unit < most ? most / unit : 1;
    }
    for (size_t first = 0; first < work->n_places; first += unit) {
        size_t n_left = smaller(unit, work->n_places - first), at = first;
        for (size_t n_tiles = (n_left + most - 1) / most; n_tiles > 0; n_tiles--) {
            size_t n = n_left / n_tiles;
            make_tile(work, at, n);
            at += n;
            n_left -= n;
        }
    }
}

static void run_block(struct work *work, const float *in, const float *w)
{
    const struct plan *plan = work->plan;
    const struct lanes_product *p = plan->p;
    struct lanes_block *block = &work->block;
    list_places(work);
    work->tile.from_row = work->n_places * LANES;
    for (size_t channel = 0; channel < p->n_in; channel += plan->n_in) {
        block->channel = channel;
        block->n_channels = smaller(plan->n_in, p->n_in - channel);
        work->tile.in = lanes_block_in(block, &p->in_maps, in, work->copy);
        list_taps(work);
        work->is_first = channel == 0;
        work->is_last = channel + block->n_channels == p->n_in;
        work->tile.w = w + channel * p->w_in;
        work->tile.to_row = work->is_last ? p->out_maps.channel : work->n_places * LANES;
        make_tiles(work);
    }
}

static void run_item(struct work *work, size_t item, const float *in, const float *w,
                     const float *bias, float *out)
{
    const struct plan *plan = work->plan;
    const struct lanes_product *p = plan->p;
    struct lanes_block *block = &work->block;
    size_t channel = item % plan->out_blocks * plan->n_out;
    item /= plan->out_blocks;
    block->row = item % plan->row_blocks * plan->n_rows;
    block->n_rows = smaller(plan->n_rows, p->y.n_out - block->row);
    block->group = item / plan->row_blocks * plan->n_groups;
    block->n_groups = smaller(plan->n_groups, p->n_groups - block->group);
    work->out = out + block->group * p->out_maps.group + channel * p->out_maps.channel +
                (p->y.out_first + block->row * p->y.out_step) * p->out_maps.row +
                p->x.out_first * LANES;
    work->tile.n_rows = smaller(plan->n_out, p->n_out - channel);
    work->tile.bias = bias ? bias + channel : NULL;
    run_block(work, in, w + channel * p->w_out);
}

struct shared_product {
    struct plan plan;
    const float *in, *w, *bias;
    float *out, *scratch;
};

static struct work *work_of(const struct shared_product *s, int member)
{
    return (struct work *)(void *)(s->scratch + (size_t)member * work_floats(&s->plan));
}

static void work_start(const struct plan *plan, struct work *work)
{
    float *copy = (float *)work + lanes_table_floats(sizeof *work);
    float *sums = copy + plan->copy_floats, *tables = sums + plan->sum_floats;
    *work = (struct work){
        .plan = plan,
        .block = {.y = &plan->p->y, .x = &plan->p->x},
        .tile = {.w_row = plan->p->w_out},
        .copy = copy,
        .sums = sums,
        .taps = (struct lanes_tap *)(void *)tables,
        .places = (struct lanes_place *)(void *)(tables + plan->tap_floats),
    };
}

static void run_shared_item(void *context, size_t item, int member)
{
    const struct shared_product *s = context;
    run_item(work_of(s, member), item, s->in, s->w, s->bias, s->out);
}

void lanes_product_run(const struct lanes_product *product, const float *in, const float *w,
                       const float *bias, float *out, float *scratch, struct pt_crew *crew)
{
    struct shared_product shared = {plan_make(product), in, w, bias, out, scratch};
    const struct plan *plan = &shared.plan;
    for (int member = 0; member < crew_size(crew); member++)
        work_start(plan, work_of(&shared, member));
    crew_share(crew, plan->out_blocks * plan->row_blocks * plan->group_blocks, run_shared_item,
               &shared);
}
