/*
 * Layers on tables: a pooling, a sum or a scaling of all masked samples at once.
 *
 * A position of the output depends on the players of all that it is made of, and its row for a
 * mask is computed from the rows that its inputs have for that mask.
 */
#ifndef TRACE_TABLE_LAYERS_H
#define TRACE_TABLE_LAYERS_H

#include "trace/subset_tables.h"
#include "trace/table_costs.h"
#include "trace/table_window.h"

/* ---- Maximum and average pooling ---- */

/* Plans set output->players and place its rows. Fills compute output->values from input->values,
 * both placed. */
struct table_cost table_pool_plan(const struct pt_layer_info *layer, const struct table_map *input,
                                  struct table_map *output);
/* By its kind the layer takes maxima or averages, in which the padding counts as 0. */
void table_pool_fill(const struct kernels *kernels, const struct pt_layer_info *layer,
                     const struct table_map *input, struct table_map *output);

/* ---- Sums of two maps ---- */

struct table_cost table_add_plan(const struct table_map *left, const struct table_map *right,
                                 struct table_map *output);
void table_add_fill(const struct kernels *kernels, const struct table_map *left,
                    const struct table_map *right, int relu, struct table_map *output);

/* ---- Element by element ---- */

/* Batch normalisation as y = factor x + term; channel_count floats each. */
void batchnorm_factors(const struct pt_layer_info *layer, float *factors, float *terms);

/* The output has its input's players. */
struct table_cost table_scale_plan(const struct table_map *input, struct table_map *output);
/* Batch normalisation, unless it is NULL; `scratch` has the plan's size. */
void table_scale_fill(const struct pt_layer_info *batchnorm, const struct table_map *input,
                      struct table_map *output, float *scratch);
/* In place. */
void table_relu(struct table_map *map);

#endif
