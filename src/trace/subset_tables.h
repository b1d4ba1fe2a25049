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

/* rows[i] = bits_extract(first + i, part) for i < 2^n_bits; limits as in table_map_expand(). */
void subset_rows(uint32_t part, uint32_t first, unsigned n_bits, uint32_t rows[BLOCK]);

/* Adds table [2^|part|, width] to every row of sums [2^|set|, width] that reads it; part lies in
 * set. */
void subset_table_add(const float *table, uint32_t part, float *sums, uint32_t set, size_t width);

#endif
