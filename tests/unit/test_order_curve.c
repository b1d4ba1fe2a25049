/* Curves over the orders by hand, and the spindle's law. */
#include "testing.h"

#include "analysis/order_curve.h"
#include "analysis/spindle_law.h"

static void shares_add_up(void **state)
{
    (void)state;
    double curve[3] = {1, 2, 5}, nothing[2] = {0, 0};
    curve_normalise(curve, 3);
    assert_near(curve[0], 0.125, 0);
    assert_near(curve[2], 0.625, 0);
    curve_normalise(nothing, 2);
    assert_true(isnan(nothing[0]) && isnan(nothing[1]));
}

static void distance_is_the_mass_to_move(void **state)
{
    (void)state;
    static const double p[3] = {0.5, 0.25, 0.25}, q[3] = {0, 0.25, 0.75}, unknown[3] = {NAN, 0, 0};
    assert_near(curve_distance(p, q, 3), 0.5, 0);
    assert_near(curve_distance(p, p, 3), 0, 0);
    assert_true(isnan(curve_distance(p, unknown, 3)));
}

/* The sixth order holds less than 1%: the other curve's 100 there does not count. */
static void cosine_looks_at_orders_that_matter(void **state)
{
    (void)state;
    static const double strengths[6] = {1, 2, 1, 2, 1, 0.01}, other[6] = {2, 2, 0, 4, 2, 100};
    assert_near(curve_cosine(strengths, other, 6), 16 / (sqrt(11) * sqrt(28)), 1e-15);
    assert_true(isnan(curve_cosine(strengths, other, 4)));
    static const double narrow[6] = {1, 2, 1, 2, 0.01, 0.01};
    assert_true(isnan(curve_cosine(narrow, other, 6)));
}

static void means_are_by_column(void **state)
{
    (void)state;
    static const double rows[6] = {1, 2, 3, 5, 8, 13};
    double mean[2];
    mean_of_rows(rows, 3, 2, mean);
    assert_near(mean[0], 4, 0);
    assert_near(mean[1], 20.0 / 3, 1e-15);
}

static void the_spindle_of_ten_players(void **state)
{
    (void)state;
    static const double expected[10] = {.0021, .0134, .0505, .1249, .2120,
                                        .2498, .2019, .1071, .0336, .0048};
    double law[10];
    spindle_law(10, 10, law);
    assert_near(law[0], 10 * sqrt(2), 1e-14);
    curve_normalise(law, 10);
    for (size_t k = 0; k < 10; k++)
        assert_near(law[k], expected[k], 5.1e-5);
    spindle_law(2, 4, law); /* dummies take part in nothing */
    assert_near(law[1], 2, 1e-15);
    assert_true(law[2] == 0 && law[3] == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shares_add_up),
        cmocka_unit_test(distance_is_the_mass_to_move),
        cmocka_unit_test(cosine_looks_at_orders_that_matter),
        cmocka_unit_test(means_are_by_column),
        cmocka_unit_test(the_spindle_of_ten_players),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
