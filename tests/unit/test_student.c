/* Student's t: closed forms for 1 and 2 degrees, SciPy for more. */
#include "testing.h"

#include "num/student.h"

/* scipy.stats.t.ppf(0.975, degrees), which is good to some 1e-9. */
static void quantiles(void **state)
{
    (void)state;
    static const struct {
        size_t degrees;
        double t;
    } known[] = {{1, 12.706204736432095}, {2, 4.302652729911275},   {3, 3.182446305284263},
                 {4, 2.7764451051977987}, {5, 2.5705818366147395},  {6, 2.4469118487916806},
                 {25, 2.059538552753294}, {44, 2.0153675699129411}, {63, 1.9983405417721956}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        assert_near(student_t95(known[i].degrees), known[i].t, 1e-8 * known[i].t);
    assert_near(student_t95(1), tan(0.95 * 1.5707963267948966), 1e-11);
    assert_near(student_t95(2), sqrt(2 * 0.9025 / (1 - 0.9025)), 1e-13);
}

static void intervals(void **state)
{
    (void)state;
    static const double x[] = {1, NAN, 2, 4, INFINITY};
    assert_near(finite_mean(x, 5), 7.0 / 3, 1e-15);
    struct interval interval = mean_interval(x, 5);
    assert_near(interval.low, -1.4612497004061313, 1e-8);
    assert_near(interval.high, 6.127916367072798, 1e-8);
}

static void equal_numbers_have_no_spread(void **state)
{
    (void)state;
    static const double x[] = {0.1, 0.1, 0.1};
    struct interval interval = mean_interval(x, 3);
    assert_true(finite_mean(x, 3) == 0.1 && interval.low == 0.1 && interval.high == 0.1);
}

static void too_few_numbers(void **state)
{
    (void)state;
    static const double x[] = {NAN, 5};
    assert_true(finite_mean(x, 2) == 5);
    assert_true(isnan(mean_interval(x, 2).low) && isnan(mean_interval(x, 2).high));
    assert_true(isnan(finite_mean(x, 1)) && isnan(finite_mean(x, 0)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(quantiles),
        cmocka_unit_test(intervals),
        cmocka_unit_test(equal_numbers_have_no_spread),
        cmocka_unit_test(too_few_numbers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
