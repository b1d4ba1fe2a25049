/*
 * Products of a convolution's inputs that have few rows.
 *
 * They are multiplied together: for a row of outputs and a row of the kernel, one product takes the
 * rows of all inputs in a row of the map times the weights of all taps in that row of the kernel.
 */
#ifndef TRACE_TAP_PRODUCTS_H
#define TRACE_TAP_PRODUCTS_H

#include "trace/table_layers.h"
#include "trace/tap_weights.h"

struct tap_products {
    const struct tap_weights *weights; /* borrowed */
    size_t few_rows; /* inputs with more of them have many: each is multiplied by itself */
    size_t *at;      /* [kernel, input width] where those of an input start */
    size_t most_gathered, most_floats; /* the plan: floats for a row of outputs */
};

int tap_products_create(const struct tap_weights *weights, struct tap_products *products,
                        struct pt_error *error);
void tap_products_free(struct tap_products *products);

static inline int has_many_rows(const struct tap_products *products, uint32_t players)
{
    return subset_count(players) > products->few_rows;
}

/* Adds what the products for all rows of outputs take. */
void tap_products_plan(struct tap_products *products, const struct table_map *input,
                       struct table_cost *cost);
/* Room for those of a row of outputs, by the plan. */
size_t tap_products_floats(const struct tap_products *products);

/* Computes those for row y of the outputs into `floats`; `packed`: rows of struct packed_taps. */
void tap_products_fill(const struct tap_products *products, const struct table_map *input,
                       const float *packed, size_t y, float *floats);
/* The products of an input of a window in that row. */
struct subset_term tap_products_find(const struct tap_products *products,
                                     const struct table_map *input, const struct window_input *in,
                                     const float *floats);

/* Columns that a product really computes: whole vectors. */
static inline size_t whole_vectors(size_t n)
{
    return (n + 15) / 16 * 16;
}

#endif
