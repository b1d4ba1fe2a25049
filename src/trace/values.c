/* Value tables: the first layers on tables over subsets, the others on blocks of masks. */
#include "trace/values.h"

#include "base/bits.h"
#include "base/mem.h"
#include "nn/layer.h"
#include "num/kernels.h"
#include "trace/dense_tail.h"
#include "trace/table_stack.h"

#include <math.h>
#include <string.h>

struct value_evaluator {
    const struct value_plan *plan;
    struct table_stack *stack;
    int has_plan;                /* the stack's, for the players of an earlier sample */
    int has_weights;             /* laid out for that plan */
    struct dense_tail *tail;     /* behind the stack's head; NULL: what is there is no tail */
    struct tail_work *tail_work; /* NULL without tail */
    uint32_t live; /* of the sample that was prepared last: its players that are no dummies */
    struct mask_order order; /* of that sample's masks over the live players */
    float *block;            /* [batch, what the stack expands to] */
    float *gathered;         /* [batch, what the stack gathers for it] */
    double *live_v;          /* [2^n] over the live players only */
    struct pt_workspace *workspace;
};

static size_t batch_size(const struct value_plan *plan)
{
    size_t n_masks = (size_t)1 << plan->n_players;
    return n_masks < BLOCK ? n_masks : BLOCK;
}

static int create_buffers(struct value_evaluator *e, struct pt_error *error)
{
    size_t batch = batch_size(e->plan);
    e->block = mem_alloc(batch * table_stack_most_floats(e->stack), sizeof *e->block, error);
    if (!e->block)
        return PT_E_MEMORY;
    e->gathered =
        mem_alloc(batch * table_stack_most_gathered(e->stack), sizeof *e->gathered, error);
    if (!e->gathered)
        return PT_E_MEMORY;
    e->live_v = mem_alloc((size_t)1 << e->plan->n_players, sizeof *e->live_v, error);
    if (!e->live_v)
        return PT_E_MEMORY;
    return pt_workspace_create(e->plan->network, batch, 0, &e->workspace, error);
}

static int create_tail(struct value_evaluator *e, struct pt_error *error)
{
    const struct table_stages *stages = table_stack_planned(e->stack).stages;
    int status = PT_OK;
    if (stages->head)
        status = dense_tail_create(e->plan->network, kernels_best(), stages->head_end_layer,
                                   &e->tail, error);
    return status || !e->tail ? status : tail_work_create(e->tail, &e->tail_work, error);
}

int value_evaluator_create(const struct value_plan *plan, struct value_evaluator **evaluator,
                           struct pt_error *error)
{
    struct value_evaluator *e = mem_alloc(1, sizeof *e, error);
    if (!e)
        return PT_E_MEMORY;
    e->plan = plan;
    int status = table_stack_create(plan->network, plan->first_layer, plan->shape, plan->n_players,
                                    &e->stack, error);
    if (!status)
        status = create_buffers(e, error);
    if (!status)
        status = create_tail(e, error);
    if (status)
        value_evaluator_free(e);
    else
        *evaluator = e;
    return status;
}

void value_evaluator_free(struct value_evaluator *e)
{
    if (!e)
        return;
    table_stack_free(e->stack);
    dense_tail_free(e->tail);
    tail_work_free(e->tail_work);
    pt_workspace_free(e->workspace);
    mem_free(e->block);
    mem_free(e->gathered);
    mem_free(e->live_v);
    mem_free(e);
}

/* The players that are not dummies. */
static uint32_t find_live(const struct value_plan *plan, const float *map, const int32_t *owner)
{
    size_t n_positions = plan->shape.height * plan->shape.width;
    uint32_t live = 0;
    for (size_t i = 0; i < shape_count(&plan->shape); i++) {
        int32_t player = owner[i % n_positions];
        if (player >= 0 && map[i] != plan->baseline[i])
            live |= (uint32_t)1 << player;
    }
    return live;
}

/* Plans the tables, unless the live players lie where they lay in the sample before. */
static void plan_tables(struct value_evaluator *e, const int32_t *owner, uint32_t live)
{
    struct table_map *input = table_stack_input(e->stack);
    int is_new = !e->has_plan;
    for (size_t q = 0; q < input->shape.height * input->shape.width; q++) {
        uint32_t players = owner[q] < 0 ? 0 : bits_extract((uint32_t)1 << owner[q], live);
        is_new |= input->players[q] != players;
        input->players[q] = players;
    }
    if (is_new)
        table_stack_plan(e->stack, (size_t)__builtin_popcount(live));
    if (is_new || !e->has_weights)
        table_stack_load(e->stack);
    if (e->tail && !e->has_weights)
        dense_tail_load(e->tail);
    e->has_plan = e->has_weights = 1;
}

void value_renew(struct value_evaluator *e)
{
    e->has_weights = 0;
}

