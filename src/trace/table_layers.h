/*
 * Layers on tables: a convolution or a pooling of all masked samples at once.
 *
 * A position of the output depends on the players of its window's inputs, and its row for a mask
 * is computed from the rows that its inputs have for that mask.
 */
#ifndef TRACE_TABLE_LAYERS_H
#define TRACE_TABLE_LAYERS_H

#include "trace/subset_tables.h"

enum { MAX_TAPS = 64 }; /* of a window; layers with larger ones are not run on tables */

/* What a layer would take on an input with certain players. */
struct table_cost {
    double products, additions; /* multiplications in matrix products; elements moved or added */
    size_t scratch_floats;      /* working space of the fill function */
};

/* The inputs of one window, grouped by the players that they depend on. */
struct window {
    uint32_t players; /* of all of them */
    size_t n_inputs, n_groups, n_rows;
    struct window_input {
        size_t position;
        uint32_t tap, group;
    } inputs[MAX_TAPS];
    struct window_group {
        uint32_t players;
        size_t first_row;
    } groups[MAX_TAPS]; /* their rows are counted through, n_rows in all */
};

/* The window of an output position; what lies in the padding is left out. */
void window_find(const struct pt_layer_info *layer, const struct table_map *input, size_t position,
                 struct window *window);

/*
 * Plans set output->players and place its rows. Fills compute output->values from input->values,
 * both placed, with `scratch` as large as the plan asked for.
 */
struct table_cost table_conv_plan(const struct pt_layer_info *layer, const struct table_map *input,
                                  struct table_map *output);
void table_conv_fill(const struct pt_layer_info *layer, const struct table_map *input,
                     struct table_map *output, float *scratch);
struct table_cost table_pool_plan(const struct pt_layer_info *layer, const struct table_map *input,
                                  struct table_map *output);
void table_pool_fill(const struct pt_layer_info *layer, const struct table_map *input,
                     struct table_map *output);
/* In place. */
void table_relu(struct table_map *map);

#endif
