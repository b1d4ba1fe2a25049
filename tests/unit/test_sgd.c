/* Gradient descent: hand-computed steps, weight decay, finiteness wherever it is lost. */
#include "testing.h"

#include "phasetrace/sgd.h"

static void steps_match_hand_computed_values(void **state)
{
    (void)state;
    /* Exact in binary: rate 1/2, momentum 3/4, decay 1/8. */
    const struct pt_sgd_options options = {0.5, 0.75, 0.125};
    float parameters[] = {8, -4}, velocity[] = {0, 0};
    const float gradients[] = {1, 2};
    assert_int_equal(pt_sgd_step(&options, parameters, gradients, velocity, 2), 1);
    /* v = g + p / 8 = {2, 1.5};  p -= v / 2 */
    assert_true(velocity[0] == 2 && velocity[1] == 1.5F);
    assert_true(parameters[0] == 7 && parameters[1] == -4.75F);
    assert_int_equal(pt_sgd_step(&options, parameters, gradients, velocity, 2), 1);
    /* v = 3/4 {2, 1.5} + {1 + 7/8, 2 - 4.75/8} = {3.375, 2.53125} */
    assert_true(velocity[0] == 3.375F && velocity[1] == 2.53125F);
    assert_true(parameters[0] == 5.3125F && parameters[1] == -6.015625F);
}

static void without_momentum_it_is_plain_descent(void **state)
{
    (void)state;
    const struct pt_sgd_options options = {0.25, 0, 0};
    float parameters[] = {1}, velocity[] = {100};
    const float gradients[] = {2};
    assert_int_equal(pt_sgd_step(&options, parameters, gradients, velocity, 1), 1);
    assert_true(parameters[0] == 0.5F && velocity[0] == 2);
}

/* At every place of vector bodies and tails, and among finite values of every size. */
static void what_is_not_finite_changes_nothing(void **state)
{
    (void)state;
    enum { N = 37 };
    const struct pt_sgd_options options = {1, 0, 0};
    const float bad[] = {NAN, -NAN, INFINITY, -INFINITY};
    for (size_t at = 0; at < N; at++)
        for (size_t b = 0; b < 4; b++) {
            float parameters[N] = {0}, velocity[N] = {0}, gradients[N] = {0};
            parameters[(at + 5) % N] = 3.4028234e38F;
            parameters[(at + 6) % N] = 1e-45F;
            assert_int_equal(pt_sgd_step(&options, parameters, gradients, velocity, N), 1);
            gradients[at] = bad[b];
            float parameters_before[N], velocity_before[N];
            memcpy(parameters_before, parameters, sizeof parameters);
            memcpy(velocity_before, velocity, sizeof velocity);
            assert_int_equal(pt_sgd_step(&options, parameters, gradients, velocity, N), 0);
            assert_memory_equal(parameters, parameters_before, sizeof parameters);
            assert_memory_equal(velocity, velocity_before, sizeof velocity);
        }
}

static void overflow_of_a_step_changes_nothing(void **state)
{
    (void)state;
    const struct pt_sgd_options options = {1e10, 0, 0};
    float parameters[] = {0, 0}, velocity[] = {0, 0};
    const float gradients[] = {1, 1e30F};
    assert_int_equal(pt_sgd_step(&options, parameters, gradients, velocity, 2), 0);
    assert_true(parameters[0] == 0 && parameters[1] == 0 && velocity[0] == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(steps_match_hand_computed_values),
        cmocka_unit_test(without_momentum_it_is_plain_descent),
        cmocka_unit_test(what_is_not_finite_changes_nothing),
        cmocka_unit_test(overflow_of_a_step_changes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
