/* The published gradient descent: against the same procedure on dense matrices. */
#include "testing.h"

#include "faults.h"

#include "base/random.h"
#include "trace/interactions.h"
#include "trace/sparse_sgd.h"

enum { N = 5, SIZE = 1 << N };

struct split {
    _Alignas(64) double a[SIZE], b[SIZE], d[SIZE];
};

static void fill_random(double *u)
{
    struct random_stream stream = random_stream(6, RANDOM_TEST, 0, 0);
    u[0] = 0;
    for (int mask = 1; mask < SIZE; mask++)
        u[mask] = random_normal(&stream);
}

/* x1 x2 x3 + x2 x3 + x3 x4 + (x4 or x5) of P5: four interactions of size 1. */
static void fill_golden_toy(double *u)
{
    for (int mask = 0; mask < SIZE; mask++) {
        int x1 = mask & 1, x2 = mask >> 1 & 1, x3 = mask >> 2 & 1, x4 = mask >> 3 & 1,
            x5 = mask >> 4 & 1;
        u[mask] = (x1 & x2 & x3) + (x2 & x3) + (x3 & x4) + (x4 | x5);
    }
}

static void solve(const double *values, double noise_bound, struct split *x)
{
    static _Alignas(64) double u[SIZE];
    memcpy(u, values, sizeof u);
    struct sparse_sgd *sgd;
    assert_int_equal(sparse_sgd_create(N, &sgd, NULL), PT_OK);
    sparse_sgd_solve(sgd, u, noise_bound, NULL, x->a, x->b, x->d);
    sparse_sgd_free(sgd);
}

static double objective(const struct split *x)
{
    double sum = 0;
    for (int set = 1; set < SIZE; set++)
        sum += fabs(x->a[set]) + fabs(x->b[set]);
    return sum;
}

static void assert_matches(const double *u, double noise_bound, const struct split *x)
{
    for (int mask = 0; mask < SIZE; mask++) {
        double sum = x->d[mask];
        for (int set = 1; set < SIZE; set++)
            sum += ((set & mask) == set) * x->a[set] + ((set & mask) != 0) * x->b[set];
        assert_near(sum, u[mask], 1e-12);
        assert_true(fabs(x->d[mask]) <= noise_bound);
    }
    assert_true(x->a[0] == 0 && x->b[0] == 0 && x->d[0] == 0);
}

/* The sign with which part T enters the interaction of S, or 0. */
static double and_weight(int set, int mask)
{
    if ((mask & set) != mask)
        return 0;
    return __builtin_popcount((unsigned)(set ^ mask)) % 2 ? -1 : 1;
}

static double or_weight(int set, int mask)
{
    return -and_weight(set, (SIZE - 1) ^ mask);
}

static void dense_interactions(const double *u, const double *g, struct split *x)
{
    for (int set = 1; set < SIZE; set++) {
        x->a[set] = x->b[set] = 0;
        for (int mask = 0; mask < SIZE; mask++) {
            double half = 0.5 * (u[mask] - x->d[mask]);
            x->a[set] += and_weight(set, mask) * (half + g[mask]);
            x->b[set] += or_weight(set, mask) * (half - g[mask]);
        }
    }
}

/* The procedure as sparse_sgd.h tells it, derivatives term by term. */
static void descend_densely(const double *u, double noise_bound, struct split *x)
{
    double g[SIZE] = {0}, g_velocity[SIZE] = {0}, d_velocity[SIZE] = {0}, largest = 0;
    memset(x, 0, sizeof *x);
    for (int mask = 0; mask < SIZE; mask++)
        largest = fmax(largest, fabs(u[mask]));
    for (int step = 0; step < 10000; step++) {
        double rate = 0.002 * largest / SIZE * pow(10, -step / 9999.0);
        dense_interactions(u, g, x);
        for (int mask = 1; mask < SIZE; mask++) {
            double by_g = 0, by_d = 0;
            for (int set = 1; set < SIZE; set++) {
                double of_and = (x->a[set] > 0 ? 1 : -1) * and_weight(set, mask);
                double of_or = (x->b[set] > 0 ? 1 : -1) * or_weight(set, mask);
                by_g += of_and - of_or;
                by_d -= 0.5 * (of_and + of_or);
            }
            g_velocity[mask] = 0.9 * g_velocity[mask] + by_g;
            d_velocity[mask] = 0.9 * d_velocity[mask] + by_d;
            g[mask] -= rate * g_velocity[mask];
            x->d[mask] -= rate * d_velocity[mask];
            x->d[mask] = fmax(-noise_bound, fmin(noise_bound, x->d[mask]));
        }
    }
    dense_interactions(u, g, x);
}

