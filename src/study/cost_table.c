/* The table of what value tables cost, for people. */
#include "study/cost_table.h"

#include "base/mem.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>

static int name_width(const struct value_costs *costs)
{
    size_t width = strlen("by itself");
    for (size_t i = 0; i < costs->n_on_tables; i++) {
        size_t n = strlen(costs->layers[i].name);
        width = n > width ? n : width;
    }
    return (int)width;
}

static void print_line(struct text *text, int width, const struct value_layer_cost *cost)
{
    text_printf(text, "  %-*s %-14s %12.0f %12.0f %11.2f %12.1f %9.1f\n", width, cost->name,
                cost->kind, cost->rows, cost->all_rows, cost->flops / 1e6, cost->plain_flops / 1e6,
                (double)cost->bytes / 1024);
}

struct value_layer_cost cost_of_rest(const struct value_costs *costs)
{
    struct value_layer_cost rest = {.name = "by itself", .kind = "each mask"};
    for (size_t i = costs->n_on_tables; i < costs->n_layers; i++) {
        rest.rows += costs->layers[i].rows;
        rest.all_rows += costs->layers[i].all_rows;
        rest.flops += costs->layers[i].flops;
        rest.plain_flops += costs->layers[i].plain_flops;
    }
    return rest;
}

void cost_table(const struct value_costs *costs, size_t n_players, char *bytes, size_t n_bytes)
{
    struct text text = {0};
    int width = name_width(costs);
    double saved = costs->flops > 0 ? costs->plain_flops / costs->flops : 1;
    text_printf(&text, "  All 2^%zu masked outputs of a sample, on tables for %zu of %zu layers:\n",
                n_players, costs->n_on_tables, costs->n_layers);
    text_printf(&text, "  %-*s %-14s %12s %12s %11s %12s %9s\n", width, "layer", "kind", "distinct",
                "of rows", "MFLOP", "without", "KiB");
    for (size_t i = 0; i < costs->n_on_tables; i++)
        print_line(&text, width, &costs->layers[i]);
    if (costs->n_on_tables < costs->n_layers) {
        const struct value_layer_cost rest = cost_of_rest(costs);
        print_line(&text, width, &rest);
    }
    text_printf(&text, "  %-*s %-14s %12s %12s %11.2f %12.1f %9.1f\n", width, "a sample", "", "",
                "", costs->flops / 1e6, costs->plain_flops / 1e6, (double)costs->bytes / 1024);
    text_printf(&text, "  FLOPs saved: %.1f of %.1f million, a factor of %.1f\n",
                (costs->plain_flops - costs->flops) / 1e6, costs->plain_flops / 1e6, saved);
    snprintf(bytes, n_bytes, "%s", text.data ? text.data : "");
    text_release(&text);
}
