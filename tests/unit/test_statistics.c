/* Correlations and percentiles against scipy 1.10 and numpy 1.24. */
#include "testing.h"

#include "base/random.h"
#include "num/statistics.h"

static const double x[8] = {3.1, -2.0, 3.1, 7.5, 0.25, 3.1, -2.0, 11.0};
static const double y[8] = {1.0, 4.0, 2.0, 2.0, -5.5, 9.0, 0.5, 3.25};

static void correlations_agree_with_scipy(void **state)
{
    (void)state;
    assert_near(pearson_correlation(x, y, 8), 0.22582765954726317, 1e-15);
    assert_near(spearman_correlation(x, y, 8), 0.2840372139975479, 1e-15);
    assert_near(cosine_similarity(x, y, 8), 0.4371388221353152, 1e-15);
}

static void spearman_sees_only_the_order(void **state)
{
    (void)state;
    double steps[5] = {0, 1, 2, 4, 1e6}, rising[5] = {-3, -2.5, 0, 1e-9, 7};
    assert_near(spearman_correlation(steps, rising, 5), 1, 1e-15);
    for (int i = 0; i < 5; i++)
        rising[i] = -exp(rising[i]);
    assert_near(spearman_correlation(steps, rising, 5), -1, 1e-15);
}

static void undefined_correlations_are_nan(void **state)
{
    (void)state;
    double flat[3] = {2, 2, 2}, zero[3] = {0, 0, 0};
    assert_true(isnan(pearson_correlation(x, flat, 3)));
    assert_true(isnan(spearman_correlation(flat, y, 3)));
    assert_true(isnan(cosine_similarity(x, zero, 3)));
    assert_true(isnan(pearson_correlation(x, y, 1)));
    assert_true(isnan(spearman_correlation(x, y, 1)));
    assert_true(isnan(percentile(zero, 0, 0.5)));
}

static void percentiles_agree_with_numpy(void **state)
{
    (void)state;
    static const double expected[][2] = {{0, -2}, {0.1, -2}, {0.5, 3.1}, {1, 11}, {0.975, 10.3875}};
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        double values[8];
        memcpy(values, x, sizeof x);
        assert_near(percentile(values, 8, expected[i][0]), expected[i][1], 1e-14);
    }
}

static int ascending(const void *a, const void *b)
{
    double difference = *(const double *)a - *(const double *)b;
    return (difference > 0) - (difference < 0);
}

static void selection_partitions_like_a_sort(void **state)
{
    (void)state;
    for (uint32_t trial = 0; trial < 300; trial++) {
        struct random_stream stream = random_stream(1, RANDOM_TEST, 1, trial);
        double values[40], sorted[40];
        size_t n = 1 + random_below(&stream, 40);
        for (size_t i = 0; i < n; i++) /* few distinct values: many ties */
            sorted[i] = values[i] = random_below(&stream, 1 + trial % 30);
        size_t rank = random_below(&stream, (uint32_t)n);
        qsort(sorted, n, sizeof *sorted, ascending);
        select_rank(values, n, rank);
        assert_true(values[rank] == sorted[rank]);
        for (size_t i = 0; i < n; i++)
            assert_true(i < rank ? values[i] <= values[rank] : values[i] >= values[rank]);
        qsort(values, n, sizeof *values, ascending);
        assert_memory_equal(values, sorted, n * sizeof *values);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(correlations_agree_with_scipy),
        cmocka_unit_test(spearman_sees_only_the_order),
        cmocka_unit_test(undefined_correlations_are_nan),
        cmocka_unit_test(percentiles_agree_with_numpy),
        cmocka_unit_test(selection_partitions_like_a_sort),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
