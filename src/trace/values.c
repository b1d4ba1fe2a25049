/* Value tables: linear layers once for each set of players, the others on blocks of masks. */
#include "trace/values.h"

#include "base/bits.h"
#include "base/mem.h"
#include "num/softmax.h"
#include "trace/subset_tables.h"
#include "trace/table_head.h"

#include <math.h>
#include <string.h>

struct value_evaluator {
    const struct value_plan *plan;
    struct table_map input;  /* the masked map: two rows where a live player is, else one */
    struct table_head *head; /* NULL when the map does not go straight into a dense layer */
    size_t next_layer;       /* the first layer that is run on blocks of masks */
    float *tables;           /* rows of the input, then of the head */
    float *block;            /* [batch, inputs of next_layer] */
    double *live_v;          /* [2^n] over the live players only */
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

/* Makes the head when nothing but a flatten lies before a dense layer. */
static int create_head(struct value_evaluator *e, struct pt_error *error)
{
    const struct value_plan *plan = e->plan;
    size_t index = plan->first_layer;
    struct pt_layer_info layer = pt_network_layer(plan->network, index);
    if (strcmp(layer.kind, "flatten") == 0)
        layer = pt_network_layer(plan->network, ++index);
    e->next_layer = plan->first_layer;
    if (strcmp(layer.kind, "dense") != 0)
        return PT_OK;
    e->next_layer = index + 1;
    return table_head_create(&layer, plan->shape, &e->head, error);
}

/* What the head may come to need: for any number of live players, however large their cells. */
static size_t most_head_floats(struct value_evaluator *e)
{
    size_t n_values = map_size(&e->plan->shape), most = 0;
    for (size_t n_live = 0; n_live <= e->plan->n_players; n_live++) {
        for (size_t q = 0; q < e->plan->shape.height * e->plan->shape.width; q++) {
            size_t player = q % (n_live + 1);
            e->input.players[q] = player < n_live ? (uint32_t)1 << player : 0;
        }
        size_t floats = table_head_plan(e->head, &e->input);
        most = floats > most ? floats : most;
    }
    return most +
           n_values * (2 + pt_network_layer(e->plan->network, e->next_layer - 1).output.channels);
}

static int create_buffers(struct value_evaluator *e, struct pt_error *error)
{
    const struct value_plan *plan = e->plan;
    size_t n_values = map_size(&plan->shape), n_block = n_values, n_tables = 2 * n_values;
    if (e->head) {
        struct pt_shape output = pt_network_layer(plan->network, e->next_layer - 1).output;
        n_block = map_size(&output);
        n_tables += most_head_floats(e);
    }
    if (!(e->tables = mem_alloc(n_tables, sizeof(float), error)) ||
        !(e->block = mem_alloc(batch_size(plan) * n_block, sizeof(float), error)) ||
        !(e->live_v = mem_alloc((size_t)1 << plan->n_players, sizeof(double), error)))
        return PT_E_MEMORY;
    return pt_workspace_create(plan->network, batch_size(plan), 0, &e->workspace, error);
}

int value_evaluator_create(const struct value_plan *plan, struct value_evaluator **evaluator,
                           struct pt_error *error)
{
    struct value_evaluator *e = mem_alloc(1, sizeof *e, error);
    if (!e)
        return PT_E_MEMORY;
    e->plan = plan;
    int status = table_map_create(plan->shape, &e->input, error);
    if (!status)
        status = create_head(e, error);
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
    table_map_free(&e->input);
    table_head_free(e->head);
    pt_workspace_free(e->workspace);
    mem_free(e->tables);
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

/* Fills the input's tables: a live player's position has the rows absent and present. */
static void fill_input(struct value_evaluator *e, const float *map, const int32_t *owner,
                       uint32_t live)
{
    const struct value_plan *plan = e->plan;
    size_t n_positions = plan->shape.height * plan->shape.width;
    for (size_t q = 0; q < n_positions; q++)
        e->input.players[q] = owner[q] < 0 ? 0 : bits_extract((uint32_t)1 << owner[q], live);
    table_map_place(&e->input);
    e->input.values = e->tables;
    for (size_t q = 0; q < n_positions; q++) {
        float *row = e->tables + e->input.first_row[q] * plan->shape.channels;
        int keep = owner[q] < 0 && plan->background == PT_BACKGROUND_KEEP;
        for (size_t i = q; i < map_size(&plan->shape); i += n_positions)
            *row++ = keep ? map[i] : plan->baseline[i];
        if (e->input.players[q])
            for (size_t i = q; i < map_size(&plan->shape); i += n_positions)
                *row++ = map[i];
    }
}

static void fill_tables(struct value_evaluator *e, const float *map, const int32_t *owner,
                        uint32_t live)
{
    fill_input(e, map, owner, live);
    if (!e->head)
        return;
    table_head_plan(e->head, &e->input);
    table_head_fill(e->head, &e->input, e->tables + 2 * map_size(&e->plan->shape));
}

/* Logits of 2^n_bits masks over the live players, from `first` on. */
static const float *block_logits(struct value_evaluator *e, uint32_t first, unsigned n_bits)
{
    if (e->head)
        table_head_expand(e->head, first, n_bits, e->block);
    else
        table_map_expand(&e->input, first, n_bits, e->block);
    return pt_network_forward(e->plan->network, e->workspace, e->block, (size_t)1 << n_bits,
                              e->next_layer, pt_network_n_layers(e->plan->network));
}

/* v over the subsets of the live players, in ascending order, into live_v. */
static int evaluate_live(struct value_evaluator *e, uint32_t live, int32_t label,
                         struct pt_error *error)
{
    const struct value_plan *plan = e->plan;
    size_t n_classes = pt_network_n_classes(plan->network);
    unsigned n_live = (unsigned)__builtin_popcount(live);
    unsigned n_bits = n_live < BLOCK_BITS ? n_live : BLOCK_BITS;
    for (uint32_t first = 0; first < (uint32_t)1 << n_live; first += (uint32_t)1 << n_bits) {
        if (plan->stop && *plan->stop)
            return pt_error_set(error, PT_E_STOPPED, "stopped");
        const float *logits = block_logits(e, first, n_bits);
        for (uint32_t i = 0; i < (uint32_t)1 << n_bits; i++) {
            double value = log_odds(logits + i * n_classes, n_classes, (size_t)label);
            if (!isfinite(value))
                return pt_error_set(error, PT_E_DIVERGED, "mask %u: the log-odds are %g",
                                    bits_deposit(first + i, live), value);
            e->live_v[first + i] = value;
        }
    }
    return PT_OK;
}

int value_evaluate(struct value_evaluator *e, const float *map, const int32_t *owner, int32_t label,
                   double *v, struct pt_error *error)
{
    uint32_t live = find_live(e->plan, map, owner);
    fill_tables(e, map, owner, live);
    int status = evaluate_live(e, live, label, error);
    if (status)
        return status;
    for (size_t mask = 0; mask < (size_t)1 << e->plan->n_players; mask++)
        v[mask] = e->live_v[bits_extract((uint32_t)mask, live)];
    return PT_OK;
}
