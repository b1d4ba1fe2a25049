/* The line about a table's columns: order, counts, cutting. */
#include "testing.h"

#include "study/column_line.h"

static void assert_line(const struct pt_feature *features, size_t n, size_t n_bytes,
                        const char *expected)
{
    struct pt_feature copy[8];
    char line[128];
    memset(line, 'x', sizeof line);
    for (size_t i = 0; i < n; i++)
        copy[i] = features[i];
    const struct pt_dataset dataset = {.n_features = n, .features = copy};
    column_line(&dataset, line, n_bytes);
    assert_string_equal(line, expected);
    assert_int_equal(line[n_bytes], 'x');
}

static void columns_are_counted_and_listed(void **state)
{
    (void)state;
    const struct pt_feature features[] = {{.name = "age"},
                                          {.name = "sex", .n_levels = 2},
                                          {.name = "job", .n_levels = 14},
                                          {.name = "side", .n_levels = 2},
                                          {.name = "pay"}};
    assert_line(features, 5, 100, "2 are numbers, 3 are names: job (14), sex (2), side (2)");
    assert_line(features, 5, 60, "2 are numbers, 3 are names: job (14), sex (2), 1 more");
    assert_line(features, 5, 47, "2 are numbers, 3 are names, 3 more");
    assert_line(features, 1, 100, "1 are numbers, 0 are names");
    assert_line(features, 0, 100, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(columns_are_counted_and_listed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
