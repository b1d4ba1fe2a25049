/*
 * Convolutions on tables.
 *
 * Every row of every input is multiplied with the weights of each tap once; a row of the output
 * then is a sum of such products. Inputs that depend on the same players are added up before they
 * are spread over the rows of the output.
 */
#include "trace/table_layers.h"

#include "num/gemm.h"

#include <string.h>

static size_t n_taps(const struct pt_layer_info *layer)
{
    return layer->kernel * layer->kernel;
}

static size_t n_positions(const struct table_map *map)
{
    return map->shape.height * map->shape.width;
}

static size_t n_rows(const struct table_map *map)
{
    return map->first_row[n_positions(map)];
}

struct table_cost table_conv_plan(const struct pt_layer_info *layer, const struct table_map *input,
                                  struct table_map *output)
{
    size_t n_channels = layer->output.channels, most_rows = 0;
    size_t n_product = n_taps(layer) * n_channels;
    struct table_cost cost = {0};
    for (size_t p = 0; p < n_positions(output); p++) {
        struct window window;
        window_find(layer, input, p, &window);
        output->players[p] = window.players;
        most_rows = window.n_rows > most_rows ? window.n_rows : most_rows;
        double spread = (double)window.n_groups * (double)subset_count(window.players);
        for (size_t i = 0; i < window.n_inputs; i++)
            spread += (double)subset_count(input->players[window.inputs[i].position]);
        cost.additions += spread * (double)n_channels;
    }
    table_map_place(output);
    cost.products = (double)n_rows(input) * (double)layer->input.channels * (double)n_product;
    cost.scratch_floats =
        (layer->input.channels + n_rows(input)) * n_product + most_rows * n_channels;
    return cost;
}

/* From PyTorch's [outputs, inputs, taps] to [inputs, taps, outputs]. */
static void arrange_weights(const struct pt_layer_info *layer, float *arranged)
{
    size_t taps = n_taps(layer), n_inputs = layer->input.channels;
    for (size_t i = 0; i < n_inputs * taps; i++)
        for (size_t o = 0; o < layer->output.channels; o++)
            *arranged++ = layer->weights[o * n_inputs * taps + i];
}

static void add(const float *restrict terms, float *restrict sums, size_t n)
{
    for (size_t i = 0; i < n; i++)
        sums[i] += terms[i];
}

/* Sums [n_rows, output channels] of the window's groups; products [rows, taps, channels]. */
static void sum_groups(const struct pt_layer_info *layer, const struct table_map *input,
                       const struct window *window, const float *products, float *sums)
{
    size_t width = layer->output.channels, n_product = n_taps(layer) * width;
    memset(sums, 0, window->n_rows * width * sizeof *sums);
    for (size_t i = 0; i < window->n_inputs; i++) {
        const struct window_input *in = &window->inputs[i];
        const float *from = products + input->first_row[in->position] * n_product + in->tap * width;
        float *to = sums + window->groups[in->group].first_row * width;
        for (size_t t = 0; t < subset_count(input->players[in->position]); t++)
            add(from + t * n_product, to + t * width, width);
    }
}

static void fill_position(const struct pt_layer_info *layer, const struct window *window,
                          const float *sums, float *rows)
{
    size_t width = layer->output.channels;
    size_t n_rows = subset_count(window->players);
    if (!layer->biases)
        memset(rows, 0, n_rows * width * sizeof *rows);
    for (size_t t = 0; t < n_rows && layer->biases; t++)
        memcpy(rows + t * width, layer->biases, width * sizeof *rows);
    for (size_t i = 0; i < window->n_groups; i++) {
        const struct window_group *group = &window->groups[i];
        subset_table_add(sums + group->first_row * width, group->players, rows, window->players,
                         width);
    }
}

void table_conv_fill(const struct pt_layer_info *layer, const struct table_map *input,
                     struct table_map *output, float *scratch)
{
    size_t width = layer->output.channels, n_product = n_taps(layer) * width;
    float *weights = scratch, *products = weights + layer->input.channels * n_product;
    float *sums = products + n_rows(input) * n_product;
    arrange_weights(layer, weights);
    gemm(GEMM_AS_IS, GEMM_AS_IS, n_rows(input), n_product, layer->input.channels, 1, input->values,
         weights, 0, products);
    for (size_t p = 0; p < n_positions(output); p++) {
        struct window window;
        window_find(layer, input, p, &window);
        sum_groups(layer, input, &window, products, sums);
        fill_position(layer, &window, sums, output->values + output->first_row[p] * width);
    }
}
