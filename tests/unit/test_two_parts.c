/* Fits with known answers: mixtures, their boundary, degenerate parts. */
#include "testing.h"

#include "analysis/two_parts.h"
#include "base/random.h"

static const double decay[5] = {8, 4, 2, 1, 0.5}, spindle[5] = {1, 4, 7, 4, 1};

static void mixtures_are_recovered(void **state)
{
    (void)state;
    static const double weights[4][2] = {{2, 3}, {0, 1.5}, {0.25, 0}, {1e-6, 4}};
    for (size_t w = 0; w < 4; w++) {
        double curve[5];
        for (size_t k = 0; k < 5; k++)
            curve[k] = weights[w][0] * decay[k] + weights[w][1] * spindle[k];
        struct two_parts fit = fit_two_parts(curve, decay, spindle, 5);
        assert_near(fit.first, weights[w][0], 1e-13);
        assert_near(fit.second, weights[w][1], 1e-13);
        assert_near(fit.residual, 0, 1e-13);
    }
}

/* The best weights without the constraint are 1 and -0.4; with it the second is 0. */
static void weights_stop_at_zero(void **state)
{
    (void)state;
    double curve[5], product = 0, square = 0, rest = 0, all = 0;
    for (size_t k = 0; k < 5; k++) {
        curve[k] = decay[k] - 0.4 * spindle[k];
        product += curve[k] * decay[k];
        square += decay[k] * decay[k];
    }
    struct two_parts fit = fit_two_parts(curve, decay, spindle, 5);
    assert_true(fit.second == 0);
    assert_near(fit.first, product / square, 1e-15);
    for (size_t k = 0; k < 5; k++) {
        rest += (curve[k] - fit.first * decay[k]) * (curve[k] - fit.first * decay[k]);
        all += curve[k] * curve[k];
    }
    assert_near(fit.residual, sqrt(rest / all), 1e-15);
    fit = fit_two_parts(curve, spindle, decay, 5);
    assert_true(fit.first == 0);
    assert_near(fit.second, product / square, 1e-15);
}

/* No other weights of a fine grid, the boundary included, are better. */
static void no_other_weights_are_better(void **state)
{
    (void)state;
    struct random_stream stream = random_stream(8, RANDOM_TEST, 0, 0);
    for (int repeat = 0; repeat < 50; repeat++) {
        double curve[5], all = 0;
        for (size_t k = 0; k < 5; k++) {
            curve[k] = 5 * random_normal(&stream);
            all += curve[k] * curve[k];
        }
        struct two_parts fit = fit_two_parts(curve, decay, spindle, 5);
        assert_true(fit.first >= 0 && fit.second >= 0);
        for (double a = 0; a < 3; a += 0.03)
            for (double b = 0; b < 3; b += 0.03) {
                double rest = 0;
                for (size_t k = 0; k < 5; k++)
                    rest += pow(curve[k] - a * decay[k] - b * spindle[k], 2);
                assert_true(sqrt(rest / all) >= fit.residual - 1e-12);
            }
    }
}

static void parts_may_be_missing_or_alike(void **state)
{
    (void)state;
    static const double nothing[5] = {0};
    double twice[5];
    for (size_t k = 0; k < 5; k++)
        twice[k] = 2 * decay[k];
    struct two_parts fit = fit_two_parts(twice, decay, decay, 5);
    assert_near(fit.first, 2, 1e-14);
    assert_true(fit.second == 0);
    fit = fit_two_parts(twice, nothing, decay, 5);
    assert_true(fit.first == 0);
    assert_near(fit.second, 2, 1e-14);
    fit = fit_two_parts(twice, nothing, nothing, 5);
    assert_true(fit.first == 0 && fit.second == 0);
    assert_near(fit.residual, 1, 1e-15);
    assert_true(isnan(fit_two_parts(nothing, decay, spindle, 5).residual));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mixtures_are_recovered),
        cmocka_unit_test(weights_stop_at_zero),
        cmocka_unit_test(no_other_weights_are_better),
        cmocka_unit_test(parts_may_be_missing_or_alike),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
