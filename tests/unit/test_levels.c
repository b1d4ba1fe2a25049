/* Levels: order, numbers, lookups. */
#include "testing.h"

#include "data/levels.h"
#include "faults.h"

static int collect(const char *const *texts, struct levels *levels, struct pt_error *error)
{
    int status = PT_OK;
    *levels = (struct levels){0};
    for (; *texts && !status; texts++)
        status = levels_add(levels, *texts, error);
    levels_sort(levels);
    return status;
}

static void assert_levels(const char *const *texts, const char *const *expected)
{
    struct levels levels;
    assert_int_equal(collect(texts, &levels, NULL), PT_OK);
    size_t n = 0;
    for (; expected[n]; n++) {
        assert_true(n < levels.n);
        assert_string_equal(levels.texts[n], expected[n]);
        assert_int_equal(levels_find(&levels, expected[n]), n);
    }
    assert_int_equal(levels.n, n);
    levels_free(&levels);
}

static void texts_are_sorted_by_bytes(void **state)
{
    (void)state;
    assert_levels((const char *[]){"pear", "Apple", "pear", "fig", "10", "9", NULL},
                  (const char *[]){"10", "9", "Apple", "fig", "pear", NULL});
    assert_levels((const char *[]){"b", "a", "b", NULL}, (const char *[]){"a", "b", NULL});
}

static void numbers_are_sorted_by_value(void **state)
{
    (void)state;
    assert_levels((const char *[]){"10", "9", "-1", "1e1", "9.0", "0", "-0", NULL},
                  (const char *[]){"-1", "-0", "9", "10", NULL});
    struct levels levels;
    assert_int_equal(collect((const char *[]){"10", "9", NULL}, &levels, NULL), PT_OK);
    assert_int_equal(levels_find(&levels, "10.00"), 1);
    assert_int_equal(levels_find(&levels, "11"), LEVEL_NONE);
    assert_int_equal(levels_find(&levels, "x"), LEVEL_NONE);
    levels_free(&levels);
}

static void other_texts_are_not_found(void **state)
{
    (void)state;
    struct levels levels;
    assert_int_equal(collect((const char *[]){"b", "d", NULL}, &levels, NULL), PT_OK);
    assert_int_equal(levels_find(&levels, "a"), LEVEL_NONE);
    assert_int_equal(levels_find(&levels, "c"), LEVEL_NONE);
    assert_int_equal(levels_find(&levels, "e"), LEVEL_NONE);
    assert_int_equal(levels_find(&levels, ""), LEVEL_NONE);
    levels_free(&levels);
}

static void numbers_are_strict(void **state)
{
    (void)state;
    double value = 7;
    static const char *const bad[] = {"", "nan", "inf", "0x10", "1 ", "1,5", "1e31", "-2e30", "."};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(cell_number(bad[i], &value));
    assert_true(cell_number("-1.5e3", &value));
    assert_near(value, -1500, 0);
    assert_true(cell_number("1e30", &value));
}

static int collect_and_free(void *texts, struct pt_error *error)
{
    struct levels levels;
    int status = collect(texts, &levels, error);
    levels_free(&levels);
    return status;
}

static void failed_allocations_leave_nothing(void **state)
{
    (void)state;
    char texts[40][3];
    const char *pointers[41] = {NULL};
    for (int i = 0; i < 40; i++) {
        snprintf(texts[i], sizeof texts[i], "%02d", i);
        pointers[i] = texts[i];
    }
    assert_survives_memory_faults(collect_and_free, pointers);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_are_sorted_by_bytes),
        cmocka_unit_test(numbers_are_sorted_by_value),
        cmocka_unit_test(other_texts_are_not_found),
        cmocka_unit_test(numbers_are_strict),
        cmocka_unit_test(failed_allocations_leave_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
