/* Estimated times, from counts and measured factors. */
#include "trace/table_costs.h"

#include "nn/layer.h"

#include <string.h>

/* Seconds a multiplication in a product of tables, an element moved, a call; with
 * tests/bench/bench_tables.c, AVX-512. Only their ratios decide. */
#define PRODUCT_S 1.1e-11
#define MOVE_S 1.2e-10
#define CALL_S 1.5e-7
/* Of a forward pass: a multiplication of a convolution and of a dense layer, an element. */
#define CONV_S 1.6e-11
#define DENSE_S 1.0e-11
#define ELEMENT_S 1.5e-10
#define EXPAND_S 1.0e-9

#define LANES 16.0 /* samples that a convolution works on at the same time */

double table_cost_s(const struct table_cost *cost)
{
    return PRODUCT_S * cost->products + MOVE_S * cost->moves + CALL_S * cost->calls;
}

/* Pairs of a position and a tap along one axis that meet in the map. */
static double meetings(const struct pt_layer_info *layer, size_t n_out, size_t n_in)
{
    size_t n = 0;
    for (size_t i = 0; i < n_out; i++)
        for (size_t tap = 0; tap < layer->kernel; tap++)
            n += i * layer->stride + tap - layer->padding < n_in;
    return (double)n;
}

double conv_products(const struct pt_layer_info *layer)
{
    return meetings(layer, layer->output.height, layer->input.height) *
           meetings(layer, layer->output.width, layer->input.width) *
           (double)layer->input.channels * (double)layer->output.channels;
}

double forward_cost_s(const struct pt_layer_info *layer, double n_masks)
{
    if (strcmp(layer->kind, "dense") == 0)
        return DENSE_S * layer->flops / 2 * n_masks;
    double n = n_masks > LANES ? n_masks : LANES;
    if (strcmp(layer->kind, "conv2d") == 0)
        return CONV_S * conv_products(layer) * n;
    return ELEMENT_S * (double)shape_count(&layer->input) * n;
}

double expand_cost_s(const struct pt_shape *shape, double n_masks)
{
    return EXPAND_S * (double)shape_count(shape) * n_masks;
}
