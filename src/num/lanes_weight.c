/* Gradients of a convolution by its weights and its bias. */
#include "num/lanes_weight.h"

#include "base/crew.h"
#include "num/kernels.h"
#include "num/lanes_block.h"

#include <string.h>

#define COPY_VECTORS 4096 /* of a block: the copy stays in the second cache */
#define MOST_PLACES 128   /* of a block: a tile's gradients stay in the first */
#define LEAST_PLACES 32
#define MOST_OUT 128                        /* output channels of a piece */
#define MOST_GROUP_FLOATS ((size_t)1 << 18) /* gradients of all groups stay in the second cache */
#define SUM_FLOATS 4096                     /* of a piece of their sum */

/*
 * The weights are cut into pieces by channels, each made by one thread: it goes
 * over all blocks of outputs, adding to the sums. Pieces may therefore be as
 * many as one likes.
 */
struct plan {
    const struct lanes_conv *conv;
    const struct lanes_kernels *kernels;
    struct lanes_axis y, x;
    struct lanes_maps in_maps, out_maps;
    size_t n_taps, map_groups;
    int by_tap;                                                   /* weights of one tap at a time */
    size_t n_in, n_out;                                           /* channels of a piece */
    size_t in_pieces, out_pieces;                                 /* numbers of pieces */
    size_t n_groups, n_rows;                                      /* of a block */
    size_t copy_floats, column_floats, place_floats, pair_floats; /* scratch of a thread */
};

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

static void cut_blocks(struct plan *plan)
{
    const struct lanes_conv *conv = plan->conv;
    size_t places = COPY_VECTORS / (conv->in_channels * conv->stride * conv->stride);
    places = places < LEAST_PLACES ? LEAST_PLACES : smaller(places, MOST_PLACES);
    lanes_cut(plan->map_groups, places / (conv->out_height * conv->out_width), &plan->n_groups);
    lanes_cut(conv->out_height, places / (plan->n_groups * conv->out_width), &plan->n_rows);
}

/* At least two pieces for each of several threads. */
static void cut_pieces(struct plan *plan, size_t most_in, int n_threads)
{
    const struct lanes_conv *conv = plan->conv;
    size_t wanted = n_threads > 1 ? 2 * (size_t)n_threads : 1;
    plan->in_pieces = lanes_cut(conv->in_channels, most_in, &plan->n_in);
    if (plan->in_pieces < wanted)
        plan->in_pieces = lanes_cut(conv->in_channels, conv->in_channels / wanted, &plan->n_in);
    plan->out_pieces = lanes_cut(conv->out_channels, MOST_OUT, &plan->n_out);
    wanted = (wanted + plan->in_pieces - 1) / plan->in_pieces;
    if (plan->out_pieces < wanted)
        plan->out_pieces = lanes_cut(conv->out_channels, conv->out_channels / wanted, &plan->n_out);
}

static struct plan plan_make(const struct lanes_conv *c, size_t n_groups, int n_threads)
{
    struct plan plan = {
        .conv = c,
        .kernels = kernels_best()->lanes,
        .y = lanes_axis_forward(c->in_height, c->out_height, c->kernel, c->stride, c->padding),
        .x = lanes_axis_forward(c->in_width, c->out_width, c->kernel, c->stride, c->padding),
        .in_maps = lanes_maps(c->in_channels, c->in_height, c->in_width),
        .out_maps = lanes_maps(c->out_channels, c->out_height, c->out_width),
        .n_taps = c->kernel * c->kernel,
        .map_groups = n_groups,
    };
    plan.by_tap = lanes_axis_inside(&plan.x) < 0.88 && c->in_channels > LANES_MOST_COLUMNS;
    cut_blocks(&plan);
    struct lanes_block block = {
        .y = &plan.y, .x = &plan.x, .n_groups = plan.n_groups, .n_rows = plan.n_rows};
    lanes_block_measure(&block, &plan.in_maps);
    cut_pieces(&plan, COPY_VECTORS * LANES / block.in.channel, n_threads);
    size_t n_places = plan.n_groups * plan.n_rows * c->out_width;
    plan.copy_floats = block.is_copied ? plan.n_in * block.in.channel : 0;
    plan.column_floats = lanes_table_floats(plan.n_in * plan.n_taps * sizeof(struct lanes_tap));
    plan.place_floats = lanes_table_floats(n_places * sizeof(struct lanes_place));
    plan.pair_floats = lanes_table_floats(n_places * sizeof(struct lanes_pair));
    return plan;
}

