/* Sums and maxima of picked rows: every instruction set against plain loops, all widths. */
#include "testing.h"

#include "base/random.h"
#include "num/kernels.h"
#include "num/row_sums.h"

enum { MOST_WIDTH = 150, N_ROWS = 5, N_TERMS = 4, TABLE_ROWS = 7 };

static float tables[N_TERMS][TABLE_ROWS * MOST_WIDTH], bias[MOST_WIDTH];
static uint32_t at[N_TERMS][N_ROWS];

static struct row_sums describe(size_t width, size_t n_terms, int kind, struct row_term *terms,
                                float *to)
{
    struct random_stream stream = random_stream(4, RANDOM_TEST, (uint32_t)width, (uint32_t)kind);
    for (size_t t = 0; t < N_TERMS; t++) {
        for (size_t i = 0; i < TABLE_ROWS * width; i++)
            tables[t][i] = (float)random_normal(&stream);
        for (size_t i = 0; i < N_ROWS; i++)
            at[t][i] = random_below(&stream, TABLE_ROWS) * (uint32_t)width;
        terms[t] = (struct row_term){tables[t], at[t]};
    }
    for (size_t k = 0; k < width; k++)
        bias[k] = (float)random_normal(&stream);
    return (struct row_sums){.n_rows = N_ROWS,
                             .width = width,
                             .n_terms = n_terms,
                             .terms = terms,
                             .factor = kind & 1 ? 0.25f : 1,
                             .bias = kind & 2 ? bias : NULL,
                             .relu = kind & 4 ? 1 : 0,
                             .to = to};
}

static void check_sums(const struct kernels *kernels, const struct row_sums *s)
{
    kernels->sum_rows(s);
    for (size_t i = 0; i < N_ROWS; i++)
        for (size_t k = 0; k < s->width; k++) {
            double expected = 0;
            for (size_t t = 0; t < s->n_terms; t++)
                expected += (double)tables[t][at[t][i] + k];
            expected = (double)s->factor * expected + (s->bias ? (double)bias[k] : 0);
            if (s->relu)
                expected = fmax(0, expected);
            assert_near((double)s->to[i * s->width + k], expected, 1e-5);
        }
    assert_true(s->to[N_ROWS * s->width] == 99);
}

static void check_largest(const struct kernels *kernels, const struct row_sums *s)
{
    kernels->largest_rows(s);
    for (size_t i = 0; i < N_ROWS; i++)
        for (size_t k = 0; k < s->width; k++) {
            float expected = tables[0][at[0][i] + k];
            for (size_t t = 1; t < s->n_terms; t++)
                expected = fmaxf(expected, tables[t][at[t][i] + k]);
            assert_true(s->to[i * s->width + k] == expected);
        }
    assert_true(s->to[N_ROWS * s->width] == 99);
}

static void every_set_adds_and_compares(void **state)
{
    (void)state;
    const struct kernels *sets[3];
    float to[N_ROWS * MOST_WIDTH + 1];
    for (size_t set = kernels_all(sets); set-- > 0;)
        for (size_t width = 1; width <= MOST_WIDTH; width += width < 40 ? 1 : 11)
            for (int kind = 0; kind < 8; kind++)
                for (size_t n_terms = 0; n_terms <= N_TERMS; n_terms++) {
                    struct row_term terms[N_TERMS];
                    const struct row_sums s = describe(width, n_terms, kind, terms, to);
                    to[N_ROWS * width] = 99;
                    check_sums(sets[set], &s);
                    if (n_terms > 0)
                        check_largest(sets[set], &s);
                }
}

/* As in ReLU and pooling themselves. */
static void not_a_number_survives(void **state)
{
    (void)state;
    const struct kernels *sets[3];
    float to[N_ROWS * MOST_WIDTH];
    for (size_t set = kernels_all(sets); set-- > 0;)
        for (size_t width = 1; width <= 40; width++)
            for (size_t term = 0; term < 2; term++) {
                struct row_term terms[N_TERMS];
                const struct row_sums s = describe(width, 2, 4, terms, to);
                tables[term][at[term][3] + width - 1] = NAN;
                sets[set]->sum_rows(&s);
                assert_true(isnan(to[4 * width - 1]));
                sets[set]->largest_rows(&s);
                assert_true(isnan(to[4 * width - 1]));
            }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_set_adds_and_compares),
        cmocka_unit_test(not_a_number_survives),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
