/* Subset transforms: every instruction set against the definitions, inverses, all sizes. */
#include "testing.h"

#include "base/mem.h"
#include "base/random.h"
#include "num/kernels.h"

static double *random_table(unsigned n, uint32_t index)
{
    double *f = mem_alloc((size_t)1 << n, sizeof *f, NULL);
    struct random_stream stream = random_stream(3, RANDOM_TEST, n, index);
    for (size_t i = 0; i < (size_t)1 << n; i++)
        f[i] = random_normal(&stream);
    return f;
}

static double *copy_of(const double *f, unsigned n)
{
    double *copy = mem_alloc((size_t)1 << n, sizeof *f, NULL);
    memcpy(copy, f, sizeof *f << n);
    return copy;
}

/* The Kronecker product's entry: one factor of the 2x2 matrix a bit. */
static double entry(const double m[4], unsigned n, size_t row, size_t column)
{
    double product = 1;
    for (unsigned i = 0; i < n; i++)
        product *= m[2 * (row >> i & 1) + (column >> i & 1)];
    return product;
}

static void check(void (*transform)(double *, unsigned), const double m[4], unsigned n)
{
    size_t size = (size_t)1 << n;
    double *f = random_table(n, 0), *g = copy_of(f, n);
    transform(g, n);
    for (size_t row = 0; row < size; row++) {
        double expected = 0;
        for (size_t column = 0; column < size; column++)
            expected += entry(m, n, row, column) * f[column];
        assert_near(g[row], expected, 1e-12 * (double)size);
    }
    mem_free(f);
    mem_free(g);
}

static void transforms_follow_their_definition(void **state)
{
    (void)state;
    const double t = GOLDEN_T;
    const struct kernels *sets[3];
    for (size_t i = kernels_all(sets); i-- > 0;) {
        const struct kernels *k = sets[i];
        for (unsigned n = 0; n <= 9; n++) {
            check(k->subset_sum, (double[]){1, 0, 1, 1}, n);
            check(k->moebius, (double[]){1, 0, -1, 1}, n);
            check(k->superset_sum, (double[]){1, 1, 0, 1}, n);
            check(k->superset_difference, (double[]){1, -1, 0, 1}, n);
            check(k->disjoint_sum, (double[]){1, 1, 1, 0}, n);
            check(k->golden, (double[]){1, t, -t, 1}, n);
            check(k->golden_transposed, (double[]){1, -t, t, 1}, n);
        }
    }
}

/* Sizes whose passes differ, up to what a trace uses, by inverses and between the sets. */
static void large_tables_invert_and_sets_agree(void **state)
{
    (void)state;
    const struct kernels *sets[3];
    size_t n_sets = kernels_all(sets);
    for (unsigned n = 10; n <= 20; n++) {
        size_t size = (size_t)1 << n;
        double *f = random_table(n, 1), *first = NULL;
        for (size_t i = 0; i < n_sets; i++) {
            double *g = copy_of(f, n);
            sets[i]->golden(g, n);
            if (!first)
                first = copy_of(g, n);
            double largest = 0;
            for (size_t j = 0; j < size; j++)
                largest = fmax(largest, fabs(g[j] - first[j]));
            assert_true(largest <= 1e-11);
            sets[i]->golden_transposed(g, n);
            double scale = pow(1 + GOLDEN_T * GOLDEN_T, n);
            for (size_t j = 0; j < size; j++)
                assert_near(g[j] / scale, f[j], 1e-12);
            memcpy(g, f, size * sizeof *g);
            sets[i]->moebius(g, n);
            sets[i]->subset_sum(g, n);
            double sum_of_squares = 0;
            for (size_t j = 0; j < size; j++)
                sum_of_squares += (g[j] - f[j]) * (g[j] - f[j]);
            assert_true(sqrt(sum_of_squares / (double)size) <= 1e-10);
            mem_free(g);
        }
        mem_free(f);
        mem_free(first);
    }
}

static double soft(double z, double threshold)
{
    return z > threshold ? z - threshold : z < -threshold ? z + threshold : 0;
}

