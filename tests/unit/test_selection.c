/* Which checkpoints are shown. */
#include "testing.h"

#include "report/selection.h"

static const double steps[] = {0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512};
#define N_STEPS (sizeof steps / sizeof *steps)

static void assert_steps(const struct selection *selection, size_t n, const double *expected)
{
    assert_int_equal(selection->n, n);
    for (size_t i = 0; i < n; i++) {
        assert_near(selection->step[i], expected[i], 0);
        assert_near(steps[selection->at[i]], expected[i], 0);
    }
}

static void two_phases_are_shown_by_their_middles(void **state)
{
    (void)state;
    static const double expected[] = {0, 2, 8, 64, 512};
    struct selection selection = selection_of_two_phases(steps, N_STEPS, 8);
    assert_steps(&selection, 5, expected);
    assert_string_equal(selection.role[2], "end of phase 1");
}

/* Positions of the five panels are 0, 2.25, 4.5, 6.75, 9 doublings. */
static void without_a_boundary_they_are_even(void **state)
{
    (void)state;
    static const double expected[] = {0, 4, 16, 128, 512};
    struct selection selection = selection_of_two_phases(steps, N_STEPS, NAN);
    assert_steps(&selection, 5, expected);
}

static void three_phases_show_t1(void **state)
{
    (void)state;
    static const double with_t1[] = {0, 2, 8, 256, 512}, without[] = {0, 2, 8, 64, 512};
    struct results results = {.phases = {[PT_TRAIN] = {.t_star = 8}},
                              .three_phases = {.is_known = 1, .t1 = 256}};
    struct selection selection = selection_of_three_phases(steps, N_STEPS, &results);
    assert_steps(&selection, 5, with_t1);
    results.three_phases.t1 = NAN;
    selection = selection_of_three_phases(steps, N_STEPS, &results);
    assert_steps(&selection, 5, without);
    results.three_phases.t1 = 4; /* not after t* */
    selection = selection_of_three_phases(steps, N_STEPS, &results);
    assert_steps(&selection, 5, without);
}

static void no_checkpoint_is_shown_twice(void **state)
{
    (void)state;
    static const double few[] = {0, 8, 512}, first[] = {0};
    struct selection selection = selection_of_two_phases(steps, 1, 8);
    assert_steps(&selection, 1, first);
    selection = selection_of_two_phases(steps, 0, 8);
    assert_int_equal(selection.n, 0);
    selection = selection_of_two_phases(few, 3, 8);
    assert_int_equal(selection.n, 3);
    assert_near(selection.step[1], 8, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_phases_are_shown_by_their_middles),
        cmocka_unit_test(without_a_boundary_they_are_even),
        cmocka_unit_test(three_phases_show_t1),
        cmocka_unit_test(no_checkpoint_is_shown_twice),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
