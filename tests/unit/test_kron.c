/* Subset transforms: every instruction set against the definitions, inverses, all sizes. */
#include "testing.h"

#include "base/mem.h"
#include "base/random.h"
#include "num/kron.h"

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
    const double t = KRON_GOLDEN_T;
    const struct kron_kernels *sets[3];
    for (size_t i = kron_all_kernels(sets); i-- > 0;) {
        const struct kron_kernels *k = sets[i];
        for (unsigned n = 0; n <= 9; n++) {
            check(k->subset_sum, (double[]){1, 0, 1, 1}, n);
            check(k->moebius, (double[]){1, 0, -1, 1}, n);
            check(k->superset_sum, (double[]){1, 1, 0, 1}, n);
            check(k->superset_difference, (double[]){1, -1, 0, 1}, n);
            check(k->golden, (double[]){1, t, -t, 1}, n);
            check(k->golden_transposed, (double[]){1, -t, t, 1}, n);
        }
    }
}

/* Sizes whose passes differ, up to what a trace uses, by inverses and between the sets. */
static void large_tables_invert_and_sets_agree(void **state)
{
    (void)state;
    const struct kron_kernels *sets[3];
    size_t n_sets = kron_all_kernels(sets);
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
            double scale = pow(1 + KRON_GOLDEN_T * KRON_GOLDEN_T, n);
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

static void loops_of_the_iteration_are_right(void **state)
{
    (void)state;
    enum { N = 37 };
    double *buffers[5];
    for (uint32_t i = 0; i < 5; i++)
        buffers[i] = random_table(6, 10 + i);
    const struct kron_kernels *sets[3];
    for (size_t i = kron_all_kernels(sets); i-- > 0;) {
        double r[64], q[64], z[64];
        sets[i]->reflect(buffers[0], 0.5, r, N);
        memcpy(q, buffers[1], sizeof q);
        sets[i]->residual(r, buffers[2], q, N);
        sets[i]->scale(buffers[3], q, N);
        memcpy(z, buffers[0], sizeof z);
        double squares = sets[i]->anchored_step(buffers[4], q, 0.7, 0.5, z, r, N);
        double expected_squares = 0;
        for (int j = 0; j < N; j++) {
            double old = buffers[0][j];
            double soft = old > 0.5 ? old - 0.5 : old < -0.5 ? old + 0.5 : 0;
            assert_near(r[j], 2 * soft - old, 1e-15);
            double e = (buffers[1][j] + r[j] - buffers[2][j]) * buffers[3][j];
            assert_near(q[j], e, 1e-14);
            double y = r[j] - e;
            expected_squares += (y - soft) * (y - soft);
            assert_near(z[j], 0.3 * buffers[4][j] + 0.7 * (old + 2 * (y - soft)), 1e-14);
        }
        assert_near(squares, expected_squares, 1e-12 * expected_squares);
    }
    for (int i = 0; i < 5; i++)
        mem_free(buffers[i]);
}

static void environment_chooses_the_set(void **state)
{
    (void)state;
    setenv("PHASETRACE_CPU", "baseline", 1);
    assert_string_equal(kron_kernels()->name, "baseline");
    unsetenv("PHASETRACE_CPU");
    const struct kron_kernels *sets[3];
    kron_all_kernels(sets);
    assert_ptr_equal(kron_kernels(), sets[0]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(transforms_follow_their_definition),
        cmocka_unit_test(large_tables_invert_and_sets_agree),
        cmocka_unit_test(loops_of_the_iteration_are_right),
        cmocka_unit_test(environment_chooses_the_set),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
