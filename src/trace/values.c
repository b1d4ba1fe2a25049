/* Value tables: the first layers on tables over subsets, the others on blocks of masks. */
#include "trace/values.h"

#include "base/bits.h"
#include "base/mem.h"
#include "num/softmax.h"
#include "trace/table_stack.h"

#include <math.h>

struct value_evaluator {
    const struct value_plan *plan;
    struct table_stack *stack;
    int has_plan;   /* the stack's, for the players of an earlier sample */
    uint32_t live;  /* of the sample that was prepared last: its players that are no dummies */
    float *block;   /* [batch, what the stack expands to] */
    double *live_v; /* [2^n] over the live players only */
    struct pt_workspace *workspace;
};

static size_t map_size(const struct pt_shape *shape)
{
    return shape->channels * shape->height * shape->width;
}

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
    e->live_v = mem_alloc((size_t)1 << e->plan->n_players, sizeof *e->live_v, error);
    if (!e->live_v)
        return PT_E_MEMORY;
    return pt_workspace_create(e->plan->network, batch, 0, &e->workspace, error);
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
    pt_workspace_free(e->workspace);
    mem_free(e->block);
    mem_free(e->live_v);
    mem_free(e);
}

/* The players that are not dummies. */
static uint32_t find_live(const struct value_plan *plan, const float *map, const int32_t *owner)
{
    size_t n_positions = plan->shape.height * plan->shape.width;
    uint32_t live = 0;
    for (size_t i = 0; i < map_size(&plan->shape); i++) {
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
    e->has_plan = 1;
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
        for (size_t i = q; i < map_size(&plan->shape); i += n_positions)
            *row++ = keep ? map[i] : plan->baseline[i];
        if (input->players[q])
            for (size_t i = q; i < map_size(&plan->shape); i += n_positions)
                *row++ = map[i];
    }
}

void value_prepare(struct value_evaluator *e, const float *map, const int32_t *owner)
{
    e->live = find_live(e->plan, map, owner);
    plan_tables(e, owner, e->live);
    fill_input(e, map, owner);
    table_stack_fill(e->stack);
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

/* Logits of the masks over the live players of one block. */
static const float *block_logits(const struct value_evaluator *e, struct value_evaluator *buffers,
                                 uint32_t first)
{
    const struct pt_network *network = e->plan->network;
    table_stack_expand(e->stack, first, n_block_bits(e), buffers->block);
    return pt_network_forward(network, buffers->workspace, buffers->block,
                              (size_t)1 << n_block_bits(e), table_stack_next_layer(e->stack),
                              pt_network_n_layers(network));
}

/* v over subsets of the live players, in ascending order, into live_v. */
int value_evaluate_block(struct value_evaluator *e, struct value_evaluator *buffers, uint32_t block,
                         int32_t label, struct pt_error *error)
{
    const struct value_plan *plan = e->plan;
    if (plan->stop && *plan->stop)
        return pt_error_set(error, PT_E_STOPPED, "stopped");
    size_t n_classes = pt_network_n_classes(plan->network);
    uint32_t first = block << n_block_bits(e);
    const float *logits = block_logits(e, buffers, first);
    for (uint32_t i = 0; i < (uint32_t)1 << n_block_bits(e); i++) {
        double value = log_odds(logits + i * n_classes, n_classes, (size_t)label);
        if (!isfinite(value))
            return pt_error_set(error, PT_E_DIVERGED, "mask %u: the log-odds are %g",
                                bits_deposit(first + i, e->live), value);
        e->live_v[first + i] = value;
    }
    return PT_OK;
}

void value_collect(const struct value_evaluator *e, double *v)
{
    for (size_t mask = 0; mask < (size_t)1 << e->plan->n_players; mask++)
        v[mask] = e->live_v[bits_extract((uint32_t)mask, e->live)];
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
    value_collect(e, v);
    return PT_OK;
}
