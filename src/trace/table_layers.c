/* Layers on tables that are no products: poolings, sums, batch normalisation, ReLUs. */
#include "trace/table_layers.h"

#include <math.h>
#include <string.h>

static size_t n_positions(const struct table_map *map)
{
    return map->shape.height * map->shape.width;
}

static const float *table_at(const struct table_map *map, size_t position)
{
    return map->values + map->first_row[position] * map->shape.channels;
}

/* ---- Pooling ---- */

struct table_cost table_pool_plan(const struct pt_layer_info *layer, const struct table_map *input,
                                  struct table_map *output)
{
    struct table_cost cost = {.calls = (double)n_positions(output)};
    for (size_t p = 0; p < n_positions(output); p++) {
        struct window window;
        window_find(layer, input, p, &window);
        output->players[p] = window.players;
        cost.moves += (double)window.n_inputs * (double)subset_count(window.players) *
                      (double)layer->output.channels;
    }
    table_map_place(output);
    return cost;
}

void table_pool_fill(const struct kernels *kernels, const struct pt_layer_info *layer,
                     const struct table_map *input, struct table_map *output)
{
    size_t width = layer->output.channels;
    int is_average = strcmp(layer->kind, "avgpool2d") == 0;
    float share = 1.0F / (float)(layer->kernel * layer->kernel);
    for (size_t p = 0; p < n_positions(output); p++) {
        struct window window;
        struct subset_term terms[MAX_TAPS];
        window_find(layer, input, p, &window);
        for (size_t i = 0; i < window.n_inputs; i++) {
            size_t q = window.inputs[i].position;
            terms[i] = (struct subset_term){table_at(input, q), width, input->players[q]};
        }
        const struct subset_sum sum = {.kernels = kernels,
                                       .set = window.players,
                                       .width = width,
                                       .n_terms = window.n_inputs,
                                       .terms = terms,
                                       .factor = share,
                                       .to = output->values + output->first_row[p] * width};
        if (is_average)
            subset_tables_sum(&sum);
        else
            subset_tables_largest(&sum);
    }
}

/* ---- Sums of two maps ---- */

struct table_cost table_add_plan(const struct table_map *left, const struct table_map *right,
                                 struct table_map *output)
{
    for (size_t p = 0; p < n_positions(output); p++)
        output->players[p] = left->players[p] | right->players[p];
    size_t n_floats = table_map_place(output);
    return (struct table_cost){.moves = 2 * (double)n_floats, .calls = (double)n_positions(output)};
}

void table_add_fill(const struct kernels *kernels, const struct table_map *left,
                    const struct table_map *right, int relu, struct table_map *output)
{
    size_t width = output->shape.channels;
    for (size_t p = 0; p < n_positions(output); p++) {
        const struct subset_term terms[2] = {{table_at(left, p), width, left->players[p]},
                                             {table_at(right, p), width, right->players[p]}};
        subset_tables_sum(
            &(struct subset_sum){.kernels = kernels,
                                 .set = output->players[p],
                                 .width = width,
                                 .n_terms = 2,
                                 .terms = terms,
                                 .factor = 1,
                                 .relu = relu,
                                 .to = output->values + output->first_row[p] * width});
    }
}

/* ---- Element by element ---- */

void batchnorm_factors(const struct pt_layer_info *layer, float *factors, float *terms)
{
    for (size_t c = 0; c < layer->output.channels; c++) {
        double variance = (double)layer->running_variance[c] + layer->epsilon;
        double factor = (double)layer->weights[c] / sqrt(variance);
        factors[c] = (float)factor;
        terms[c] = (float)((double)layer->biases[c] - factor * (double)layer->running_mean[c]);
    }
}

struct table_cost table_scale_plan(const struct table_map *input, struct table_map *output)
{
    memcpy(output->players, input->players, n_positions(output) * sizeof *output->players);
    size_t n_floats = table_map_place(output);
    return (struct table_cost){.moves = 2 * (double)n_floats,
                               .scratch_floats = 2 * output->shape.channels};
}

void table_scale_fill(const struct pt_layer_info *batchnorm, const struct table_map *input,
                      struct table_map *output, float *scratch)
{
    size_t width = output->shape.channels, n_rows = output->first_row[n_positions(output)];
    float *factors = scratch, *terms = scratch + width;
    if (!batchnorm) {
        memcpy(output->values, input->values, n_rows * width * sizeof *output->values);
        return;
    }
    batchnorm_factors(batchnorm, factors, terms);
    for (size_t i = 0; i < n_rows; i++)
        for (size_t c = 0; c < width; c++)
            output->values[i * width + c] = input->values[i * width + c] * factors[c] + terms[c];
}

/* As the layer itself: NaN stays. */
void table_relu(struct table_map *map)
{
    size_t n_values = map->first_row[n_positions(map)] * map->shape.channels;
    for (size_t i = 0; i < n_values; i++)
        map->values[i] = map->values[i] < 0 ? 0 : map->values[i];
}
