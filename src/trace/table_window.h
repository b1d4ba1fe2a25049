/*
 * Windows of a layer over a map on tables.
 *
 * Inputs of a window that depend on the same players are a group. Sums are taken group by group,
 * and a group whose players are among another's is added to that one: there it takes fewer rows
 * than in the window's own table.
 */
#ifndef TRACE_TABLE_WINDOW_H
#define TRACE_TABLE_WINDOW_H

#include "trace/subset_tables.h"

enum { MAX_TAPS = MAX_TERMS_OF_SUM }; /* of a window; larger ones are not run on tables */

/* The inputs of one window, grouped by the players that they depend on. */
struct window {
    uint32_t players; /* of all of them */
    size_t n_inputs, n_groups, n_rows;
    struct window_input {
        size_t position;
        uint32_t tap, group;
    } inputs[MAX_TAPS];
    struct window_group {
        uint32_t players, n_inputs;
        size_t first_row, n_rows;
    } groups[MAX_TAPS]; /* their rows are counted through, n_rows in all */
};

/* The window of an output position; what lies in the padding is left out. */
void window_find(const struct pt_layer_info *layer, const struct table_map *input, size_t position,
                 struct window *window);

/* Which group each group is added to; NO_GROUP: to the window itself. */
struct window_nest {
    uint32_t into[MAX_TAPS];
    uint32_t n_added[MAX_TAPS]; /* groups that are added to a group */
    uint32_t order[MAX_TAPS];   /* groups, each behind those that are added to it */
    size_t n_roots;             /* groups that are added to the window */
};

#define NO_GROUP UINT32_MAX

/* A group of more than `few_rows` rows takes others only where that pays although they need a pass
 * of their own over it. */
void window_nest_groups(const struct window *window, size_t few_rows, struct window_nest *nest);

#endif
