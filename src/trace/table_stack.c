/* Which layers run on tables, where their tables lie, and running them. */
#include "trace/table_stack.h"

#include "base/mem.h"
#include "trace/table_head.h"
#include "trace/table_layers.h"

#include <math.h>
#include <string.h>

/* Memory for the tables of a network with sliding layers; a plan that needs more goes less far. */
#define TABLE_FLOATS ((size_t)1 << 22)

/* Costs in multiplications of a large matrix product: of one element moved or added elsewhere, and
 * of one multiplication in a forward pass of a convolution, whose products are narrow. */
#define MOVE_COST 16.0
#define CONV_COST 2.0

enum kind { CONV, POOL, RELU, FLATTEN };

struct stage {
    enum kind kind;
    struct pt_layer_info layer;
    struct table_map map; /* its output; with RELU and FLATTEN its input under another name */
};

struct table_stack {
    const struct pt_network *network;
    size_t first_layer;
    struct table_map input;
    struct stage *stages; /* [n_stages] all layers that could run on tables */
    size_t n_stages;
    struct table_head *head; /* of the dense layer after them; NULL when there is none */
    size_t n_tables;
    float *tables;
    size_t n_used; /* the plan: this many stages, ... */
    int uses_head; /* ... and perhaps the head */
};

static size_t map_size(const struct pt_shape *shape)
{
    return shape->channels * shape->height * shape->width;
}

static int owns_map(const struct stage *stage)
{
    return stage->kind == CONV || stage->kind == POOL;
}

/* Whether the layer can run on tables. */
static int find_kind(const struct pt_layer_info *layer, enum kind *kind)
{
    static const char *const names[] = {
        [CONV] = "conv2d", [POOL] = "maxpool2d", [RELU] = "relu", [FLATTEN] = "flatten"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(layer->kind, names[i]) == 0) {
            *kind = (enum kind)i;
            return layer->kernel * layer->kernel <= MAX_TAPS;
        }
    return 0;
}

/* ---- Making ---- */

static int create_stages(struct table_stack *s, struct pt_error *error)
{
    size_t n_layers = pt_network_n_layers(s->network);
    s->stages = mem_alloc(n_layers - s->first_layer, sizeof *s->stages, error);
    if (!s->stages)
        return PT_E_MEMORY;
    struct table_map map = s->input;
    for (size_t i = s->first_layer; i < n_layers; i++) {
        struct stage *stage = &s->stages[s->n_stages];
        stage->layer = pt_network_layer(s->network, i);
        if (stage->layer.from + 1 != i || stage->layer.second != PT_NO_LAYER)
            break;
        if (strcmp(stage->layer.kind, "dense") == 0)
            return table_head_create(&stage->layer, map.shape, &s->head, error);
        if (!find_kind(&stage->layer, &stage->kind))
            break;
        stage->map = map;
        if (owns_map(stage) && table_map_create(stage->layer.output, &stage->map, error))
            return PT_E_MEMORY;
        map = stage->map;
        s->n_stages++;
    }
    return PT_OK;
}

static const struct table_map *map_after(const struct table_stack *s, size_t n_stages)
{
    return n_stages ? &s->stages[n_stages - 1].map : &s->input;
}

/* What the head of an unchanged input may need: for any number of live players and any cells. */
static size_t most_head_floats(struct table_stack *s, size_t n_players)
{
    size_t n_positions = s->input.shape.height * s->input.shape.width, most = 0;
    for (size_t n_live = 0; n_live <= n_players; n_live++) {
        for (size_t q = 0; q < n_positions; q++) {
            size_t player = q % (n_live + 1);
            s->input.players[q] = player < n_live ? (uint32_t)1 << player : 0;
        }
        size_t floats = table_head_plan(s->head, &s->input);
        most = floats > most ? floats : most;
    }
    const struct pt_layer_info dense = pt_network_layer(s->network, s->first_layer + s->n_stages);
    return most + map_size(&s->input.shape) * (2 + dense.output.channels);
}

static int slides(const struct table_stack *s)
{
    for (size_t i = 0; i < s->n_stages; i++)
        if (owns_map(&s->stages[i]))
            return 1;
    return 0;
}

static int create_tables(struct table_stack *s, size_t n_players, struct pt_error *error)
{
    s->n_tables = 2 * map_size(&s->input.shape);
    if (slides(s))
        s->n_tables += TABLE_FLOATS;
    else if (s->head)
        s->n_tables += most_head_floats(s, n_players);
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
    s->first_layer = first_layer;
    int status = table_map_create(shape, &s->input, error);
    if (!status)
        status = create_stages(s, error);
    if (!status)
        status = create_tables(s, n_players, error);
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
    for (size_t i = 0; i < s->n_stages; i++)
        if (owns_map(&s->stages[i]))
            table_map_free(&s->stages[i].map);
    mem_free(s->stages);
    table_map_free(&s->input);
    table_head_free(s->head);
    mem_free(s->tables);
    mem_free(s);
}

struct table_map *table_stack_input(struct table_stack *s)
{
    return &s->input;
}

/* ---- The plan ---- */

/* Of all layers from `from` on, for `n_masks` masks one by one. */
static double forward_cost(const struct table_stack *s, size_t from, double n_masks)
{
    double cost = 0;
    for (size_t i = from; i < pt_network_n_layers(s->network); i++) {
        struct pt_layer_info layer = pt_network_layer(s->network, i);
        double factor = strcmp(layer.kind, "conv2d") == 0 ? CONV_COST : 1;
        cost += factor * layer.flops / 2;
        if (strcmp(layer.kind, "maxpool2d") == 0)
            cost += MOVE_COST * (double)map_size(&layer.output);
    }
    return cost * n_masks;
}