/* A thread at work on a piece of the weights, and on a block of outputs; from one to the next it
 * keeps its tables. */
struct work {
    const struct plan *plan;
    struct lanes_block block;
    struct lanes_correlations tile;
    float *copy;
    struct lanes_tap *columns; /* [channel][tap], or [tap][channel] */
    struct lanes_place *places;
    struct lanes_pair *pairs;
    size_t n_places;
    size_t listed_groups, listed_rows, listed_channels; /* the block that the tables are for */
};

static size_t work_floats(const struct plan *plan)
{
    return lanes_table_floats(sizeof(struct work)) + plan->copy_floats + plan->column_floats +
           plan->place_floats + plan->pair_floats;
}

static size_t gradient_floats(const struct lanes_conv *conv)
{
    return conv->out_channels * (conv->in_channels * conv->kernel * conv->kernel + 1);
}

/* Whether each group of samples gets a gradient of its own, to be added up:
 * then threads do not read each other's samples, which for few weights takes
 * longer than the products. It must not depend on the threads, because the sums
 * do. */
static int goes_by_group(const struct lanes_conv *conv, size_t n_groups)
{
    return n_groups > 1 && n_groups * gradient_floats(conv) <= MOST_GROUP_FLOATS;
}

size_t lanes_weight_scratch_floats(const struct lanes_conv *conv, size_t n_groups, int n_threads)
{
    struct plan whole = plan_make(conv, n_groups, 1), group = plan_make(conv, 1, 1);
    size_t gradients = goes_by_group(conv, n_groups) ? n_groups * gradient_floats(conv) : 0;
    return gradients + (size_t)n_threads * (work_floats(&whole) > work_floats(&group)
                                                ? work_floats(&whole)
                                                : work_floats(&group));
}

static void list_columns(struct work *work)
{
    size_t kernel = work->plan->conv->kernel, n_taps = work->plan->n_taps;
    size_t n_channels = work->block.n_channels;
    for (size_t channel = 0; channel < n_channels; channel++)
        for (size_t tap = 0; tap < n_taps; tap++) {
            size_t at = work->plan->by_tap ? tap * n_channels + channel : channel * n_taps + tap;
            size_t in = lanes_block_tap(&work->block, tap / kernel, tap % kernel);
            work->columns[at] =
                (struct lanes_tap){(uint32_t)(in + channel * work->block.in.channel),
                                   (uint32_t)(channel * n_taps + tap)};
        }
}

/* The tables are the same for all blocks of a size. */
static void list_places(struct work *work)
{
    struct lanes_block *block = &work->block;
    if (block->n_groups == work->listed_groups && block->n_rows == work->listed_rows &&
        block->n_channels == work->listed_channels)
        return;
    lanes_block_measure(block, &work->plan->in_maps);
    lanes_block_places(block, &work->plan->out_maps, LANES_BY_ROW, work->places);
    list_columns(work);
    work->n_places = block->n_groups * block->n_rows * block->x->n_out;
    for (size_t i = 0; i < work->n_places; i++)
        work->pairs[i] = (struct lanes_pair){work->places[i].in, work->places[i].out};
    work->listed_groups = block->n_groups;
    work->listed_rows = block->n_rows;
    work->listed_channels = block->n_channels;
}

static int meets_input(const struct lanes_axis *axis, size_t j, size_t tap)
{
    struct lanes_span taps = lanes_axis_taps(axis, j, j);
    return taps.first <= tap && tap < taps.end;
}

