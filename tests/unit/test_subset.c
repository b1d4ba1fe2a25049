/* Subsets: balance, shortfalls, disjoint draws, order. */
#include "testing.h"

#include "data/subset.h"
#include "faults.h"

#define N ((size_t)1000)

/* `n_each[c]` samples of class c, dealt round so that classes are mixed, the rest out. */
static void deal(int16_t *classes, const size_t *n_each, size_t n_classes)
{
    size_t left[16], i = 0;
    memcpy(left, n_each, n_classes * sizeof *left);
    for (int dealt = 1; dealt;) {
        dealt = 0;
        for (size_t c = 0; c < n_classes; c++)
            if (left[c] > 0) {
                left[c]--;
                classes[i++] = (int16_t)c;
                dealt = 1;
            }
    }
    while (i < N)
        classes[i++] = SUBSET_OUT;
}

/* Draws, checks that what is drawn was available and is marked, counts it by class. */
static void draw_with(enum subset_shares shares, int16_t *classes, size_t n_classes,
                      size_t n_wanted, uint64_t seed, uint32_t *drawn, size_t *n_each)
{
    int16_t before[N];
    memcpy(before, classes, sizeof before);
    memset(n_each, 0, n_classes * sizeof *n_each);
    struct random_stream stream = random_stream(seed, RANDOM_SUBSET, 0, 0);
    size_t n_available = subset_available(classes, N);
    assert_int_equal(subset_draw(classes, N, n_classes, n_wanted, shares, &stream, drawn, NULL),
                     PT_OK);
    for (size_t k = 0; k < n_wanted; k++) {
        assert_true(drawn[k] < N);
        assert_true(before[drawn[k]] != SUBSET_OUT);
        assert_int_equal(classes[drawn[k]], SUBSET_OUT);
        n_each[before[drawn[k]]]++;
        before[drawn[k]] = SUBSET_OUT;
    }
    assert_int_equal(subset_available(classes, N), n_available - n_wanted);
}

static void draw(int16_t *classes, size_t n_classes, size_t n_wanted, uint64_t seed,
                 uint32_t *drawn, size_t *n_each)
{
    draw_with(SUBSET_BALANCED, classes, n_classes, n_wanted, seed, drawn, n_each);
}

static void classes_are_balanced(void **state)
{
    (void)state;
    int16_t classes[N];
    uint32_t drawn[N];
    size_t n_each[10];
    deal(classes, (size_t[]){100, 100, 100, 100, 100, 100, 100, 100, 100, 50}, 10);
    draw(classes, 10, 400, 1, drawn, n_each);
    for (int c = 0; c < 10; c++)
        assert_int_equal(n_each[c], 40);
}

static void remainders_go_to_random_classes(void **state)
{
    (void)state;
    size_t n_extra[10] = {0};
    for (uint64_t seed = 0; seed < 200; seed++) {
        int16_t classes[N];
        uint32_t drawn[N];
        size_t n_each[10], n_classes_with_more = 0;
        deal(classes, (size_t[]){90, 90, 90, 90, 90, 90, 90, 90, 90, 90}, 10);
        draw(classes, 10, 43, seed, drawn, n_each);
        for (int c = 0; c < 10; c++) {
            assert_true(n_each[c] == 4 || n_each[c] == 5);
            n_extra[c] += n_each[c] == 5;
            n_classes_with_more += n_each[c] == 5;
        }
        assert_int_equal(n_classes_with_more, 3);
    }
    for (int c = 0; c < 10; c++) /* binomial(200, 0.3): mean 60, deviation 6.5 */
        assert_in_range(n_extra[c], 35, 85);
}

static void shortfalls_are_filled_from_the_others(void **state)
{
    (void)state;
    int16_t classes[N];
    uint32_t drawn[N];
    size_t n_each[4];
    deal(classes, (size_t[]){5, 300, 20, 300}, 4);
    draw(classes, 4, 225, 7, drawn, n_each);
    assert_int_equal(n_each[0], 5);
    assert_int_equal(n_each[1], 100);
    assert_int_equal(n_each[2], 20);
    assert_int_equal(n_each[3], 100);
}

