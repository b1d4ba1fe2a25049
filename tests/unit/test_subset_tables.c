/* Tables over subsets: their indices and sums against the definition, mask by mask. */
#include "testing.h"

#include "base/bits.h"
#include "num/kernels.h"
#include "trace/subset_tables.h"

static void rows_are_extracted_bits(void **state)
{
    (void)state;
    uint32_t rows[BLOCK];
    for (uint32_t part = 0; part < 1 << 12; part += 7) {
        for (unsigned n_bits = 0; n_bits <= BLOCK_BITS; n_bits++) {
            uint32_t first = 5u << n_bits;
            subset_rows(part, NULL, first, n_bits, rows);
            for (uint32_t i = 0; i < 1u << n_bits; i++)
                assert_int_equal(rows[i], bits_extract(first + i, part));
        }
    }
}

static void rows_follow_an_order(void **state)
{
    (void)state;
    const struct mask_order order = {{3, 11, 0, 7, 10, 1, 5, 2, 9, 4, 8, 6}};
    uint32_t rows[BLOCK];
    for (uint32_t part = 1; part < 1 << 12; part += 37)
        for (unsigned n_bits = 0; n_bits <= BLOCK_BITS; n_bits++)
            for (uint32_t first = 0; first < 1 << 12; first += 5u << n_bits) {
                subset_rows(part, &order, first, n_bits, rows);
                for (uint32_t i = 0; i < 1u << n_bits; i++) {
                    uint32_t mask = 0;
                    for (unsigned bit = 0; bit < 12; bit++)
                        mask |= ((first + i) >> bit & 1) << order.player[bit];
                    assert_int_equal(rows[i], bits_extract(mask, part));
                }
            }
}

enum { WIDTH = 3, N_ROWS = 1024 };

/* 10 players; tables of 4, 1 and all of them, the last with gaps between its rows. */
static const uint32_t whole = 0x2ddb, parts[3] = {0x0489, 0x0800, 0x2ddb};
static const size_t strides[3] = {WIDTH, WIDTH, WIDTH + 2};
static float tables[3][N_ROWS * (WIDTH + 2)];
static const float biases[WIDTH] = {0.5f, -20, 3};

static struct subset_sum describe_sum(struct subset_term terms[3], float *to)
{
    for (size_t t = 0; t < 3; t++) {
        for (size_t i = 0; i < N_ROWS * (WIDTH + 2); i++)
            tables[t][i] = (float)((i * 7 + t * 3) % 31) - 9;
        terms[t] = (struct subset_term){tables[t], strides[t], parts[t]};
    }
    return (struct subset_sum){.kernels = kernels_best(),
                               .set = whole,
                               .width = WIDTH,
                               .n_terms = 3,
                               .terms = terms,
                               .factor = 0.5f,
                               .bias = biases,
                               .relu = 1,
                               .to = to};
}

/* What row t of the whole set reads of a term. */
static float term_at(size_t term, uint32_t t, size_t k)
{
    uint32_t row = bits_extract(bits_deposit(t, whole), parts[term]);
    return tables[term][row * strides[term] + k];
}

/* More than a block of rows. */
static void tables_are_added_where_they_are_read(void **state)
{
    (void)state;
    static float sums[N_ROWS * WIDTH], largest[N_ROWS * WIDTH];
    struct subset_term terms[3];
    struct subset_sum sum = describe_sum(terms, sums);
    subset_tables_sum(&sum);
    sum.to = largest;
    subset_tables_largest(&sum);
    for (uint32_t t = 0; t < N_ROWS; t++)
        for (size_t k = 0; k < WIDTH; k++) {
            float a = term_at(0, t, k), b = term_at(1, t, k), c = term_at(2, t, k);
            assert_true(sums[t * WIDTH + k] == fmaxf(0, 0.5f * (a + b + c) + biases[k]));
            assert_true(largest[t * WIDTH + k] == fmaxf(a, fmaxf(b, c)));
        }
}

/* The result may take the place of a term with all players. */
static void a_table_is_added_to(void **state)
{
    (void)state;
    static float sums[N_ROWS * WIDTH];
    struct subset_term terms[3];
    struct subset_sum sum = describe_sum(terms, sums);
    for (size_t i = 0; i < N_ROWS * WIDTH; i++)
        sums[i] = (float)i;
    terms[1] = (struct subset_term){sums, WIDTH, whole};
    sum.n_terms = 2;
    subset_tables_sum(&sum);
    for (uint32_t t = 0; t < N_ROWS; t++)
        for (size_t k = 0; k < WIDTH; k++)
            assert_true(sums[t * WIDTH + k] ==
                        fmaxf(0, 0.5f * (term_at(0, t, k) + (float)(t * WIDTH + k)) + biases[k]));
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
        cmocka_unit_test(rows_follow_an_order),
        cmocka_unit_test(tables_are_added_where_they_are_read),
        cmocka_unit_test(a_table_is_added_to),
        cmocka_unit_test(maps_expand_to_every_mask),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