static void steps_are_those_of_the_dense_procedure(void **state)
{
    (void)state;
    double u[SIZE];
    fill_random(u);
    for (int with_noise = 0; with_noise < 2; with_noise++) {
        struct split fast, dense;
        solve(u, 0.05 * with_noise, &fast);
        descend_densely(u, 0.05 * with_noise, &dense);
        for (int set = 0; set < SIZE; set++) {
            assert_near(fast.a[set], dense.a[set], 1e-9);
            assert_near(fast.b[set], dense.b[set], 1e-9);
            assert_near(fast.d[set], dense.d[set], 1e-9);
        }
    }
}

static void toy_ends_near_its_four_interactions(void **state)
{
    (void)state;
    double u[SIZE];
    struct split x;
    fill_golden_toy(u);
    solve(u, 0, &x);
    assert_matches(u, 0, &x);
    /* 10 at the start, 4 at best. */
    assert_true(objective(&x) >= 4 - 1e-12 && objective(&x) < 4.2);
    solve(u, 0.08, &x);
    assert_matches(u, 0.08, &x);
    assert_true(objective(&x) < 4);
}

static void answer_scales_with_the_table(void **state)
{
    (void)state;
    double u[SIZE];
    struct split x, y;
    fill_random(u);
    solve(u, 0.125, &x);
    for (int mask = 0; mask < SIZE; mask++)
        u[mask] *= 0x1p-30;
    solve(u, 0.125 * 0x1p-30, &y);
    for (int set = 0; set < SIZE; set++) {
        assert_true(y.a[set] == x.a[set] * 0x1p-30);
        assert_true(y.b[set] == x.b[set] * 0x1p-30);
    }
}

/* Through interaction_extract(): player 1 does nothing, singletons are AND. */
static void extraction_by_descent_is_complete(void **state)
{
    (void)state;
    double v[16], I_and[16], I_or[16], noise[16];
    for (int mask = 0; mask < 16; mask++)
        v[mask] = 7 + (mask & 1) + 2 * ((mask & 12) == 12) - 1.5 * ((mask & 5) != 0);
    struct interaction_options options = {.solver = PT_SOLVER_SGD, .noise = 0.02};
    struct interaction_extractor *extractor;
    struct sparse_result result;
    assert_int_equal(interaction_extractor_create(4, &options, &extractor, NULL), PT_OK);
    assert_int_equal(interaction_extract(extractor, v, I_and, I_or, noise, &result, NULL), PT_OK);
    interaction_extractor_free(extractor);
    assert_true(result.converged && result.dual_bound == 0 && result.iterations == 10000);
    double sum = 0;
    for (int set = 0; set < 16; set++) {
        sum += fabs(I_and[set]) + fabs(I_or[set]);
        assert_true(!(set & 2) || (I_and[set] == 0 && I_or[set] == 0));
        assert_true((set & (set - 1)) != 0 || I_or[set] == 0);
        assert_true(fabs(noise[set]) <= 0.02 * 1.5);
    }
    assert_near(result.objective, sum, 1e-12);
    assert_true(sum < 4.5 && sum > 3.5);
}

static int extract_once(void *user, struct pt_error *error)
{
    double I_and[SIZE], I_or[SIZE];
    struct interaction_options options = {.solver = PT_SOLVER_SGD};
    struct interaction_extractor *extractor;
    struct sparse_result result;
    int status = interaction_extractor_create(N, &options, &extractor, error);
    if (status)
        return status;
    status = interaction_extract(extractor, user, I_and, I_or, NULL, &result, error);
    interaction_extractor_free(extractor);
    return status;
}

static void failing_allocations_leave_nothing(void **state)
{
    (void)state;
    double u[SIZE];
    fill_random(u);
    assert_survives_memory_faults(extract_once, u);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(steps_are_those_of_the_dense_procedure),
        cmocka_unit_test(toy_ends_near_its_four_interactions),
        cmocka_unit_test(answer_scales_with_the_table),
        cmocka_unit_test(extraction_by_descent_is_complete),
        cmocka_unit_test(failing_allocations_leave_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
