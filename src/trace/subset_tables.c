/* Tables over the subsets of the players that a position of a map depends on. */
#include "trace/subset_tables.h"

#include "base/bits.h"
#include "base/mem.h"

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

/* By doubling: with each bit the list of the smaller masks repeats, moved if the bit is in part. */
void subset_rows(uint32_t part, uint32_t first, unsigned n_bits, uint32_t rows[BLOCK])
{
    uint32_t next = 1;
    rows[0] = bits_extract(first, part);
    for (uint32_t bit = 1; bit < (uint32_t)1 << n_bits; bit <<= 1) {
        uint32_t step = part & bit ? next : 0;
        for (uint32_t i = 0; i < bit; i++)
            rows[bit + i] = rows[i] + step;
        next <<= (part & bit) != 0;
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
        subset_rows(map->players[q], first, n_bits, rows);
        for (size_t i = 0; i < (size_t)1 << n_bits; i++)
            for (size_t c = 0; c < n_channels; c++, to += n_positions)
                *to = table[rows[i] * n_channels + c];
    }
}

static void add_row(const float *restrict row, float *restrict sums, size_t width)
{
    for (size_t k = 0; k < width; k++)
        sums[k] += row[k];
}

void subset_table_add(const float *table, uint32_t part, float *sums, uint32_t set, size_t width)
{
    unsigned n_bits = (unsigned)__builtin_popcount(set);
    unsigned n_block_bits = n_bits < BLOCK_BITS ? n_bits : BLOCK_BITS;
    uint32_t packed = bits_extract(part, set), rows[BLOCK];
    for (uint32_t first = 0; first < (uint32_t)1 << n_bits; first += (uint32_t)1 << n_block_bits) {
        subset_rows(packed, first, n_block_bits, rows);
        for (uint32_t i = 0; i < (uint32_t)1 << n_block_bits; i++, sums += width)
            add_row(table + rows[i] * width, sums, width);
    }
}
