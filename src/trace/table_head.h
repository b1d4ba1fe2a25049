/*
 * The first dense layer for all masks at once, from the tables of the map it reads.
 *
 * A dense layer is linear, so its pre-activation for mask T is a sum of one term for each set S
 * that positions of the map depend on, and the term has only 2^|S| values. Terms are merged as long
 * as that is cheaper than what a mask then has to add up for each output. On an input whose
 * positions belong to one player each this is W x_T = W x_0 + the sum of W (x - x_0) over T.
 * Positions that depend on all players are left to the end: their term is computed for each mask.
 */
#ifndef TRACE_TABLE_HEAD_H
#define TRACE_TABLE_HEAD_H

#include "trace/table_layers.h"

struct table_head;

/* For the dense layer `dense`, which reads maps of `shape`: flattened, or the mean of each channel.
 * With `relu`, results below 0 become 0. */
struct table_head_options {
    const struct kernels *kernels;
    struct pt_layer_info dense;
    struct pt_shape shape;
    int reads_means, relu;
};
int table_head_create(const struct table_head_options *options, struct table_head **head,
                      struct pt_error *error);
void table_head_free(struct table_head *head);

/*
 * Decides how the terms of `map` are merged, by its players alone. scratch_floats is what
 * table_head_fill() needs; SIZE_MAX when the map has too many different sets. The time is that of
 * table_head_fill(), and of table_head_expand() for every mask.
 */
struct table_cost table_head_plan(struct table_head *head, const struct table_map *map);

/* Lays out the layer's weights, as they are now, for the last plan. `floats`, of its size, are for
 * this call alone. */
void table_head_load(struct table_head *head, float *floats);

/* Computes the tables that are left into `floats`, from the map of the last plan. */
void table_head_fill(struct table_head *head, const struct table_map *map, float *floats);

/* Floats in a row of outputs: their number rounded up to whole vectors. */
size_t table_head_width(const struct table_head *head);

/* Outputs [2^n_bits, width] of the masks from the place `first` of an order on; as
 * table_map_expand(). Reads the map of the last fill; `gathered` has room for [2^n_bits] inputs of
 * the layer. */
void table_head_expand(const struct table_head *head, const struct mask_order *order,
                       uint32_t first, unsigned n_bits, float *gathered, float *outputs);

/* Whether pre-activations are sums of a term for each player that is present. */
int table_head_is_sum(const struct table_head *head);

/* An order of the masks in which neighbours have outputs as similar as may be: first the players
 * that change them least. To be called after table_head_fill(). */
void table_head_order(const struct table_head *head, size_t n_live, struct mask_order *order);

#endif
