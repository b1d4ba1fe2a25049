/* Tables over subsets: their indices and sums against the definition, mask by mask. */
#include "testing.h"

#include "base/bits.h"
#include "trace/subset_tables.h"

static void rows_are_extracted_bits(void **state)
{
    (void)state;
    uint32_t rows[BLOCK];
    for (uint32_t part = 0; part < 1 << 12; part += 7) {
        for (unsigned n_bits = 0; n_bits <= BLOCK_BITS; n_bits++) {
            uint32_t first = 5u << n_bits;
            subset_rows(part, first, n_bits, rows);
            for (uint32_t i = 0; i < 1u << n_bits; i++)
                assert_int_equal(rows[i], bits_extract(first + i, part));
        }
    }
}

/* More than a block of rows, and a set with gaps. */
static void tables_are_added_where_they_are_read(void **state)
{
    (void)state;
    enum { WIDTH = 3 };
    const uint32_t set = 0x2ddb, part = 0x0489; /* 10 players, 4 of them */
    static float table[16 * WIDTH], sums[1024 * WIDTH];
    for (size_t i = 0; i < 16 * WIDTH; i++)
        table[i] = (float)i;
    for (size_t i = 0; i < 1024 * WIDTH; i++)
        sums[i] = 100.0f * (float)i;
    subset_table_add(table, part, sums, set, WIDTH);
    for (uint32_t t = 0; t < 1024; t++) {
        uint32_t row = bits_extract(bits_deposit(t, set), part);
        for (size_t k = 0; k < WIDTH; k++)
            assert_true(sums[t * WIDTH + k] ==
                        100.0f * (float)(t * WIDTH + k) + (float)(row * WIDTH + k));
    }
}

static void maps_expand_to_every_mask(void **state)
{
    (void)state;
    struct table_map map;
    assert_int_equal(table_map_create((struct pt_shape){2, 1, 3}, &map, NULL), PT_OK);
    map.players[0] = 0;
    map.players[1] = 5;
    map.players[2] = 2;
    assert_int_equal(table_map_place(&map), 2 * (1 + 4 + 2));
    float rows[14], values[8 * 6];
    for (size_t i = 0; i < 14; i++)
        rows[i] = (float)i;
    map.values = rows;
    table_map_expand(&map, 0, 3, values);
    for (uint32_t mask = 0; mask < 8; mask++) {
        uint32_t second = 1 + (mask & 1) + (mask & 4) / 2, third = 5 + (mask & 2) / 2;
        const uint32_t expected[3] = {0, second, third};
        for (size_t c = 0; c < 2; c++)
            for (size_t q = 0; q < 3; q++)
                assert_true(values[mask * 6 + c * 3 + q] == (float)(2 * expected[q] + c));
    }
    table_map_free(&map);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_extracted_bits),
        cmocka_unit_test(tables_are_added_where_they_are_read),
        cmocka_unit_test(maps_expand_to_every_mask),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