static void draws_exhaust_what_there_is(void **state)
{
    (void)state;
    int16_t classes[N];
    uint32_t drawn[N];
    size_t n_each[3];
    deal(classes, (size_t[]){3, 0, 40}, 3);
    draw(classes, 3, 30, 1, drawn, n_each);
    draw(classes, 3, 13, 2, drawn, n_each); /* disjoint: draw() checks it */
    assert_int_equal(subset_available(classes, N), 0);
    draw(classes, 3, 0, 3, drawn, n_each);
}

/* The first tenth of 3 * 300: each class has 30 expected, deviation 4.2. */
static void prefixes_are_about_balanced(void **state)
{
    (void)state;
    int16_t classes[N], before[N];
    uint32_t drawn[N];
    size_t n_each[3], n_prefix[3] = {0};
    deal(classes, (size_t[]){300, 400, 300}, 3);
    memcpy(before, classes, sizeof before);
    draw(classes, 3, 900, 11, drawn, n_each);
    for (int k = 0; k < 90; k++)
        n_prefix[before[drawn[k]]]++;
    for (int c = 0; c < 3; c++)
        assert_in_range(n_prefix[c], 15, 45);
}

static void seeds_decide(void **state)
{
    (void)state;
    uint32_t drawn[3][N];
    size_t n_each[2];
    const uint64_t seeds[3] = {1, 1, 2};
    for (int i = 0; i < 3; i++) {
        int16_t classes[N];
        deal(classes, (size_t[]){500, 500}, 2);
        draw(classes, 2, 100, seeds[i], drawn[i], n_each);
    }
    assert_memory_equal(drawn[0], drawn[1], 100 * sizeof(uint32_t));
    assert_memory_not_equal(drawn[0], drawn[2], 100 * sizeof(uint32_t));
}

/* Shares of 100 are 52.5, 32.5, 15.0: the first of the two halves goes up. */
static void natural_shares_are_kept(void **state)
{
    (void)state;
    int16_t classes[N];
    uint32_t drawn[N];
    size_t n_each[4];
    deal(classes, (size_t[]){420, 260, 120, 0}, 4);
    draw_with(SUBSET_NATURAL, classes, 4, 100, 1, drawn, n_each);
    const size_t expected[4] = {53, 32, 15, 0};
    assert_memory_equal(n_each, expected, sizeof expected);
    size_t n_early[3] = {0};
    deal(classes, (size_t[]){420, 260, 120, 0}, 4);
    int16_t before[N];
    memcpy(before, classes, sizeof before);
    draw_with(SUBSET_NATURAL, classes, 4, 800, 2, drawn, n_each);
    for (int k = 0; k < 200; k++)
        n_early[before[drawn[k]]]++;
    assert_int_equal(n_each[0] * 1000000 + n_each[1] * 1000 + n_each[2], 420260120);
    assert_near((double)n_early[0], 105, 20);
    assert_near((double)n_early[2], 30, 15);
    draw_with(SUBSET_NATURAL, classes, 4, 0, 2, drawn, n_each);
}

static void failed_allocations_are_reported(void **state)
{
    (void)state;
    int16_t classes[N];
    uint32_t drawn[N];
    deal(classes, (size_t[]){500, 500}, 2);
    struct random_stream stream = random_stream(1, RANDOM_SUBSET, 0, 0);
    mem_fail_at(1, 0);
    assert_int_equal(subset_draw(classes, N, 2, 10, SUBSET_BALANCED, &stream, drawn, NULL),
                     PT_E_MEMORY);
    assert_int_equal(subset_available(classes, N), 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(classes_are_balanced),
        cmocka_unit_test(remainders_go_to_random_classes),
        cmocka_unit_test(shortfalls_are_filled_from_the_others),
        cmocka_unit_test(draws_exhaust_what_there_is),
        cmocka_unit_test(prefixes_are_about_balanced),
        cmocka_unit_test(seeds_decide),
        cmocka_unit_test(natural_shares_are_kept),
        cmocka_unit_test(failed_allocations_are_reported),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
