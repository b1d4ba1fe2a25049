/* The schedule of snapshots: where they lie, for every count and length. */
#include "testing.h"

#include "train/snapshot_steps.h"

static void dense_early_starts_with_powers_of_two(void **state)
{
    (void)state;
    long steps[20];
    assert_int_equal(snapshot_steps(PT_SNAPSHOTS_DENSE_EARLY, 20, 32, 4096, steps), 20);
    static const long early[] = {0, 1, 2, 4, 8, 16, 32};
    for (size_t i = 0; i < 7; i++)
        assert_int_equal(steps[i], early[i]);
    for (size_t i = 7; i < 20; i++)
        assert_int_equal(steps[i] % 32, 0);
    assert_int_equal(steps[19], 4096);
    /* Log-spaced: the later half of the steps after the first epoch lies beyond its square root. */
    assert_true(steps[13] > 300 && steps[13] < 500);
}

static void epochs_are_equally_spaced(void **state)
{
    (void)state;
    long steps[5];
    assert_int_equal(snapshot_steps(PT_SNAPSHOTS_EPOCHS, 5, 10, 400, steps), 5);
    for (long i = 0; i < 5; i++)
        assert_int_equal(steps[i], 100 * i);
}

static void every_schedule_keeps_its_promises(void **state)
{
    (void)state;
    static const long lengths[][2] = {{1, 1}, {1, 50}, {32, 32}, {32, 4096}, {7, 21}, {500, 1000}};
    for (int schedule = 0; schedule < 3; schedule++) {
        for (size_t count = 2; count <= 60; count++) {
            for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
                long steps[60];
                size_t n = snapshot_steps((enum pt_snapshot_schedule)schedule, count, lengths[i][0],
                                          lengths[i][1], steps);
                assert_true(n >= 2 && n <= count);
                assert_int_equal(steps[0], 0);
                assert_int_equal(steps[n - 1], lengths[i][1]);
                for (size_t k = 1; k < n; k++)
                    assert_true(steps[k] > steps[k - 1]);
            }
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dense_early_starts_with_powers_of_two),
        cmocka_unit_test(epochs_are_equally_spaced),
        cmocka_unit_test(every_schedule_keeps_its_promises),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
