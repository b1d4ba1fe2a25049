/* Placement: arrays in use at the same time never overlap, and places are shared where they can be.
 */
#include "testing.h"

#include "base/random.h"
#include "nn/placement.h"

static void turns_take_two_places(void **state)
{
    (void)state;
    struct placement arrays[10];
    for (size_t i = 0; i < 10; i++)
        arrays[i] = (struct placement){100, i, i + 1, 0};
    assert_int_equal(placement_find(arrays, 10), 200);
    for (size_t i = 0; i < 10; i++)
        assert_int_equal(arrays[i].at, i % 2 * 100);
}

static void a_gap_that_is_large_enough_is_used(void **state)
{
    (void)state;
    struct placement arrays[] = {{10, 0, 9, 0}, {5, 0, 2, 0}, {20, 0, 9, 0},
                                 {6, 3, 4, 0},  {5, 5, 6, 0}, {0, 0, 9, 0}};
    assert_int_equal(placement_find(arrays, 6), 41);
    assert_int_equal(arrays[3].at, 35); /* 6 do not fit between 10 and 15 */
    assert_int_equal(arrays[4].at, 10);
}

static void arrays_in_use_together_do_not_overlap(void **state)
{
    (void)state;
    enum { N = 60 };
    for (uint32_t seed = 0; seed < 50; seed++) {
        struct random_stream stream = random_stream(seed, RANDOM_TEST, 0, 0);
        struct placement arrays[N];
        size_t sum = 0;
        for (size_t i = 0; i < N; i++) {
            size_t first = random_below(&stream, 100);
            arrays[i] = (struct placement){random_below(&stream, 30), first,
                                           first + random_below(&stream, 20), 0};
            sum += arrays[i].floats;
        }
        size_t floats = placement_find(arrays, N);
        assert_true(floats < sum);
        for (size_t i = 0; i < N; i++) {
            assert_true(arrays[i].at + arrays[i].floats <= floats);
            for (size_t k = 0; k < i; k++) {
                int together =
                    arrays[i].first <= arrays[k].last && arrays[k].first <= arrays[i].last;
                int overlap = arrays[i].at < arrays[k].at + arrays[k].floats &&
                              arrays[k].at < arrays[i].at + arrays[i].floats;
                assert_false(together && overlap);
            }
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(turns_take_two_places),
        cmocka_unit_test(a_gap_that_is_large_enough_is_used),
        cmocka_unit_test(arrays_in_use_together_do_not_overlap),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
