/* Which stages run on tables, where their tables lie, and running them. */
#include "trace/table_stack.h"

#include "base/mem.h"
#include "nn/layer.h"
#include "nn/placement.h"
#include "num/kernels.h"

#include <math.h>

/* In place of a number of stages: none is forced. */
#define NO_FORCE SIZE_MAX

/* Room to work in: times that weights are laid out anew, products and sums. */
#define PACKED_COPIES 4.0
#define PRODUCT_FLOATS ((double)(1 << 20))

struct table_stack {
    const struct pt_network *network;
    const struct kernels *kernels;
    size_t first_layer, n_layers;
    struct table_stages stages;
    double *rest_s;           /* [n_layers + 1] of a forward pass from a layer on, a mask */
    struct placement *arrays; /* the input's, each stage's map, each stage's scratch, the head's */
    size_t n_tables;
    float *tables;
    size_t n_live;
    double n_masks;
    struct table_plan plan;
    size_t forced; /* stages, or NO_FORCE */
    int forced_head;
};

/* ---- Making ---- */

/* Of one layer: the layers work one after the other, in the same room. */
static size_t most_parameters(const struct table_stack *s)
{
    size_t most = 0;
    for (size_t i = s->first_layer; i < s->n_layers; i++) {
        size_t n = pt_network_layer(s->network, i).n_parameters;
        most = n > most ? n : most;
    }
    return most;
}

static size_t last_use(const struct table_stack *s, size_t index, size_t n_used);

/* Of a map with a row for each mask. */
static size_t whole_floats(const struct table_map *map, size_t n_players)
{
    double floats = ldexp((double)shape_count(&map->shape), (int)n_players);
    return floats < (double)TABLE_MOST_FLOATS ? ((size_t)floats + 15) / 16 * 16 : TABLE_MOST_FLOATS;
}

/* Room for all maps with a row for each mask, as far as they live together, and something to work
 * with, but no more than there may be. */
static size_t most_floats(struct table_stack *s, size_t n_players)
{
    for (size_t i = 0; i <= s->stages.n; i++)
        s->arrays[i] = (struct placement){whole_floats(table_stages_map(&s->stages, i), n_players),
                                          i, last_use(s, i, s->stages.n), 0};
    double maps = (double)placement_find(s->arrays, s->stages.n + 1);
    double weights = PACKED_COPIES * (double)most_parameters(s);
    double floats = maps + weights + PRODUCT_FLOATS;
    return floats < (double)TABLE_MOST_FLOATS ? (size_t)floats : TABLE_MOST_FLOATS;
}

static int create_buffers(struct table_stack *s, size_t n_players, struct pt_error *error)
{
    if (!(s->rest_s = mem_alloc(s->n_layers + 1, sizeof *s->rest_s, error)) ||
        !(s->arrays = mem_alloc(2 * s->stages.n + 2, sizeof *s->arrays, error)))
        return PT_E_MEMORY;
    s->n_tables = most_floats(s, n_players);
    s->tables = mem_alloc(s->n_tables, sizeof *s->tables, error);
    return s->tables ? PT_OK : PT_E_MEMORY;
}

int table_stack_create(const struct pt_network *network, size_t first_layer, struct pt_shape shape,
                       size_t n_players, struct table_stack **stack, struct pt_error *error)
{
    struct table_stack *s = mem_alloc(1, sizeof *s, error);
    if (!s)
        return PT_E_MEMORY;
    s->network = network;
    s->kernels = kernels_best();
    s->first_layer = first_layer;
    s->n_layers = pt_network_n_layers(network);
    s->forced = NO_FORCE;
    s->plan.stages = &s->stages;
    int status = table_stages_create(network, s->kernels, first_layer, shape, &s->stages, error);
    if (!status)
        status = create_buffers(s, n_players, error);
    if (status)
        table_stack_free(s);
    else
        *stack = s;
    return status;
}

void table_stack_free(struct table_stack *s)
{
    if (!s)
        return;
    table_stages_free(&s->stages);
    mem_free(s->rest_s);
    mem_free(s->arrays);
    mem_free(s->tables);
    mem_free(s);
}