/* Of putting together the input of the layer after `n_stages` for each mask, and going on. */
static double expanded_cost(const struct table_stack *s, size_t n_stages, double n_masks)
{
    return MOVE_COST * n_masks * (double)map_size(&map_after(s, n_stages)->shape) +
           forward_cost(s, s->first_layer + n_stages, n_masks);
}

/* Whether the layers after `n_stages` read nothing but what table_stack_expand() gives: in the midst
 * of a residual block they read its input, too. */
static int can_expand(const struct table_stack *s, size_t n_stages)
{
    size_t next = s->first_layer + n_stages;
    for (size_t i = next; i < pt_network_n_layers(s->network); i++) {
        struct pt_layer_info layer = pt_network_layer(s->network, i);
        /* PT_INPUT is the index before 0. */
        if (layer.from + 1 < next || (layer.second != PT_NO_LAYER && layer.second + 1 < next))
            return 0;
    }
    return 1;
}

static struct table_cost plan_stage(struct table_stack *s, size_t index)
{
    struct stage *stage = &s->stages[index];
    const struct table_map *input = map_after(s, index);
    if (stage->kind == CONV)
        return table_conv_plan(&stage->layer, input, &stage->map);
    if (stage->kind == POOL)
        return table_pool_plan(&stage->layer, input, &stage->map);
    return (struct table_cost){0};
}

static size_t table_floats(const struct table_map *map)
{
    return map->first_row[map->shape.height * map->shape.width] * map->shape.channels;
}

static void take_if_cheaper(struct table_stack *s, size_t n_used, int uses_head, double cost,
                            double *least)
{
    if (cost >= *least)
        return;
    *least = cost;
    s->n_used = n_used;
    s->uses_head = uses_head;
}

static void plan_head(struct table_stack *s, double spent, double n_masks, size_t n_free,
                      double *least)
{
    size_t floats = table_head_plan(s->head, map_after(s, s->n_stages));
    if (floats > n_free)
        return;
    double cost = spent + table_head_products(s->head) + MOVE_COST * (double)floats +
                  forward_cost(s, s->first_layer + s->n_stages + 1, n_masks);
    take_if_cheaper(s, s->n_stages, 1, cost, least);
}

/* Where memory that no table up to `map` takes begins. */
static float *end_of(const struct table_map *map)
{
    return map->values + table_floats(map);
}

static void place_tables(struct table_stack *s)
{
    s->input.values = s->tables;
    for (size_t i = 0; i < s->n_used; i++) {
        const struct table_map *input = map_after(s, i);
        s->stages[i].map.values = owns_map(&s->stages[i]) ? end_of(input) : input->values;
    }
}

void table_stack_plan(struct table_stack *s, size_t n_live)
{
    double n_masks = (double)((size_t)1 << n_live), spent = 0, least = INFINITY;
    size_t n_taken = table_map_place(&s->input), n_planned = 0;
    int fits = 1;
    take_if_cheaper(s, 0, 0, expanded_cost(s, 0, n_masks), &least);
    while (n_planned < s->n_stages && fits && spent < least) {
        struct table_cost cost = plan_stage(s, n_planned);
        n_taken += owns_map(&s->stages[n_planned]) ? table_floats(&s->stages[n_planned].map) : 0;
        spent += cost.products + MOVE_COST * cost.additions;
        n_planned++;
        fits = n_taken + cost.scratch_floats <= s->n_tables;
        if (fits && can_expand(s, n_planned))
            take_if_cheaper(s, n_planned, 0, spent + expanded_cost(s, n_planned, n_masks), &least);
    }
    if (s->head && n_planned == s->n_stages && fits)
        plan_head(s, spent, n_masks, s->n_tables - n_taken, &least);
    place_tables(s);
}

/* ---- Running ---- */

/* What a stage or the head needs besides lies behind its tables, where the next stage's will be. */
void table_stack_fill(struct table_stack *s)
{
    for (size_t i = 0; i < s->n_used; i++) {
        struct stage *stage = &s->stages[i];
        if (stage->kind == CONV)
            table_conv_fill(&stage->layer, map_after(s, i), &stage->map, end_of(&stage->map));
        else if (stage->kind == POOL)
            table_pool_fill(&stage->layer, map_after(s, i), &stage->map);
        else if (stage->kind == RELU)
            table_relu(&stage->map);
    }
    if (s->uses_head)
        table_head_fill(s->head, map_after(s, s->n_used), end_of(map_after(s, s->n_used)));
}

size_t table_stack_next_layer(const struct table_stack *s)
{
    return s->first_layer + s->n_used + (s->uses_head ? 1 : 0);
}

size_t table_stack_most_floats(const struct table_stack *s)
{
    size_t most = map_size(&s->input.shape);
    for (size_t i = 0; i < s->n_stages + (s->head ? 1 : 0); i++) {
        struct pt_layer_info layer = pt_network_layer(s->network, s->first_layer + i);
        size_t size = map_size(&layer.output);
        most = size > most ? size : most;
    }
    return most;
}

void table_stack_expand(const struct table_stack *s, uint32_t first, unsigned n_bits, float *values)
{
    if (s->uses_head)
        table_head_expand(s->head, first, n_bits, values);
    else
        table_map_expand(map_after(s, s->n_used), first, n_bits, values);
}
