/*
 * The part of a network that runs on tables, from the masked map on, and the way from there to
 * blocks of masks.
 *
 * Tables pay while positions depend on few players. How far the tables go is decided by estimating
 * times, for each arrangement of the players anew: up to some layer whose input is then put
 * together for each mask (not at all: brute force), or through the first dense layer.
 */
#ifndef TRACE_TABLE_STACK_H
#define TRACE_TABLE_STACK_H

#include "trace/table_stages.h"

/* Memory for the tables of one stack at most, 256 MiB; a plan that needs more goes less far. It is
 * taken from the system as it is used. */
#define TABLE_MOST_FLOATS ((size_t)1 << 26)

struct table_stack;

/* For maps of `shape`, the input of layer `first_layer`. The network is borrowed. */
int table_stack_create(const struct pt_network *network, size_t first_layer, struct pt_shape shape,
                       size_t n_players, struct table_stack **stack, struct pt_error *error);
void table_stack_free(struct table_stack *stack);

/* The masked map. Its players are for the caller to set before table_stack_plan(), its values
 * (each position has 1 or 2 rows) after it and before table_stack_fill(). */
struct table_map *table_stack_input(struct table_stack *stack);

/* Decides for input->players, sets of one player or none of n_live, and places the input's rows. */
void table_stack_plan(struct table_stack *stack, size_t n_live);
/* Lays out weights, as they are now; to be called after a plan, and when they have changed. */
void table_stack_load(struct table_stack *stack);
/* Computes all tables. Neither this nor the plan nor table_stack_load() allocates. */
void table_stack_fill(struct table_stack *stack);

/* The layer that reads what table_stack_expand() gives; the first one under brute force. */
size_t table_stack_next_layer(const struct table_stack *stack);
/* The most floats that table_stack_expand() gives for a mask, whatever the plan, and gathers for
 * it in between. */
size_t table_stack_most_floats(const struct table_stack *stack);
size_t table_stack_most_gathered(const struct table_stack *stack);
/* The order of the masks that is best for what comes after the tables; after every fill anew. */
void table_stack_order(const struct table_stack *stack, struct mask_order *order);
/* Inputs of that layer for 2^n_bits masks from the place `first` of that order on; limits as in
 * table_map_expand(). Returns the floats in a row of them, those after the last input being 0. */
size_t table_stack_expand(const struct table_stack *stack, const struct mask_order *order,
                          uint32_t first, unsigned n_bits, float *gathered, float *values);
/* Whether these are sums of a term for each player that is present, rectified or not. */
int table_stack_gives_sums(const struct table_stack *stack);

/* What the plan came to, for those who want to know: the stages, how many of them are used, whether
 * the head is, the floats that all tables take, the estimated time of all masks. */
struct table_plan {
    const struct table_stages *stages;
    size_t n_used;
    int uses_head;
    struct table_cost head_cost;
    size_t n_floats;
    double seconds;
};
struct table_plan table_stack_planned(const struct table_stack *stack);

/* For measurements: plans end after n_used stages and, if there is one, the head with `uses_head`,
 * unless layers read what lies before or memory is short; then they are as if it were not called.
 */
void table_stack_force(struct table_stack *stack, size_t n_used, int uses_head);

#endif
