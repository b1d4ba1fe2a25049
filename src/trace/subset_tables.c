/* Tables over the subsets of the players that a position of a map depends on. */
#include "trace/subset_tables.h"

#include "base/bits.h"
#include "base/mem.h"
#include "num/kernels.h"
#include "num/row_sums.h"

int table_map_create(struct pt_shape shape, struct table_map *map, struct pt_error *error)
{
    size_t n_positions = shape.height * shape.width;
    *map = (struct table_map){.shape = shape};
    if (!(map->players = mem_alloc(n_positions, sizeof *map->players, error)) ||
        !(map->first_row = mem_alloc(n_positions + 1, sizeof *map->first_row, error))) {
        table_map_free(map);
        return PT_E_MEMORY;
    }
    return PT_OK;
}

void table_map_free(struct table_map *map)
{
    mem_free(map->players);
    mem_free(map->first_row);
    *map = (struct table_map){0};
}

size_t table_map_place(struct table_map *map)
{
    size_t n_positions = map->shape.height * map->shape.width;
    for (size_t i = 0; i < n_positions; i++)
        map->first_row[i + 1] = map->first_row[i] + subset_count(map->players[i]);
    return map->first_row[n_positions] * map->shape.channels;
}

/* What player `player` adds to the row in the table of a set. */
static uint32_t row_step(uint32_t part, unsigned player)
{
    uint32_t bit = (uint32_t)1 << player;
    return part & bit ? (uint32_t)1 << __builtin_popcount(part & (bit - 1)) : 0;
}

/* By doubling: with each player the list so far repeats, moved if the player is in part. */
void subset_rows(uint32_t part, const struct mask_order *order, uint32_t first, unsigned n_bits,
                 uint32_t rows[BLOCK])
{
    rows[0] = 0;
    for (unsigned i = n_bits; first >> i; i++)
        if (first >> i & 1)
            rows[0] += row_step(part, order ? order->player[i] : i);
    for (unsigned i = 0; i < n_bits; i++) {
        uint32_t step = row_step(part, order ? order->player[i] : i), n = (uint32_t)1 << i;
        for (uint32_t k = 0; k < n; k++)
            rows[n + k] = rows[k] + step;
    }
}

void table_map_expand(const struct table_map *map, uint32_t first, unsigned n_bits, float *values)
{
    size_t n_channels = map->shape.channels;
    size_t n_positions = map->shape.height * map->shape.width;
    uint32_t rows[BLOCK];
    for (size_t q = 0; q < n_positions; q++) {
        const float *table = map->values + map->first_row[q] * n_channels;
        float *to = values + q;
        subset_rows(map->players[q], NULL, first, n_bits, rows);
        for (size_t i = 0; i < (size_t)1 << n_bits; i++)
            for (size_t c = 0; c < n_channels; c++, to += n_positions)
                *to = table[rows[i] * n_channels + c];
    }
}

/* rows[i] in floats, for a table with rows `stride` floats apart; from mask 0 on. */
static void subset_offsets(uint32_t part, unsigned n_bits, size_t stride, uint32_t rows[BLOCK])
{
    subset_rows(part, NULL, 0, n_bits, rows);
    for (size_t i = 0; i < (size_t)1 << n_bits; i++)
        rows[i] *= (uint32_t)stride;
}

/* Which rows the masks of a block read repeats from block to block; only the start moves. */
static void for_each_block(const struct subset_sum *s, void (*make)(const struct row_sums *))
{
    uint32_t at[MAX_TERMS_OF_SUM][BLOCK], parts[MAX_TERMS_OF_SUM];
    struct row_term terms[MAX_TERMS_OF_SUM];
    unsigned n_bits = (unsigned)__builtin_popcount(s->set);
    unsigned n_block_bits = n_bits < BLOCK_BITS ? n_bits : BLOCK_BITS;
    size_t n_rows = (size_t)1 << n_block_bits;
    for (size_t t = 0; t < s->n_terms; t++) {
        int has_players = t > 0 && s->terms[t].players == s->terms[t - 1].players;
        parts[t] = has_players ? parts[t - 1] : bits_extract(s->terms[t].players, s->set);
        terms[t].at = at[t];
        if (has_players && s->terms[t].stride == s->terms[t - 1].stride)
            terms[t].at = terms[t - 1].at;
        else
            subset_offsets(parts[t], n_block_bits, s->terms[t].stride, at[t]);
    }
    for (size_t first = 0; first < (size_t)1 << n_bits; first += n_rows) {
        for (size_t t = 0; t < s->n_terms; t++) {
            uint32_t row = first ? bits_extract((uint32_t)first, parts[t]) : 0;
            terms[t].rows = s->terms[t].table + row * s->terms[t].stride;
        }
        make(&(struct row_sums){.n_rows = n_rows,
                                .width = s->width,
                                .n_terms = s->n_terms,
                                .terms = terms,
                                .factor = s->factor,
                                .bias = s->bias,
                                .relu = s->relu,
                                .to = s->to + first * s->width});
    }
}

void subset_tables_sum(const struct subset_sum *sum)
{
    for_each_block(sum, sum->kernels->sum_rows);
}

void subset_tables_largest(const struct subset_sum *sum)
{
    for_each_block(sum, sum->kernels->largest_rows);
}