struct table_map *table_stack_input(struct table_stack *s)
{
    return &s->stages.input;
}

void table_stack_force(struct table_stack *s, size_t n_used, int uses_head)
{
    s->forced = n_used;
    s->forced_head = uses_head;
}

struct table_plan table_stack_planned(const struct table_stack *s)
{
    return s->plan;
}

/* ---- Memory ---- */

static size_t table_floats(const struct table_map *map)
{
    size_t n_positions = map->shape.height * map->shape.width;
    return (map->first_row[n_positions] * map->shape.channels + 15) / 16 * 16;
}

/* When the map with this index is read last: stage i runs at time i + 1, what comes after all of
 * them at n_used + 1. */
static size_t last_use(const struct table_stack *s, size_t index, size_t n_used)
{
    if (index == n_used)
        return n_used + 1;
    return 1 + (index == 0 ? s->stages.input_last_reader : s->stages.stages[index - 1].last_reader);
}

/* Finds places for the tables of a plan; returns whether there is room. */
static int place_tables(struct table_stack *s, size_t n_used, int uses_head)
{
    struct placement *arrays = s->arrays;
    size_t n = 0;
    for (size_t i = 0; i <= n_used; i++)
        arrays[n++] = (struct placement){table_floats(table_stages_map(&s->stages, i)), i,
                                         last_use(s, i, n_used), 0};
    for (size_t i = 0; i < n_used; i++)
        arrays[n++] = (struct placement){s->stages.stages[i].cost.scratch_floats, i + 1, i + 1, 0};
    if (uses_head)
        arrays[n++] =
            (struct placement){s->plan.head_cost.scratch_floats, n_used + 1, n_used + 1, 0};
    for (size_t i = 0; i < n; i++) {
        if (arrays[i].floats > s->n_tables)
            return 0;
        arrays[i].floats = (arrays[i].floats + 15) / 16 * 16;
    }
    s->plan.n_floats = placement_find(arrays, n);
    return s->plan.n_floats <= s->n_tables;
}

/* ---- The plan ---- */

struct cut {
    size_t n_used;
    int uses_head, is_forced;
    double seconds;
};

static size_t layer_behind(const struct table_stack *s, size_t n_used)
{
    return n_used ? s->stages.stages[n_used - 1].end_layer : s->first_layer;
}

/* Of putting together the input of the layer after `n_used` stages for each mask, and going on. */
static double expanded_s(struct table_stack *s, size_t n_used)
{
    const struct table_map *map = table_stages_map(&s->stages, n_used);
    return expand_cost_s(&map->shape, s->n_masks) + s->rest_s[layer_behind(s, n_used)];
}

static void sum_rest(struct table_stack *s)
{
    s->rest_s[s->n_layers] = 0;
    for (size_t i = s->n_layers; i-- > s->first_layer;) {
        struct pt_layer_info layer = pt_network_layer(s->network, i);
        s->rest_s[i] = s->rest_s[i + 1] + forward_cost_s(&layer, s->n_masks);
    }
}

static int can_end(const struct table_stack *s, size_t n_used)
{
    return n_used ? s->stages.stages[n_used - 1].can_end : 1;
}

static int is_forced(const struct table_stack *s, size_t n_used, int uses_head)
{
    return s->forced == n_used && s->forced_head == uses_head;
}

/* Takes the cut if it is better than the best so far and has room. */
static void consider(struct table_stack *s, struct cut cut, struct cut *best)
{
    int is_wanted = is_forced(s, cut.n_used, cut.uses_head);
    if (best->is_forced || !(is_wanted || cut.seconds < best->seconds))
        return;
    cut.is_forced = is_wanted;
    if (place_tables(s, cut.n_used, cut.uses_head))
        *best = cut;
}

/* All that the tables up to stage n_used - 1 can end with. */
static void consider_ends(struct table_stack *s, size_t n_used, double spent, struct cut *best)
{
    if (!can_end(s, n_used))
        return;
    consider(s, (struct cut){n_used, 0, 0, spent + expanded_s(s, n_used)}, best);
    if (!s->stages.head || n_used < s->stages.n)
        return;
    s->plan.head_cost = table_head_plan(s->stages.head, table_stages_map(&s->stages, s->stages.n));
    if (s->plan.head_cost.scratch_floats > s->n_tables)
        return;
    size_t next = s->stages.head_end_layer;
    double seconds = spent + table_cost_s(&s->plan.head_cost) + s->rest_s[next];
    consider(s, (struct cut){n_used, 1, 0, seconds}, best);
}

