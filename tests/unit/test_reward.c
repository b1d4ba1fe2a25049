/* Log-odds: against softmax, at extreme logits, with what is not finite. */
#include "testing.h"

#include "trace/reward.h"

static void log_odds_match_softmax(void **state)
{
    (void)state;
    const float logits[] = {1.5f, -0.25f, 3.0f, 0.0f};
    double sum = 0;
    for (int c = 0; c < 4; c++)
        sum += exp(logits[c]);
    for (int label = 0; label < 4; label++) {
        double p = exp(logits[label]) / sum;
        double v = reward_log_odds(logits, 4, label);
        assert_near(v, log(p / (1 - p)), 1e-12);
        assert_near(log1p(exp(-v)), -log(p), 1e-12); /* cross-entropy is softplus(-v) */
    }
}

static void extreme_logits_stay_exact(void **state)
{
    (void)state;
    const float logits[] = {5000.0f, -5000.0f, 4990.0f};
    assert_near(reward_log_odds(logits, 3, 0), 10, 1e-9);
    assert_near(reward_log_odds(logits, 3, 1), -10000, 1e-3);
    const float two[] = {0.0f, -3.0f};
    assert_near(reward_log_odds(two, 2, 1), -3, 0);
}

static void what_is_not_finite_shows(void **state)
{
    (void)state;
    const float logits[] = {1.0f, NAN, 2.0f};
    for (int label = 0; label < 3; label++)
        assert_false(isfinite(reward_log_odds(logits, 3, label)));
    const float infinite[] = {1.0f, INFINITY, 2.0f};
    for (int label = 0; label < 3; label++)
        assert_false(isfinite(reward_log_odds(infinite, 3, label)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(log_odds_match_softmax),
        cmocka_unit_test(extreme_logits_stay_exact),
        cmocka_unit_test(what_is_not_finite_shows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
