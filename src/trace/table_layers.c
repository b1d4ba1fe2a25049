/* What layers on tables share: the windows of sliding layers, ReLUs, poolings. */
#include "trace/table_layers.h"

#include "base/bits.h"

#include <math.h>

/* The group of the inputs that depend on `players`; a new one when there was none. */
static uint32_t find_group(struct window *window, uint32_t players)
{
    uint32_t i = 0;
    while (i < window->n_groups && window->groups[i].players != players)
        i++;
    if (i == window->n_groups) {
        window->groups[window->n_groups++] = (struct window_group){players, window->n_rows};
        window->n_rows += subset_count(players);
    }
    return i;
}

void window_find(const struct pt_layer_info *layer, const struct table_map *input, size_t position,
                 struct window *window)
{
    size_t top = position / layer->output.width * layer->stride;
    size_t left = position % layer->output.width * layer->stride;
    window->players = 0;
    window->n_inputs = window->n_groups = window->n_rows = 0;
    for (uint32_t tap = 0; tap < layer->kernel * layer->kernel; tap++) {
        /* Above and left of the map the differences wrap around to huge numbers. */
        size_t y = top + tap / layer->kernel - layer->padding;
        size_t x = left + tap % layer->kernel - layer->padding;
        if (y >= layer->input.height || x >= layer->input.width)
            continue;
        size_t q = y * layer->input.width + x;
        window->players |= input->players[q];
        window->inputs[window->n_inputs++] =
            (struct window_input){q, tap, find_group(window, input->players[q])};
    }
}

struct table_cost table_pool_plan(const struct pt_layer_info *layer, const struct table_map *input,
                                  struct table_map *output)
{
    struct table_cost cost = {0};
    for (size_t p = 0; p < output->shape.height * output->shape.width; p++) {
        struct window window;
        window_find(layer, input, p, &window);
        output->players[p] = window.players;
        cost.additions += (double)window.n_inputs * (double)subset_count(window.players) *
                          (double)layer->output.channels;
    }
    table_map_place(output);
    return cost;
}

/* As the layer itself: a NaN is larger than everything. */
static void keep_larger(const float *restrict row, float *restrict largest, size_t width)
{
    for (size_t k = 0; k < width; k++)
        largest[k] = row[k] > largest[k] || isnan(row[k]) ? row[k] : largest[k];
}

static void pool_input(const float *table, uint32_t part, float *rows, uint32_t set, size_t width)
{
    unsigned n_bits = (unsigned)__builtin_popcount(set);
    unsigned n_block_bits = n_bits < BLOCK_BITS ? n_bits : BLOCK_BITS;
    uint32_t packed = bits_extract(part, set), from[BLOCK];
    for (uint32_t first = 0; first < (uint32_t)1 << n_bits; first += (uint32_t)1 << n_block_bits) {
        subset_rows(packed, first, n_block_bits, from);
        for (uint32_t i = 0; i < (uint32_t)1 << n_block_bits; i++, rows += width)
            keep_larger(table + from[i] * width, rows, width);
    }
}

void table_pool_fill(const struct pt_layer_info *layer, const struct table_map *input,
                     struct table_map *output)
{
    size_t width = layer->output.channels;
    for (size_t p = 0; p < output->shape.height * output->shape.width; p++) {
        struct window window;
        window_find(layer, input, p, &window);
        float *rows = output->values + output->first_row[p] * width;
        for (size_t i = 0; i < subset_count(window.players) * width; i++)
            rows[i] = -INFINITY;
        for (size_t i = 0; i < window.n_inputs; i++) {
            size_t q = window.inputs[i].position;
            pool_input(input->values + input->first_row[q] * width, input->players[q], rows,
                       window.players, width);
        }
    }
}

void table_relu(struct table_map *map)
{
    size_t n_values = map->first_row[map->shape.height * map->shape.width] * map->shape.channels;
    for (size_t i = 0; i < n_values; i++)
        map->values[i] = map->values[i] < 0 ? 0 : map->values[i];
}
