/* The operator of P2's theory: against a dense solve, published row norms and its symmetries. */
#include "dense_theory.h"

#include "analysis/attenuation.h"
#include "base/random.h"

/* y = M(sigma2) f as the analysis applies it. */
static void apply(size_t n, double sigma2, double *f)
{
    double factors[21];
    attenuation_factors(n, sigma2, factors);
    attenuation_to_eigenbasis(n, f);
    for (size_t set = 0; set >> n == 0; set++)
        f[set] *= factors[__builtin_popcountll(set)];
    attenuation_from_eigenbasis(n, f);
}

static double *random_vector(size_t n, uint32_t index)
{
    double *f = mem_alloc((size_t)1 << n, sizeof *f, NULL);
    struct random_stream stream = random_stream(6, RANDOM_TEST, (uint32_t)n, index);
    for (size_t i = 0; i >> n == 0; i++)
        f[i] = random_normal(&stream);
    return f;
}

static void assert_agrees_with_dense(size_t n, double sigma2, double tolerance)
{
    double *fast = random_vector(n, 0), *dense = random_vector(n, 0);
    apply(n, sigma2, fast);
    apply_dense(n, sigma2, dense);
    for (size_t set = 0; set >> n == 0; set++)
        assert_near(fast[set], dense[set], tolerance);
    mem_free(fast);
    mem_free(dense);
}

static void it_is_the_inverse_written_out(void **state)
{
    (void)state;
    for (size_t n = 0; n <= 6; n++)
        for (double sigma2 = 1e-4; sigma2 <= 100; sigma2 *= 10)
            assert_agrees_with_dense(n, sigma2, 1e-11);
    assert_agrees_with_dense(10, 1e-3, 1e-9);
    assert_int_equal(mem_live_bytes(), 0);
}

static void without_noise_nothing_is_lost(void **state)
{
    (void)state;
    for (size_t n = 0; n <= 16; n += 4) {
        double *f = random_vector(n, 1), *before = random_vector(n, 1);
        apply(n, 0, f);
        for (size_t set = 0; set >> n == 0; set++)
            assert_near(f[set], before[set], 1e-12);
        mem_free(f);
        mem_free(before);
    }
}

static void the_grid_is_zero_and_eight_a_decade(void **state)
{
    (void)state;
    assert_true(sigma2_at(0) == 0);
    assert_near(sigma2_at(1), 1e-6, 1e-18);
    assert_near(sigma2_at(9), 1e-5, 1e-17);
    assert_near(sigma2_at(N_SIGMA2 - 1), 100, 1e-12);
}

/* Row norms for 6 players, from a dense solve with NumPy (doc/METHOD.md). */
static void row_norms_are_the_published_ones(void **state)
{
    (void)state;
    static const double sigma2[5] = {1e-4, 1e-2, 1e-1, 1, 10};
    static const double expected[5][7] = {
        {.9981, .9918, .9703, .9060, .7463, .4858, .2693},
        {.9499, .8537, .6560, .3674, .1751, .0759, .0310},
        {.8299, .6112, .3055, .1315, .0523, .0198, .0073},
        {.5670, .2386, .0903, .0325, .0113, .0039, .0013},
        {.1584, .0516, .0167, .0054, .0017, .0006, .0002},
    };
    double factors[5 * 7], norms[5 * 7];
    for (size_t i = 0; i < 5; i++)
        attenuation_factors(6, sigma2[i], factors + 7 * i);
    attenuation_row_norms(6, factors, 5, norms);
    for (size_t i = 0; i < 5 * 7; i++)
        assert_near(norms[i], expected[i / 7][i % 7], 5.1e-5);
}

/* The norms come from polynomials, here from every row of the matrix itself. */
static void rows_of_an_order_have_one_norm(void **state)
{
    (void)state;
    for (size_t n = 1; n <= 8; n++)
        for (double sigma2 = 1e-6; sigma2 <= 100; sigma2 *= 100) {
            double factors[9], norms[9], squares[256] = {0}, column[256];
            for (size_t u = 0; u >> n == 0; u++) {
                memset(column, 0, sizeof column);
                column[u] = 1;
                apply(n, sigma2, column);
                for (size_t t = 0; t >> n == 0; t++)
                    squares[t] += column[t] * column[t];
            }
            attenuation_factors(n, sigma2, factors);
            attenuation_row_norms(n, factors, 1, norms);
            for (size_t t = 0; t >> n == 0; t++)
                assert_near(sqrt(squares[t]), norms[__builtin_popcountll(t)], 1e-12);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_is_the_inverse_written_out),
        cmocka_unit_test(without_noise_nothing_is_lost),
        cmocka_unit_test(the_grid_is_zero_and_eight_a_decade),
        cmocka_unit_test(row_norms_are_the_published_ones),
        cmocka_unit_test(rows_of_an_order_have_one_norm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
