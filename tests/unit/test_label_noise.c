/* Label noise: the exact number of wrong labels, each wrong class as likely as another. */
#include "testing.h"

#include "base/mem.h"
#include "data/label_noise.h"

#define N 5000

static size_t count_changed(double share, size_t n, size_t n_classes, uint64_t seed)
{
    uint8_t labels[N];
    size_t n_changed = 0;
    for (size_t i = 0; i < n; i++)
        labels[i] = (uint8_t)(i % n_classes);
    assert_int_equal(label_noise_apply(labels, n, n_classes, share, seed, NULL), PT_OK);
    for (size_t i = 0; i < n; i++) {
        assert_true(labels[i] < n_classes);
        n_changed += labels[i] != i % n_classes;
    }
    return n_changed;
}

static void the_exact_share_is_changed(void **state)
{
    (void)state;
    assert_int_equal(count_changed(0, N, 10, 1), 0);
    assert_int_equal(count_changed(0.05, N, 10, 1), 250);
    assert_int_equal(count_changed(1, N, 2, 1), N);
    assert_int_equal(count_changed(0.25, 10, 3, 1), 3); /* 2.5 rounds away from 0 */
    assert_int_equal(count_changed(0.5, 0, 3, 1), 0);
    assert_int_equal(count_changed(0, N, 1, 1), 0);
    assert_int_equal(mem_live_bytes(), 0);
}

/* With every label changed, each of the 20 pairs (old, new) of 5 classes has 250 expected,
 * deviation 14. */
static void wrong_classes_are_equally_likely(void **state)
{
    (void)state;
    uint8_t labels[N];
    size_t pairs[5][5] = {{0}};
    for (int i = 0; i < N; i++)
        labels[i] = (uint8_t)(i % 5);
    assert_int_equal(label_noise_apply(labels, N, 5, 1, 3, NULL), PT_OK);
    for (int i = 0; i < N; i++)
        pairs[i % 5][labels[i]]++;
    for (int a = 0; a < 5; a++)
        for (int b = 0; b < 5; b++)
            assert_in_range(pairs[a][b], a == b ? 0 : 190, a == b ? 0 : 310);
}

static void any_label_may_be_hit(void **state)
{
    (void)state;
    size_t n_hits[20] = {0};
    for (uint64_t seed = 0; seed < 400; seed++) {
        uint8_t labels[20] = {0};
        assert_int_equal(label_noise_apply(labels, 20, 2, 0.25, seed, NULL), PT_OK);
        for (int i = 0; i < 20; i++)
            n_hits[i] += labels[i];
    }
    for (int i = 0; i < 20; i++) /* binomial(400, 1/4): mean 100, deviation 8.7 */
        assert_in_range(n_hits[i], 60, 140);
}

static void failed_allocations_are_reported(void **state)
{
    (void)state;
    uint8_t labels[4] = {0, 1, 0, 1};
    mem_fail_at(1, 0);
    assert_int_equal(label_noise_apply(labels, 4, 2, 1, 1, NULL), PT_E_MEMORY);
    assert_memory_equal(labels, ((uint8_t[]){0, 1, 0, 1}), 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_exact_share_is_changed),
        cmocka_unit_test(wrong_classes_are_equally_likely),
        cmocka_unit_test(any_label_may_be_hit),
        cmocka_unit_test(failed_allocations_are_reported),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
