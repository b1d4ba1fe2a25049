/* Estimated times: of layers on tables, and of forward passes that do without. */
#ifndef TRACE_TABLE_COSTS_H
#define TRACE_TABLE_COSTS_H

#include "phasetrace/network.h"

#include <stddef.h>

/* What a layer takes on tables. */
struct table_cost {
    double products;       /* multiplications in matrix products */
    double moves;          /* elements moved, added or compared */
    double calls;          /* matrix products and windows: what they take however small they are */
    size_t scratch_floats; /* working space of the fill function */
};

/* Seconds on one thread; the factors are measured. */
double table_cost_s(const struct table_cost *cost);
/* Of a forward pass of `n_masks` masked samples through a layer. */
double forward_cost_s(const struct pt_layer_info *layer, double n_masks);
/* Of putting together the maps of `n_masks` masks from tables. */
double expand_cost_s(const struct pt_shape *shape, double n_masks);

/* Multiplications of a convolution with what is not padding, for one sample. */
double conv_products(const struct pt_layer_info *layer);

#endif
