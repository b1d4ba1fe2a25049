/*
 * Maps of all masked samples at once: each position has one row for every subset of the players
 * that it depends on, instead of one value for every mask.
 *
 * Sets are bit masks over the live players, numbered from 0 without gaps. Within the table of a
 * set S, row t belongs to the masks T with bits_extract(T, S) = t; so the table of a set that
 * contains S reads its rows by the same rule.
 */
#ifndef TRACE_SUBSET_TABLES_H
#define TRACE_SUBSET_TABLES_H

#include "phasetrace/network.h"

#include <stddef.h>
#include <stdint.h>

struct kernels;

/* Masks are handled in blocks of 2^BLOCK_BITS at most, which start at a multiple of their size. */
enum { BLOCK_BITS = 8, BLOCK = 1 << BLOCK_BITS };

struct table_map {
    struct pt_shape shape;
    uint32_t *players; /* [height, width] the players that a position depends on */
    size_t *first_row; /* [height * width + 1] where its rows start; the last is their number */
    float *values;     /* [rows, channels] */
};

/* Allocates players and first_row for a map of `shape`; free with table_map_free(), which leaves
 * values alone. */
int table_map_create(struct pt_shape shape, struct table_map *map, struct pt_error *error);
void table_map_free(struct table_map *map);

/* Sets first_row from players, at most 20 in a set; returns how many floats `values` needs. */
size_t table_map_place(struct table_map *map);

/*
 * The map of the masks first <= T < first + 2^n_bits, one after the other, as [channels, height,
 * width] floats; n_bits <= BLOCK_BITS and `first` a multiple of 2^n_bits.
 */
void table_map_expand(const struct table_map *map, uint32_t first, unsigned n_bits, float *values);

static inline size_t subset_count(uint32_t set)
{
    return (size_t)1 << __builtin_popcount(set);
}

/* An order of the masks: bit i of a mask's place in it says whether player[i] is present. */
struct mask_order {
    uint8_t player[32]; /* a permutation of the live players */
};

/* rows[i] = bits_extract(the mask in place first + i, part) for i < 2^n_bits, NULL being the
 * ascending order; limits as in table_map_expand(). */
void subset_rows(uint32_t part, const struct mask_order *order, uint32_t first, unsigned n_bits,
                 uint32_t rows[BLOCK]);

enum { MAX_TERMS_OF_SUM = 64 };

/* A table [2^|players|, width], its rows `stride` floats apart. */
struct subset_term {
    const float *table;
    size_t stride;
    uint32_t players;
};

/* What a table [2^|set|, width] is made of: for each of its rows the rows of the terms that it
 * reads. Each term's players lie in the set. */
struct subset_sum {
    const struct kernels *kernels;
    uint32_t set;
    size_t width, n_terms;           /* at most MAX_TERMS_OF_SUM */
    const struct subset_term *terms; /* [n_terms] */
    float factor;
    const float *bias; /* [width] or NULL */
    int relu;
    float *to; /* may be the table of a term with the whole set */
};

/* to = relu(factor * sum of the terms + bias); as num/row_sums.h. */
void subset_tables_sum(const struct subset_sum *sum);
/* The largest of the terms, of which there is one at least; factor, bias and ReLU are not read. */
void subset_tables_largest(const struct subset_sum *sum);

#endif