static void loops_of_the_splitting_are_right(void **state)
{
    (void)state;
    enum { N = 37 };
    double *z = random_table(6, 10), *e = random_table(6, 11), *anchor = random_table(6, 12);
    double *threshold = random_table(6, 13), *shrink = random_table(6, 14);
    for (int j = 0; j < 64; j++)
        threshold[j] = fabs(threshold[j]);
    const struct kernels *sets[3];
    for (size_t i = kernels_all(sets); i-- > 0;) {
        double r[64], moved[64], q[64];
        sets[i]->reflect_weighted(z, threshold, shrink, r, N);
        for (int j = 0; j < N; j++)
            assert_near(r[j], 2 * shrink[j] * soft(z[j], threshold[j]) - z[j], 1e-15);
        sets[i]->reflect_clip(z, 0.5, r, N);
        for (int j = 0; j < N; j++)
            assert_near(r[j], 2 * fmax(-0.5, fmin(0.5, z[j])) - z[j], 1e-15);
        sets[i]->reflect_soft(z, 0.5, r, N);
        memcpy(moved, z, sizeof moved);
        double squares = sets[i]->anchored_step(anchor, e, 0.25, 0.7, moved, r, N);
        double expected_squares = 0;
        for (int j = 0; j < N; j++) {
            double x = soft(z[j], 0.5), y = r[j] - 0.25 * e[j];
            assert_near(r[j], 2 * x - z[j], 1e-15);
            expected_squares += (y - x) * (y - x);
            assert_near(moved[j], 0.3 * anchor[j] + 0.7 * (z[j] + 2 * (y - x)), 1e-14);
        }
        assert_near(squares, expected_squares, 1e-12 * expected_squares);
        memcpy(q, z, sizeof q);
        sets[i]->add_difference(q, e, anchor, N);
        sets[i]->multiply(q, shrink, N);
        for (int j = 0; j < N; j++)
            assert_near(q[j], (z[j] + e[j] - anchor[j]) * shrink[j], 1e-14);
    }
    mem_free(z);
    mem_free(e);
    mem_free(anchor);
    mem_free(threshold);
    mem_free(shrink);
}

static void small_products_match_their_definition(void **state)
{
    (void)state;
    const struct kernels *sets[3];
    double *a = random_table(10, 20), *b = random_table(12, 21), *c = random_table(12, 22);
    for (size_t i = kernels_all(sets); i-- > 0;) {
        for (size_t m = 1; m <= 20; m++) {
            for (size_t n = 8; n <= 64; n += 8) {
                size_t k = 1 + (m * 7 + n) % 20, lda = k + 3;
                sets[i]->small_gemm(m, n, k, a, lda, b, 64, c, 72);
                for (size_t row = 0; row < m; row++)
                    for (size_t column = 0; column < n; column++) {
                        double sum = 0;
                        for (size_t p = 0; p < k; p++)
                            sum += a[row * lda + p] * b[p * 64 + column];
                        assert_near(c[row * 72 + column], sum, 1e-13);
                    }
            }
        }
    }
    mem_free(a);
    mem_free(b);
    mem_free(c);
}

static void check_rows(const struct kernels *k, size_t n_rows, size_t n)
{
    float output[600], dy[600], dx[600], sums[40];
    for (size_t i = 0; i < n_rows * n; i++) {
        output[i] = i % 7 == 3 ? NAN : (float)(i % 5) - 2;
        dy[i] = (float)(i * i % 11) - 4;
    }
    k->rectify_gradient(output, dy, dx, n_rows * n);
    for (size_t i = 0; i < n_rows * n; i++)
        assert_true(dx[i] == (output[i] <= 0 ? 0 : dy[i]));
    k->add_up_rows(dy, n_rows, n, sums);
    for (size_t j = 0; j < n; j++) {
        float expected = 0;
        for (size_t i = 0; i < n_rows; i++)
            expected += dy[i * n + j];
        assert_true(sums[j] == expected);
    }
    k->rectify_gradient(output, dy, dy, n_rows * n);
    assert_memory_equal(dy, dx, n_rows * n * sizeof *dy);
}

static void loops_over_rows_are_right(void **state)
{
    (void)state;
    const struct kernels *sets[3];
    for (size_t s = kernels_all(sets); s-- > 0;)
        for (size_t n = 1; n <= 40; n++)
            for (size_t n_rows = 1; n_rows <= 15; n_rows += 7)
                check_rows(sets[s], n_rows, n);
}

static void environment_chooses_the_set_once(void **state)
{
    (void)state;
    const struct kernels *sets[3];
    kernels_all(sets);
    unsetenv("PHASETRACE_CPU");
    assert_ptr_equal(kernels_choose(), sets[0]);
    setenv("PHASETRACE_CPU", "baseline", 1);
    assert_ptr_equal(kernels_best(), sets[0]);
    assert_string_equal(kernels_choose()->name, "baseline");
    assert_string_equal(kernels_best()->name, "baseline");
    unsetenv("PHASETRACE_CPU");
    assert_ptr_equal(kernels_choose(), sets[0]);
    assert_ptr_equal(kernels_best(), sets[0]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(transforms_follow_their_definition),
        cmocka_unit_test(large_tables_invert_and_sets_agree),
        cmocka_unit_test(loops_of_the_splitting_are_right),
        cmocka_unit_test(small_products_match_their_definition),
        cmocka_unit_test(loops_over_rows_are_right),
        cmocka_unit_test(environment_chooses_the_set_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
