/*
 * What value tables cost, layer by layer, before any is made: how far a network runs on tables, and
 * what that saves.
 */
#ifndef TRACE_VALUE_COSTS_H
#define TRACE_VALUE_COSTS_H

#include "trace/values.h"

#include <stddef.h>

/* A layer behind the masked map. Rows are positions times what differs there among the masks: on
 * tables 2^(players that the position depends on), else 2^n. */
struct value_layer_cost {
    const char *name, *kind; /* the network's */
    int on_tables;
    double rows, all_rows;     /* those that are computed; all 2^n a position */
    double flops, plain_flops; /* estimated; of a forward pass for each mask */
    size_t bytes;              /* of the layer's tables; 0 when it works in place or by blocks */
};

struct value_costs {
    struct value_layer_cost *layers; /* [n_layers] */
    size_t n_layers;
    size_t first_layer; /* of the network: where `layers` starts */
    size_t n_on_tables; /* the first of them */
    double flops, plain_flops;
    size_t bytes;   /* of all tables and their working space, as far as they live together */
    double seconds; /* estimated, of a sample on one thread */
};

/*
 * For samples whose position q belongs to player owner[q] ([height, width] of the masked map; -1 is
 * nobody), no player being a dummy. The caller frees `costs` with value_costs_free(); it is not to
 * outlive the network.
 */
int value_costs_find(const struct value_plan *plan, const int32_t *owner, struct value_costs *costs,
                     struct pt_error *error);
void value_costs_free(struct value_costs *costs);

#endif
