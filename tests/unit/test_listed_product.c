/* Products over listed columns, of every instruction set, against naive ones. */
#include "testing.h"

#include "base/mem.h"
#include "base/random.h"
#include "num/kernels.h"
#include "num/listed_product.h"

enum { MOST_ROWS = 19, MOST_K = 70, MOST_N = 130, GAP = 3 };

static struct random_stream stream;

static float random_value(void)
{
    return (float)random_below(&stream, 1 << 24) * 0x1p-23F - 1;
}

struct operands {
    float a[MOST_ROWS][MOST_K + GAP], weights[MOST_N * MOST_K], start[MOST_ROWS][MOST_N + 32];
    float c[MOST_ROWS][MOST_N + 32];
    const float *rows[MOST_ROWS];
    uint32_t list[MOST_K], at[MOST_K];
    float *packed;
};

static void draw_operands(const struct kernels *kernels, size_t n, size_t k, struct operands *o)
{
    for (size_t i = 0; i < MOST_ROWS; i++) {
        o->rows[i] = o->a[(i * 7) % MOST_ROWS];
        for (size_t j = 0; j < MOST_K + GAP; j++)
            o->a[i][j] = random_value();
        for (size_t j = 0; j < MOST_N + 32; j++) {
            o->start[i][j] = random_value();
            o->c[i][j] = -77;
        }
    }
    for (size_t i = 0; i < n * k; i++)
        o->weights[i] = random_value();
    o->packed = mem_alloc(listed_width(n) * k, sizeof *o->packed, NULL);
    kernels->listed_pack(n, k, o->weights, o->packed);
}

static void check_product(const struct kernels *kernels, size_t n_rows, size_t n, size_t k,
                          size_t every, int relu)
{
    static struct operands o;
    size_t n_listed = 0, width = listed_width(n);
    draw_operands(kernels, n, k, &o);
    for (size_t j = every ? every - 1 : k; j < k; j += every, n_listed++) {
        o.list[n_listed] = (uint32_t)j;
        o.at[n_listed] = (uint32_t)(relu ? j : j + GAP);
    }
    kernels->listed_product(&(struct listed_product){.n_rows = n_rows,
                                                     .rows = o.rows,
                                                     .list = o.list,
                                                     .at = o.at,
                                                     .n_listed = n_listed,
                                                     .k = k,
                                                     .width = width,
                                                     .packed = o.packed,
                                                     .start = o.start[0],
                                                     .start_stride = relu ? 0 : MOST_N + 32,
                                                     .c = o.c[0],
                                                     .c_stride = MOST_N + 32,
                                                     .relu = relu});
    for (size_t i = 0; i < MOST_ROWS; i++)
        for (size_t j = 0; j < MOST_N + 32; j++) {
            double sum = (double)o.start[relu ? 0 : i][j];
            for (size_t l = 0; l < n_listed && j < n; l++)
                sum += (double)o.rows[i][o.at[l]] * (double)o.weights[j * k + o.list[l]];
            if (relu && sum < 0)
                sum = 0;
            assert_near((double)o.c[i][j], i < n_rows && j < width ? sum : -77, 1e-5);
        }
    mem_free(o.packed);
}

static void products_match_naive_ones(void **state)
{
    (void)state;
    const struct kernels *sets[3];
    stream = random_stream(1, RANDOM_TEST, 0, 0);
    for (size_t set = 0, n_sets = kernels_all(sets); set < n_sets; set++)
        for (size_t n_rows = 1; n_rows <= MOST_ROWS; n_rows++)
            for (size_t n = 1; n <= MOST_N; n += 43)
                for (size_t every = 0; every < 4; every++)
                    check_product(sets[set], n_rows, n, n_rows % 2 ? MOST_K : 5, every,
                                  (int)every & 1);
}

/* A NaN is something, and not above 0; so is -0. */
static void columns_are_marked_and_listed(void **state)
{
    (void)state;
    enum { K = 53, ROWS = 5 };
    static float x[ROWS][K + 1];
    const struct kernels *sets[3];
    stream = random_stream(2, RANDOM_TEST, 0, 0);
    for (size_t i = 0; i < ROWS; i++)
        for (size_t j = 0; j < K; j++)
            x[i][j] = j % 3 == 0 ? 0 : j % 3 == 1 ? 1 + random_value() / 2 : random_value();
    x[2][6] = NAN;
    x[3][4] = NAN;
    for (size_t set = 0, n_sets = kernels_all(sets); set < n_sets; set++)
        for (size_t k = 1; k <= K; k++) {
            int32_t any[K], all[K], none[K] = {0};
            uint32_t list[K + 1];
            sets[set]->mark_columns(ROWS, K + 1, k, x[0], any, all);
            size_t n_some = 0, n_mixed = 0;
            for (size_t j = 0; j < k; j++) {
                int is_some = 0, is_all = 1;
                for (size_t i = 0; i < ROWS; i++) {
                    is_some |= x[i][j] != 0;
                    is_all &= x[i][j] > 0;
                }
                assert_int_equal(any[j] != 0, is_some);
                assert_int_equal(all[j], is_all ? -1 : 0);
                n_some += is_some;
                n_mixed += is_some && !is_all;
            }
            assert_int_equal(sets[set]->list_columns(any, none, k, list), n_some);
            for (size_t l = 0; l < n_some; l++)
                assert_true(any[list[l]] && (l == 0 || list[l] > list[l - 1]));
            assert_int_equal(sets[set]->list_columns(any, all, k, list), n_mixed);
            for (size_t l = 0; l < n_mixed; l++)
                assert_true(any[list[l]] && !all[list[l]] && (l == 0 || list[l] > list[l - 1]));
        }
}

static void rows_spread_over_a_cube(void **state)
{
    (void)state;
    enum { BITS = 4, WIDTH = 48 };
    static float sums[(1 + BITS) * WIDTH], steps[BITS * WIDTH], to[WIDTH << BITS];
    const struct kernels *sets[3];
    stream = random_stream(3, RANDOM_TEST, 0, 0);
    for (size_t i = 0; i < (1 + BITS) * WIDTH; i++)
        sums[i] = random_value();
    for (size_t i = 0; i < BITS * WIDTH; i++)
        steps[i] = random_value();
    for (size_t set = 0, n_sets = kernels_all(sets); set < n_sets; set++)
        for (unsigned n_bits = 0; n_bits <= BITS; n_bits++)
            for (int with_steps = 0; with_steps < 2; with_steps++) {
                sets[set]->spread_rows(n_bits, WIDTH, sums, with_steps ? steps : NULL, to);
                for (size_t t = 0; t < (size_t)1 << n_bits; t++)
                    for (size_t j = 0; j < WIDTH; j++) {
                        double sum = (double)sums[j];
                        for (size_t i = 0; i < n_bits; i++)
                            if (t >> i & 1)
                                sum += (double)sums[(i + 1) * WIDTH + j] - (double)sums[j] +
                                       (with_steps ? (double)steps[i * WIDTH + j] : 0);
                        assert_near((double)to[t * WIDTH + j], sum, 4e-6);
                    }
            }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(products_match_naive_ones),
        cmocka_unit_test(columns_are_marked_and_listed),
        cmocka_unit_test(rows_spread_over_a_cube),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