/* The places that meet an input by tap (ty, tx). */
static size_t list_pairs(struct work *work, size_t ty, size_t tx)
{
    struct lanes_pair *pair = work->pairs;
    for (const struct lanes_place *p = work->places, *end = p + work->n_places; p < end; p++)
        if (meets_input(work->block.y, work->block.row + p->row, ty) &&
            meets_input(work->block.x, p->column, tx))
            *pair++ = (struct lanes_pair){p->in, p->out};
    return (size_t)(pair - work->pairs);
}

/* Where the border takes many products away, as in small maps, they are left
 * out. */
static void correlate_by_tap(struct work *work)
{
    size_t kernel = work->plan->conv->kernel;
    work->tile.n_columns = work->block.n_channels;
    for (size_t tap = 0; tap < work->plan->n_taps; tap++) {
        work->tile.n_pairs = list_pairs(work, tap / kernel, tap % kernel);
        work->tile.columns = work->columns + tap * work->tile.n_columns;
        work->plan->kernels->correlate(&work->tile);
    }
}

static void correlate(struct work *work)
{
    work->tile.n_pairs = work->n_places;
    work->tile.n_columns = work->block.n_channels * work->plan->n_taps;
    work->tile.columns = work->columns;
    work->plan->kernels->correlate(&work->tile);
}

static void add_bias(const struct work *work, const float *dy, float *db)
{
    const struct plan *plan = work->plan;
    const struct lanes_block *block = &work->block;
    for (size_t o = 0; o < work->tile.n_rows; o++)
        for (size_t g = 0; g < block->n_groups; g++)
            db[o] += plan->kernels->sum(dy + g * plan->out_maps.group + o * plan->out_maps.channel,
                                        block->n_rows * block->x->n_out);
}

static void run_block(struct work *work, const float *x, const float *dy, float *db)
{
    const struct plan *plan = work->plan;
    const struct lanes_block *block = &work->block;
    dy += block->group * plan->out_maps.group + block->row * plan->out_maps.row;
    list_places(work);
    work->tile.in = lanes_block_in(block, &plan->in_maps, x, work->copy);
    work->tile.out = dy;
    if (plan->by_tap)
        correlate_by_tap(work);
    else
        correlate(work);
    if (db)
        add_bias(work, dy, db);
}

static void run_blocks(struct work *work, const float *x, const float *dy, float *db)
{
    const struct plan *plan = work->plan;
    struct lanes_block *block = &work->block;
    for (block->group = 0; block->group < plan->map_groups; block->group += plan->n_groups) {
        block->n_groups = smaller(plan->n_groups, plan->map_groups - block->group);
        for (block->row = 0; block->row < plan->y.n_out; block->row += plan->n_rows) {
            block->n_rows = smaller(plan->n_rows, plan->y.n_out - block->row);
            run_block(work, x, dy, db);
        }
    }
}

static void work_start(const struct plan *plan, struct work *work)
{
    float *copy = (float *)work + lanes_table_floats(sizeof *work);
    float *columns = copy + plan->copy_floats, *places = columns + plan->column_floats;
    struct lanes_pair *pairs = (struct lanes_pair *)(void *)(places + plan->place_floats);
    *work = (struct work){
        .plan = plan,
        .block = {.y = &plan->y, .x = &plan->x},
        .tile = {.pairs = pairs, .out_row = plan->out_maps.channel},
        .copy = copy,
        .columns = (struct lanes_tap *)(void *)columns,
        .places = (struct lanes_place *)(void *)places,
        .pairs = pairs,
    };
}

