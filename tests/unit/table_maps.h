/* Maps with tables over random players, what layers on tables are tested with. */
#ifndef TABLE_MAPS_H
#define TABLE_MAPS_H

#include "reference.h"

#include "base/mem.h"
#include "trace/subset_tables.h"

/* Each position depends on none to `most` of n_players; values are uniform in -1..1. */
static inline struct table_map random_map(struct pt_shape shape, unsigned n_players, unsigned most,
                                          uint32_t seed)
{
    struct table_map map;
    assert_int_equal(table_map_create(shape, &map, NULL), PT_OK);
    struct random_stream stream = random_stream(seed, RANDOM_TEST, 2, 0);
    for (size_t q = 0; q < shape.height * shape.width; q++)
        for (uint32_t i = random_below(&stream, most + 1); i > 0; i--)
            map.players[q] |= (uint32_t)1 << random_below(&stream, n_players);
    size_t n_floats = table_map_place(&map);
    map.values = mem_alloc(n_floats, sizeof *map.values, NULL);
    fill_uniform(map.values, n_floats, 1, seed);
    return map;
}

static inline void free_map(struct table_map *map)
{
    mem_free(map->values);
    table_map_free(map);
}

/* What `layer` makes of `map` for one mask, in double; free() it. `map_shape` is not flattened. */
static inline double *reference_for_mask(const struct layer *layer, const double *parameters,
                                         const struct table_map *map, uint32_t mask)
{
    size_t n_inputs = shape_count(&map->shape);
    float *input = calloc(n_inputs, sizeof *input);
    double *output = calloc(shape_count(&layer->output), sizeof *output);
    assert_non_null(input);
    assert_non_null(output);
    table_map_expand(map, mask, 0, input);
    double *exact = to_double(input, n_inputs);
    reference_forward(layer, parameters, exact, output);
    free(exact);
    free(input);
    return output;
}

static inline struct pt_layer_info describe_layer(const struct layer *layer,
                                                  const float *parameters)
{
    return (struct pt_layer_info){
        .name = layer->name,
        .kind = layer->ops->kind,
        .input = layer->input,
        .output = layer->output,
        .kernel = layer->kernel,
        .stride = layer->stride,
        .padding = layer->padding,
        .weights = parameters,
        .biases = layer->n_biases ? parameters + layer->n_weights : NULL,
    };
}

#endif
