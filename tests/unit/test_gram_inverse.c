/* The inner system of the extraction with noise: against the matrix written out. */
#include "testing.h"

#include "base/mem.h"
#include "base/random.h"
#include "trace/gram_inverse.h"

/* (A A' + O O')(T,T') by counting the sets that are inside both, or meet both. */
static double entry(int t, int other, int n)
{
    int count = 0;
    for (int set = 1; set < 1 << n; set++)
        count += ((set & t) == set && (set & other) == set) + ((set & t) && (set & other));
    return count;
}

static double *random_table(int n, uint32_t index)
{
    double *f = mem_alloc(n < 3 ? 8 : (size_t)1 << n, sizeof *f, NULL);
    struct random_stream stream = random_stream(4, RANDOM_TEST, (uint32_t)n, index);
    for (size_t i = 0; i < (size_t)1 << n; i++)
        f[i] = random_normal(&stream);
    return f;
}

static void solution_solves_the_system(void **state)
{
    (void)state;
    static const double shifts[] = {1.0, 1e-3, 1e4};
    for (int n = 1; n <= 8; n++) {
        struct gram_inverse *inverse;
        assert_int_equal(gram_inverse_create((unsigned)n, &inverse, NULL), PT_OK);
        for (uint32_t i = 0; i < 3; i++) {
            double *f = random_table(n, i), *y = random_table(n, i);
            gram_inverse_set_shift(inverse, shifts[i]);
            gram_inverse_apply(inverse, y);
            double scale = 0;
            for (int t = 0; t < 1 << n; t++)
                scale = fmax(scale, fabs(y[t]));
            for (int t = 0; t < 1 << n; t++) {
                double sum = shifts[i] * y[t];
                for (int other = 0; other < 1 << n; other++)
                    sum += entry(t, other, n) * y[other];
                assert_near(sum, f[t], 1e-11 * (1 + scale * (double)(4 << n)));
            }
            mem_free(f);
            mem_free(y);
        }
        gram_inverse_free(inverse);
    }
    assert_int_equal(mem_live_bytes(), 0);
}

/* A row of the formula at sizes where writing out the matrix would take too long. */
static void large_systems_are_solved(void **state)
{
    (void)state;
    for (int n = 9; n <= 14; n++) {
        struct gram_inverse *inverse;
        assert_int_equal(gram_inverse_create((unsigned)n, &inverse, NULL), PT_OK);
        gram_inverse_set_shift(inverse, 0.5);
        double *f = random_table(n, 9), *y = random_table(n, 9);
        gram_inverse_apply(inverse, y);
        double all = ldexp(1, n);
        for (int t = 0; t < 1 << n; t += 37) {
            double sum = 0.5 * y[t];
            for (int other = 0; other < 1 << n; other++)
                sum += y[other] * (ldexp(1, __builtin_popcount((unsigned)(t & other))) - 1 + all -
                                   ldexp(1, n - __builtin_popcount((unsigned)t)) -
                                   ldexp(1, n - __builtin_popcount((unsigned)other)) +
                                   ldexp(1, n - __builtin_popcount((unsigned)(t | other))));
            assert_near(sum, f[t], 1e-7);
        }
        mem_free(f);
        mem_free(y);
        gram_inverse_free(inverse);
    }
}

static void failing_allocations_leave_nothing(void **state)
{
    (void)state;
    int status = PT_E_MEMORY;
    for (long nth = 1; status; nth++) {
        struct gram_inverse *inverse = NULL;
        mem_fail_at(nth, 0);
        status = gram_inverse_create(6, &inverse, NULL);
        mem_fail_at(0, 0);
        gram_inverse_free(inverse);
        assert_int_equal(mem_live_bytes(), 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(solution_solves_the_system),
        cmocka_unit_test(large_systems_are_solved),
        cmocka_unit_test(failing_allocations_leave_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