static void use(struct table_stack *s, const struct cut *cut)
{
    place_tables(s, cut->n_used, cut->uses_head);
    for (size_t i = 0; i <= cut->n_used; i++)
        table_stages_map(&s->stages, i)->values = s->tables + s->arrays[i].at;
    s->plan.n_used = cut->n_used;
    s->plan.uses_head = cut->uses_head;
    s->plan.seconds = cut->seconds;
}

void table_stack_plan(struct table_stack *s, size_t n_live)
{
    struct cut best = {.seconds = INFINITY};
    double spent = 0;
    s->n_live = n_live;
    s->n_masks = ldexp(1, (int)n_live);
    table_map_place(&s->stages.input);
    sum_rest(s);
    consider_ends(s, 0, 0, &best);
    for (size_t i = 0; i < s->stages.n && (spent < best.seconds || s->forced != NO_FORCE); i++) {
        table_stage_plan(&s->stages, i);
        const struct table_stage *stage = &s->stages.stages[i];
        if (table_floats(&stage->map) > s->n_tables || stage->cost.scratch_floats > s->n_tables)
            break;
        spent += table_cost_s(&stage->cost);
        consider_ends(s, i + 1, spent, &best);
    }
    use(s, &best);
}

/* ---- Running ---- */

static float *scratch_at(const struct table_stack *s, size_t index)
{
    return s->tables + s->arrays[s->plan.n_used + 1 + index].at;
}

void table_stack_load(struct table_stack *s)
{
    if (s->plan.uses_head)
        table_head_load(s->stages.head, scratch_at(s, s->plan.n_used));
}

void table_stack_fill(struct table_stack *s)
{
    for (size_t i = 0; i < s->plan.n_used; i++)
        table_stage_fill(&s->stages, s->kernels, i, scratch_at(s, i));
    if (s->plan.uses_head)
        table_head_fill(s->stages.head, table_stages_map(&s->stages, s->plan.n_used),
                        scratch_at(s, s->plan.n_used));
}

size_t table_stack_next_layer(const struct table_stack *s)
{
    return s->plan.uses_head ? s->stages.head_end_layer : layer_behind(s, s->plan.n_used);
}

size_t table_stack_most_floats(const struct table_stack *s)
{
    size_t most = shape_count(&s->stages.input.shape);
    for (size_t i = s->first_layer; i < s->n_layers; i++) {
        struct pt_layer_info layer = pt_network_layer(s->network, i);
        size_t size = shape_count(&layer.output);
        most = size > most ? size : most;
    }
    return (most + 15) / 16 * 16;
}

size_t table_stack_most_gathered(const struct table_stack *s)
{
    const struct table_map *map =
        s->stages.n ? &s->stages.stages[s->stages.n - 1].map : &s->stages.input;
    return s->stages.head ? shape_count(&map->shape) : 1;
}

void table_stack_order(const struct table_stack *s, struct mask_order *order)
{
    for (size_t i = 0; i < s->n_live; i++)
        order->player[i] = (uint8_t)i;
    if (s->plan.uses_head)
        table_head_order(s->stages.head, s->n_live, order);
}

int table_stack_gives_sums(const struct table_stack *s)
{
    return s->plan.uses_head && table_head_is_sum(s->stages.head);
}

size_t table_stack_expand(const struct table_stack *s, const struct mask_order *order,
                          uint32_t first, unsigned n_bits, float *gathered, float *values)
{
    if (s->plan.uses_head) {
        table_head_expand(s->stages.head, order, first, n_bits, gathered, values);
        return table_head_width(s->stages.head);
    }
    const struct table_map *map =
        s->plan.n_used ? &s->stages.stages[s->plan.n_used - 1].map : &s->stages.input;
    table_map_expand(map, first, n_bits, values);
    return shape_count(&map->shape);
}