/* A live player's position has the rows absent and present, any other position one row. */
static void fill_input(struct value_evaluator *e, const float *map, const int32_t *owner)
{
    const struct value_plan *plan = e->plan;
    const struct table_map *input = table_stack_input(e->stack);
    size_t n_positions = plan->shape.height * plan->shape.width;
    float *row = input->values;
    for (size_t q = 0; q < n_positions; q++) {
        int keep = owner[q] < 0 && plan->background == PT_BACKGROUND_KEEP;
        for (size_t i = q; i < shape_count(&plan->shape); i += n_positions)
            *row++ = keep ? map[i] : plan->baseline[i];
        if (input->players[q])
            for (size_t i = q; i < shape_count(&plan->shape); i += n_positions)
                *row++ = map[i];
    }
}

void value_prepare(struct value_evaluator *e, const float *map, const int32_t *owner)
{
    e->live = find_live(e->plan, map, owner);
    plan_tables(e, owner, e->live);
    fill_input(e, map, owner);
    table_stack_fill(e->stack);
    table_stack_order(e->stack, &e->order);
}

static unsigned n_block_bits(const struct value_evaluator *e)
{
    unsigned n_live = (unsigned)__builtin_popcount(e->live);
    return n_live < BLOCK_BITS ? n_live : BLOCK_BITS;
}

uint32_t value_n_blocks(const struct value_evaluator *e)
{
    return (uint32_t)1 << ((unsigned)__builtin_popcount(e->live) - n_block_bits(e));
}

/* Removes the gaps between rows. */
static void close_rows(float *values, size_t n_rows, size_t width, size_t stride)
{
    for (size_t i = 1; i < n_rows && width < stride; i++)
        memmove(values + i * width, values + i * stride, width * sizeof *values);
}

/* Logits of the masks in the places of one block, in rows `stride` floats apart. */
static const float *block_logits(const struct value_evaluator *e, struct value_evaluator *buffers,
                                 uint32_t first, size_t *stride)
{
    const struct pt_network *network = e->plan->network;
    size_t next = table_stack_next_layer(e->stack), n_layers = pt_network_n_layers(network);
    float *block = buffers->block;
    *stride =
        table_stack_expand(e->stack, &e->order, first, n_block_bits(e), buffers->gathered, block);
    if (next == n_layers)
        return block;
    if (e->tail && table_stack_planned(e->stack).uses_head)
        return dense_tail_run(e->tail, buffers->tail_work,
                              &(struct tail_inputs){.values = block,
                                                    .stride = *stride,
                                                    .n_bits = n_block_bits(e),
                                                    .are_sums = table_stack_gives_sums(e->stack)},
                              stride);
    struct pt_layer_info layer = pt_network_layer(network, next);
    close_rows(block, (size_t)1 << n_block_bits(e), shape_count(&layer.input), *stride);
    *stride = pt_network_n_classes(network);
    return pt_network_forward(network, buffers->workspace, block, (size_t)1 << n_block_bits(e),
                              next, n_layers);
}

/* v over subsets of the live players into live_v. */
int value_evaluate_block(struct value_evaluator *e, struct value_evaluator *buffers, uint32_t block,
                         int32_t label, struct pt_error *error)
{
    const struct value_plan *plan = e->plan;
    if (plan->stop && *plan->stop)
        return pt_error_set(error, PT_E_STOPPED, "stopped");
    size_t n = (size_t)1 << n_block_bits(e), stride;
    uint32_t first = block << n_block_bits(e), masks[BLOCK];
    double values[BLOCK];
    const float *logits = block_logits(e, buffers, first, &stride);
    kernels_best()->log_odds_rows(logits, stride, n, pt_network_n_classes(plan->network),
                                  (size_t)label, values);
    subset_rows(UINT32_MAX, &e->order, first, n_block_bits(e), masks);
    for (size_t i = 0; i < n; i++)
        e->live_v[masks[i]] = values[i];
    return PT_OK;
}

int value_collect(const struct value_evaluator *e, double *v, struct pt_error *error)
{
    size_t n_masks = (size_t)1 << e->plan->n_players;
    int all_live = e->live + (size_t)1 == n_masks;
    for (size_t mask = 0; mask < n_masks; mask++) {
        v[mask] = e->live_v[all_live ? mask : bits_extract((uint32_t)mask, e->live)];
        if (!isfinite(v[mask]))
            return pt_error_set(error, PT_E_DIVERGED, "mask %zu: the log-odds are %g", mask,
                                v[mask]);
    }
    return PT_OK;
}

int value_evaluate(struct value_evaluator *e, const float *map, const int32_t *owner, int32_t label,
                   double *v, struct pt_error *error)
{
    value_prepare(e, map, owner);
    for (uint32_t block = 0; block < value_n_blocks(e); block++) {
        int status = value_evaluate_block(e, e, block, label, error);
        if (status)
            return status;
    }
    return value_collect(e, v, error);
}
