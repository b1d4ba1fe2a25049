/* The terms of a dense layer on tables: what the plan of trace/table_head.h decides on. */
#ifndef TRACE_HEAD_TERMS_H
#define TRACE_HEAD_TERMS_H

#include "trace/table_head.h"

enum { MAX_TERMS = 128, MAX_ROOTS = 16 }; /* merging looks at all pairs of terms, again and again */

/* A table [2^|players|, outputs]: of a set's positions, or the sum of two others. */
struct term {
    uint32_t players;
    size_t first_position, n_positions; /* its part of head->positions */
    float *weights;                     /* of a leaf: its part of head->weights */
    const struct term *left, *right;    /* of a sum; the left one is no smaller */
    float *sums;
};

struct table_head {
    struct table_head_options is;
    size_t *positions; /* of the map, grouped by term */
    float *weights;    /* of the layer, packed for each leaf */
    size_t n_leaves, n_terms;
    struct term terms[2 * MAX_TERMS];    /* leaves first; the first is the biases */
    const struct term *roots[MAX_ROOTS]; /* what a mask adds up */
    size_t n_roots, n_rows;              /* the last: of all players' set */
    const struct term *whole;            /* the leaf of all players, without a table; or NULL */
    const struct table_map *map;         /* of the last fill */
};

static inline size_t head_n_outputs(const struct table_head *head)
{
    return head->is.dense.output.channels;
}

/* Inputs of the layer that belong to a leaf. */
static inline size_t head_leaf_inputs(const struct table_head *head, const struct term *leaf)
{
    size_t n_positions = head->is.reads_means ? 1 : leaf->n_positions;
    return n_positions * head->is.shape.channels;
}

/* Whether a sum has the players of one of its terms: then it takes that one's place. */
static inline int head_term_is_in_place(const struct term *term)
{
    return term->left && term->left->players == term->players;
}

/* Of a table that is its own. */
static inline size_t head_table_rows(const struct table_head *head, const struct term *term)
{
    return term == head->whole || head_term_is_in_place(term) ? 0 : subset_count(term->players);
}

#endif
