/* Matrix products against a naive one in double; what OpenBLAS says about itself. */
#include "testing.h"

#include "base/random.h"
#include "num/gemm.h"

#include <cblas.h>

static float *random_matrix(size_t n, uint32_t index)
{
    float *values = calloc(n, sizeof *values);
    assert_non_null(values);
    struct random_stream stream = random_stream(3, RANDOM_TEST, 0, index);
    for (size_t i = 0; i < n; i++)
        values[i] = (float)random_normal(&stream);
    return values;
}

static void compare(enum gemm_operand op_a, enum gemm_operand op_b, size_t m, size_t n, size_t k,
                    double alpha, double beta)
{
    float *a = random_matrix(m * k, 0), *b = random_matrix(k * n, 1), *c = random_matrix(m * n, 2);
    float *old = random_matrix(m * n, 2);
    if (beta == 0)
        c[0] = NAN; /* must not be read */
    gemm(op_a, op_b, m, n, k, (float)alpha, a, b, (float)beta, c);
    for (size_t i = 0; i < m; i++)
        for (size_t j = 0; j < n; j++) {
            double sum = 0;
            for (size_t l = 0; l < k; l++)
                sum += (double)(op_a == GEMM_TRANSPOSED ? a[l * m + i] : a[i * k + l]) *
                       (double)(op_b == GEMM_TRANSPOSED ? b[j * k + l] : b[l * n + j]);
            assert_near((double)c[i * n + j], alpha * sum + beta * (double)old[i * n + j],
                        2e-6 * (double)(k + 4));
        }
    free(a);
    free(b);
    free(c);
    free(old);
}

static void products_match_the_definition(void **state)
{
    (void)state;
    static const size_t sizes[][3] = {{1, 1, 1},    {1, 7, 3},     {5, 1, 9},    {4, 4, 1},
                                      {17, 10, 33}, {64, 10, 128}, {6, 100, 25}, {65, 63, 129}};
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++)
        for (int ops = 0; ops < 4; ops++) {
            enum gemm_operand op_a = ops & 1 ? GEMM_TRANSPOSED : GEMM_AS_IS;
            enum gemm_operand op_b = ops & 2 ? GEMM_TRANSPOSED : GEMM_AS_IS;
            compare(op_a, op_b, sizes[s][0], sizes[s][1], sizes[s][2], 1, 0);
            compare(op_a, op_b, sizes[s][0], sizes[s][1], sizes[s][2], -0.5, 1);
            compare(op_a, op_b, sizes[s][0], sizes[s][1], sizes[s][2], 2, 0.25);
        }
}

static void setup_leaves_one_thread(void **state)
{
    (void)state;
    blas_setup();
    assert_int_equal(openblas_get_num_threads(), 1);
}

static void description_names_the_library(void **state)
{
    (void)state;
    struct blas_description blas = blas_describe();
    assert_non_null(strstr(blas.version, "OpenBLAS"));
    assert_true(strlen(blas.kernel) > 0);
    static const char *const flavours[] = {"sequential", "pthreads", "openmp"};
    assert_string_equal(blas.flavour, flavours[openblas_get_parallel()]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(setup_leaves_one_thread),
        cmocka_unit_test(products_match_the_definition),
        cmocka_unit_test(description_names_the_library),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
