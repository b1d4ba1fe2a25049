/* Softmax cross-entropy: hand-computed values, finite differences, extremes. */
#include "testing.h"

#include "nn/loss.h"
#include "phasetrace/network.h"

static void loss_matches_hand_computed_values(void **state)
{
    (void)state;
    const float logits[] = {1, 2, 3, 0, 0, 0};
    const uint8_t labels[] = {2, 1};
    float gradient[6];
    double loss = loss_mean(logits, labels, 2, 3, gradient);
    assert_near(loss, (0.4076059644443803 + 1.0986122886681098) / 2, 1e-14);
    const double expected[] = {0.090030573 / 2, 0.244728471 / 2, -0.334759044 / 2,
                               1.0 / 6,         -1.0 / 3,        1.0 / 6};
    for (size_t i = 0; i < 6; i++)
        assert_near((double)gradient[i], expected[i], 1e-7);
}

static void gradient_is_that_of_the_loss(void **state)
{
    (void)state;
    float logits[] = {0.5F, -1.5F, 2, 4, 0.25F, -3, 1, 1};
    const uint8_t labels[] = {1, 0};
    float gradient[8], unused[8];
    loss_mean(logits, labels, 2, 4, gradient);
    for (size_t i = 0; i < 8; i++) {
        const float step = 0x1p-10F, centre = logits[i];
        logits[i] = centre + step;
        double above = loss_mean(logits, labels, 2, 4, unused);
        logits[i] = centre - step;
        double below = loss_mean(logits, labels, 2, 4, unused);
        logits[i] = centre;
        assert_near((double)gradient[i], (above - below) / (2 * (double)step), 1e-6);
    }
}

static void each_sample_has_its_loss_and_verdict(void **state)
{
    (void)state;
    const float logits[] = {1, 2, 3, 3, 3, 1, 3, 3, 1, 5, NAN, 1, 9000, -9000, 0};
    const uint8_t labels[] = {2, 0, 1, 0, 1};
    const uint8_t expected[] = {1, 1, 0, 0, 0}; /* of equal logits the first is the prediction */
    double losses[5];
    uint8_t correct[5];
    loss_of_each(logits, labels, 5, 3, losses, correct);
    assert_memory_equal(correct, expected, 5);
    assert_near(losses[0], 0.4076059644443803, 1e-14);
    assert_near(losses[1], losses[2], 0);
    assert_true(isnan(losses[3]));
    assert_near(losses[4], 18000, 0);
}

static void small_losses_keep_their_digits(void **state)
{
    (void)state;
    const float logits[] = {25, 0};
    const uint8_t label = 0;
    float gradient[2];
    assert_near(loss_mean(logits, &label, 1, 2, gradient), 1.3887943864867e-11, 1e-14);
}

/* log(0.6652 / 0.3348); and where 1 - p is below the last digit of 1. */
static void log_odds_match_hand_computed_values(void **state)
{
    (void)state;
    const float logits[] = {1, 0, 2}, sure[] = {50, 0};
    assert_near(pt_log_odds(logits, 3, 2), 2 - log(exp(1) + 1), 1e-14);
    assert_near(pt_log_odds(logits, 3, 1), -log(exp(1) + exp(2)), 1e-14);
    assert_near(pt_log_odds(sure, 2, 0), 50, 0);
}

static void what_is_not_finite_shows(void **state)
{
    (void)state;
    const float values[] = {NAN, INFINITY};
    for (size_t i = 0; i < 2; i++) {
        const float logits[] = {1, values[i], 2, 0, 0, 0};
        const uint8_t labels[] = {0, 0};
        float gradient[6];
        assert_false(isfinite(loss_mean(logits, labels, 2, 3, gradient)));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(loss_matches_hand_computed_values),
        cmocka_unit_test(gradient_is_that_of_the_loss),
        cmocka_unit_test(each_sample_has_its_loss_and_verdict),
        cmocka_unit_test(small_losses_keep_their_digits),
        cmocka_unit_test(log_odds_match_hand_computed_values),
        cmocka_unit_test(what_is_not_finite_shows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