/* The bias belongs to the pieces of the first input channels. */
static void run_piece(struct work *work, size_t piece, const float *x, const float *dy, float *dw,
                      float *db)
{
    const struct plan *plan = work->plan;
    const struct lanes_conv *conv = plan->conv;
    size_t channel = piece % plan->in_pieces * plan->n_in;
    size_t out_channel = piece / plan->in_pieces * plan->n_out;
    size_t n_columns = conv->in_channels * plan->n_taps;
    work->block.channel = channel;
    work->block.n_channels = smaller(plan->n_in, conv->in_channels - channel);
    work->tile.n_rows = smaller(plan->n_out, conv->out_channels - out_channel);
    work->tile.dw = dw + out_channel * n_columns + channel * plan->n_taps;
    work->tile.dw_row = n_columns;
    for (size_t o = 0; o < work->tile.n_rows; o++)
        memset(work->tile.dw + o * n_columns, 0,
               work->block.n_channels * plan->n_taps * sizeof *dw);
    db = db && channel == 0 ? db + out_channel : NULL;
    if (db)
        memset(db, 0, work->tile.n_rows * sizeof *db);
    run_blocks(work, x, dy + out_channel * plan->out_maps.channel, db);
}

struct shared_gradient {
    struct plan plan;
    size_t n_groups;
    const float *x, *dy;
    float *dw, *db; /* db may be NULL */
    float *groups;  /* [n_groups, weights then biases] */
    float *scratch; /* of all threads */
};

static struct work *work_of(const struct shared_gradient *s, int member)
{
    return (struct work *)(void *)(s->scratch + (size_t)member * work_floats(&s->plan));
}

static void start_works(const struct shared_gradient *s, int n_threads)
{
    for (int member = 0; member < n_threads; member++)
        work_start(&s->plan, work_of(s, member));
}

static void run_shared_piece(void *context, size_t piece, int member)
{
    const struct shared_gradient *s = context;
    run_piece(work_of(s, member), piece, s->x, s->dy, s->dw, s->db);
}

static void run_group(void *context, size_t group, int member)
{
    const struct shared_gradient *s = context;
    const struct plan *plan = &s->plan;
    size_t n_floats = gradient_floats(plan->conv), n_weights = n_floats - plan->conv->out_channels;
    float *dw = s->groups + group * n_floats;
    for (size_t piece = 0; piece < plan->in_pieces * plan->out_pieces; piece++)
        run_piece(work_of(s, member), piece, s->x + group * plan->in_maps.group,
                  s->dy + group * plan->out_maps.group, dw, s->db ? dw + n_weights : NULL);
}

static void add_groups(const float *groups, size_t n_groups, size_t stride, size_t n, float *sum)
{
    memcpy(sum, groups, n * sizeof *sum);
    for (size_t group = 1; group < n_groups; group++)
        for (size_t i = 0; i < n; i++)
            sum[i] += groups[group * stride + i];
}

static void sum_piece(void *context, size_t piece, int member)
{
    const struct shared_gradient *s = context;
    size_t n_floats = gradient_floats(s->plan.conv), first = piece * SUM_FLOATS;
    size_t n_weights = n_floats - s->plan.conv->out_channels;
    (void)member;
    add_groups(s->groups + first, s->n_groups, n_floats, smaller(SUM_FLOATS, n_weights - first),
               s->dw + first);
    if (s->db && piece == 0)
        add_groups(s->groups + n_weights, s->n_groups, n_floats, s->plan.conv->out_channels, s->db);
}

void lanes_conv_weight_gradient(const struct lanes_conv *conv, size_t n_groups, const float *x,
                                const float *dy, float *dw, float *db, float *scratch,
                                struct pt_crew *crew)
{
    struct shared_gradient s = {
        .n_groups = n_groups, .x = x, .dy = dy, .dw = dw, .db = db, .scratch = scratch};
    if (!goes_by_group(conv, n_groups)) {
        s.plan = plan_make(conv, n_groups, crew_size(crew));
        start_works(&s, crew_size(crew));
        crew_share(crew, s.plan.in_pieces * s.plan.out_pieces, run_shared_piece, &s);
        return;
    }
    size_t n_weights = gradient_floats(conv) - conv->out_channels;
    s.plan = plan_make(conv, 1, 1);
    s.groups = (float *)work_of(&s, crew_size(crew));
    start_works(&s, crew_size(crew));
    crew_share(crew, n_groups, run_group, &s);
    crew_share(crew, (n_weights + SUM_FLOATS - 1) / SUM_FLOATS, sum_piece, &s);
}
