/* The bootstrap: what a resample is, against redrawn streams and the central limit theorem. */
#include "testing.h"

#include "base/mem.h"
#include "base/random.h"
#include "num/bootstrap.h"

/* Sums over resamples, drawn a second time sample by sample. */
static void sums_are_over_resamples_within_each_group(void **state)
{
    (void)state;
    enum { R = 20, N0 = 7, N1 = 5 };
    const size_t sizes[] = {N0, 0, N1};
    struct bootstrap *bootstrap;
    assert_int_equal(bootstrap_create(9, R, sizes, 3, &bootstrap, NULL), PT_OK);
    double rows[N1][2], sums[R][2], means[R], first[N0], first_sums[R];
    for (int i = 0; i < N0; i++)
        first[i] = 1 << i;
    for (int i = 0; i < N1; i++) {
        rows[i][0] = pow(10, i);
        rows[i][1] = 1;
    }
    bootstrap_sums(bootstrap, 0, first, 1, first_sums);
    bootstrap_sums(bootstrap, 2, &rows[0][0], 2, &sums[0][0]);
    for (int r = 0; r < R; r++) {
        struct random_stream stream = random_stream(9, RANDOM_BOOTSTRAP, 0, (uint32_t)r);
        double expected_first = 0, expected = 0, counted = 0;
        for (int i = 0; i < N0; i++)
            expected_first += first[random_below(&stream, N0)];
        for (int i = 0; i < N0; i++)
            counted += bootstrap_counts(bootstrap, 0, (size_t)r)[i] * first[i];
        assert_true(counted == expected_first);
        for (int i = 0; i < N1; i++)
            expected += rows[random_below(&stream, N1)][0];
        assert_true(first_sums[r] == expected_first);
        assert_true(sums[r][0] == expected);
        assert_true(sums[r][1] == N1);
    }
    bootstrap_means(bootstrap, 0, first, means);
    assert_near(means[3], first_sums[3] / N0, 1e-12);
    bootstrap_free(bootstrap);
    assert_int_equal(mem_live_bytes(), 0);
}

static void mean_bounds_follow_the_central_limit_theorem(void **state)
{
    (void)state;
    enum { N = 2000, R = 200 };
    static double values[N], scratch[R];
    struct random_stream stream = random_stream(5, RANDOM_TEST, 0, 0);
    double sum = 0, squares = 0;
    for (int i = 0; i < N; i++) {
        values[i] = 3 + 2 * random_normal(&stream);
        sum += values[i];
        squares += values[i] * values[i];
    }
    double mean = sum / N, deviation = sqrt((squares / N - mean * mean) / N);
    const size_t size = N;
    struct bootstrap *bootstrap;
    assert_int_equal(bootstrap_create(1, R, &size, 1, &bootstrap, NULL), PT_OK);
    assert_int_equal(bootstrap_n_replicates(bootstrap), R);
    struct interval bounds = bootstrap_mean_bounds(bootstrap, 0, values, scratch);
    assert_near(bounds.low, mean - 1.96 * deviation, 0.4 * deviation);
    assert_near(bounds.high, mean + 1.96 * deviation, 0.4 * deviation);
    bootstrap_free(bootstrap);
}

static void intervals_leave_out_what_does_not_exist(void **state)
{
    (void)state;
    double values[] = {NAN, 4, INFINITY, 1, 3, NAN, 2, 5};
    struct interval bounds = bootstrap_interval(values, 8);
    assert_near(bounds.low, 1.1, 1e-14);
    assert_near(bounds.high, 4.9, 1e-14);
    double nothing[] = {NAN, NAN};
    assert_true(isnan(bootstrap_interval(nothing, 2).low));
    assert_true(isnan(bootstrap_interval(nothing, 0).high));
}

static void creation_survives_any_failing_allocation(void **state)
{
    (void)state;
    const size_t sizes[] = {3, 4}, too_many[9] = {0};
    struct bootstrap *bootstrap = NULL;
    int status = PT_E_MEMORY;
    for (long nth = 1; status != PT_OK; nth++) {
        assert_true(nth < 10);
        mem_fail_at(nth, 0);
        status = bootstrap_create(1, 10, sizes, 2, &bootstrap, NULL);
        mem_fail_at(0, 0);
        assert_true(status == PT_OK || mem_live_bytes() == 0);
    }
    bootstrap_free(bootstrap);
    bootstrap_free(NULL);
    assert_int_equal(bootstrap_create(1, 10, too_many, 9, &bootstrap, NULL), PT_E_INTERNAL);
    assert_int_equal(mem_live_bytes(), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sums_are_over_resamples_within_each_group),
        cmocka_unit_test(mean_bounds_follow_the_central_limit_theorem),
        cmocka_unit_test(intervals_leave_out_what_does_not_exist),
        cmocka_unit_test(creation_survives_any_failing_allocation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
