/* What value tables cost, told from the plan of a table stack. */
#include "trace/value_costs.h"

#include "base/mem.h"
#include "trace/table_stack.h"

#include <math.h>
#include <string.h>

/* What one sample's forward pass computes, without what is multiplied by padding. */
static double layer_flops(const struct pt_layer_info *layer)
{
    return strcmp(layer->kind, "conv2d") == 0 ? 2 * conv_products(layer) : layer->flops;
}

static size_t n_rows(const struct table_map *map)
{
    return map->first_row[map->shape.height * map->shape.width];
}

/* As if each mask were computed by itself. */
static struct value_layer_cost describe_plainly(const struct pt_layer_info *layer, double n_masks)
{
    double rows = n_masks * (double)(layer->output.height * layer->output.width);
    double flops = n_masks * layer_flops(layer);
    return (struct value_layer_cost){.name = layer->name,
                                     .kind = layer->kind,
                                     .rows = rows,
                                     .all_rows = rows,
                                     .flops = flops,
                                     .plain_flops = flops};
}

/* The first layer of a stage has its cost; those that are part of it work on its rows. */
static void describe_stage(const struct table_stage *stage, double n_masks,
                           struct value_layer_cost *layers)
{
    size_t n_positions = stage->map.shape.height * stage->map.shape.width;
    for (size_t i = stage->first_layer; i < stage->end_layer; i++) {
        struct value_layer_cost *layer = &layers[i - stage->first_layer];
        int is_first = i == stage->first_layer;
        layer->on_tables = 1;
        layer->rows = (double)n_rows(&stage->map);
        layer->all_rows = n_masks * (double)n_positions;
        layer->flops *= layer->rows / layer->all_rows;
        if (is_first && stage->kind == TABLE_CONV)
            layer->flops = 2 * stage->cost.products + stage->cost.moves;
        else if (is_first)
            layer->flops = stage->cost.moves;
        layer->bytes =
            is_first ? n_rows(&stage->map) * stage->map.shape.channels * sizeof(float) : 0;
    }
}

/* From the end of the stages through the dense layer, which is the last of them but for a ReLU. */
static void describe_head(const struct table_plan *plan, size_t first, size_t end,
                          struct value_layer_cost *layers)
{
    for (size_t i = first; i < end; i++) {
        struct value_layer_cost *layer = &layers[i];
        int is_dense = strcmp(layer->kind, "dense") == 0;
        layer->on_tables = 1;
        if (is_dense)
            layer->flops = 2 * plan->head_cost.products + plan->head_cost.moves;
        else if (strcmp(layer->kind, "relu") != 0)
            layer->flops = 0;
        layer->bytes = is_dense ? plan->head_cost.scratch_floats * sizeof(float) : 0;
    }
}

static void describe(const struct value_plan *plan, const struct table_stack *stack,
                     struct value_costs *costs)
{
    struct table_plan made = table_stack_planned(stack);
    double n_masks = ldexp(1, (int)plan->n_players);
    costs->first_layer = plan->first_layer;
    costs->n_on_tables = table_stack_next_layer(stack) - plan->first_layer;
    costs->bytes = made.n_floats * sizeof(float);
    costs->seconds = made.seconds;
    for (size_t i = 0; i < costs->n_layers; i++) {
        struct pt_layer_info layer = pt_network_layer(plan->network, plan->first_layer + i);
        costs->layers[i] = describe_plainly(&layer, n_masks);
        costs->plain_flops += costs->layers[i].plain_flops;
    }
    size_t end = 0;
    for (size_t i = 0; i < made.n_used; i++) {
        const struct table_stage *stage = &made.stages->stages[i];
        describe_stage(stage, n_masks, costs->layers + (stage->first_layer - plan->first_layer));
        end = stage->end_layer - plan->first_layer;
    }
    if (made.uses_head)
        describe_head(&made, end, costs->n_on_tables, costs->layers);
    for (size_t i = 0; i < costs->n_layers; i++)
        costs->flops += costs->layers[i].flops;
}

int value_costs_find(const struct value_plan *plan, const int32_t *owner, struct value_costs *costs,
                     struct pt_error *error)
{
    struct table_stack *stack = NULL;
    *costs =
        (struct value_costs){.n_layers = pt_network_n_layers(plan->network) - plan->first_layer};
    costs->layers = mem_alloc(costs->n_layers, sizeof *costs->layers, error);
    int status = costs->layers ? PT_OK : PT_E_MEMORY;
    if (!status)
        status = table_stack_create(plan->network, plan->first_layer, plan->shape, plan->n_players,
                                    &stack, error);
    if (status) {
        value_costs_free(costs);
        return status;
    }
    struct table_map *input = table_stack_input(stack);
    for (size_t q = 0; q < plan->shape.height * plan->shape.width; q++)
        input->players[q] = owner[q] < 0 ? 0 : (uint32_t)1 << owner[q];
    table_stack_plan(stack, plan->n_players);
    describe(plan, stack, costs);
    table_stack_free(stack);
    return PT_OK;
}

void value_costs_free(struct value_costs *costs)
{
    mem_free(costs->layers);
    *costs = (struct value_costs){0};
}
