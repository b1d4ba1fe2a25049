/* CSV: columns by name, empty numbers, and errors that point at the line. */
#include "testing.h"

#include "base/fsio.h"
#include "faults.h"
#include "fmt/csv.h"
#include "quick_file.h"

static const char *scratch_file(const char *text, size_t n)
{
    static char path[600];
    if (!path[0])
        path_join(path, sizeof path, scratch_directory(), "t.csv", NULL);
    write_quickly(path, text, n);
    return path;
}

static void columns_are_found_by_name(void **state)
{
    (void)state;
    static const char text[] = "step,kind,strength\n"
                               "0,and,1.5\r\n"
                               "120,or,\n"
                               "9007199254740993,both,-1e-300";
    struct csv_table *table;
    size_t step, kind, strength;
    assert_int_equal(csv_read(scratch_file(text, strlen(text)), &table, NULL), PT_OK);
    assert_int_equal(table->n_rows, 3);
    assert_int_equal(table->n_columns, 3);
    assert_int_equal(csv_column(table, "strength", CSV_NUMBERS, &strength, NULL), PT_OK);
    assert_int_equal(csv_column(table, "step", CSV_NUMBERS, &step, NULL), PT_OK);
    assert_int_equal(csv_column(table, "kind", CSV_TEXT, &kind, NULL), PT_OK);
    assert_true(csv_number(table, 1, step) == 120);
    assert_true(csv_number(table, 0, strength) == 1.5);
    assert_true(isnan(csv_number(table, 1, strength)));
    assert_true(csv_number(table, 2, strength) == -1e-300);
    assert_string_equal(csv_text(table, 2, kind), "both");
    assert_string_equal(csv_text(table, 2, step), "9007199254740993");
    csv_free(table);
    csv_free(NULL);
    assert_int_equal(mem_live_bytes(), 0);
}

static void tables_may_have_no_rows(void **state)
{
    (void)state;
    struct csv_table *table;
    size_t column;
    assert_int_equal(csv_read(scratch_file("a\n", 2), &table, NULL), PT_OK);
    assert_int_equal(table->n_rows, 0);
    assert_int_equal(csv_column(table, "a", CSV_NUMBERS, &column, NULL), PT_OK);
    csv_free(table);
}

static void assert_refused(const char *text, size_t n, long line, const char *fragment)
{
    struct pt_error error = {0};
    struct csv_table *table;
    const char *path = scratch_file(text, n);
    assert_int_equal(csv_read(path, &table, &error), PT_E_DATA);
    assert_string_equal(error.file, path);
    assert_int_equal(error.line, line);
    assert_contains(error.message, fragment);
    assert_int_equal(mem_live_bytes(), 0);
}

static void malformed_files_are_refused(void **state)
{
    (void)state;
    assert_refused("", 0, 1, "empty");
    assert_refused("a,b\n1,2\n3\n", 10, 3, "1 cells, the header has 2");
    assert_refused("a,b\n1,2,3\n", 10, 2, "3 cells, the header has 2");
    assert_refused("a,b\n\n", 5, 2, "1 cells");
    assert_refused("a,b,a\n", 6, 1, "same name");
    assert_refused("a,b\n1,2\n3,\"4\"\n", 14, 3, "quotation mark");
    assert_refused("a,b\n1,\0\n", 8, 2, "zero byte");
    char wide[300];
    memset(wide, ',', sizeof wide);
    assert_refused(wide, sizeof wide, 1, "256 columns");
}

/* Many short lines below a wide header must not claim lines * columns cells. */
static void memory_is_bounded_by_the_file(void **state)
{
    (void)state;
    static char text[20000];
    memset(text, '\n', sizeof text);
    for (int i = 0; i < 200; i++)
        memcpy(text + 4 * i, (char[]){',', (char)('A' + i / 26), (char)('A' + i % 26), '0'}, 4);
    size_t before = mem_peak_bytes();
    assert_refused(text, sizeof text, 2, "1 cells, the header has 201");
    assert_true(mem_peak_bytes() < before + 20 * sizeof text);
}

static void columns_must_be_what_is_asked_for(void **state)
{
    (void)state;
    static const char *const bad[] = {"x", "1x", "nan", "inf", "1e999", "-", " "};
    struct csv_table *table;
    size_t column;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        char text[40];
        int n = snprintf(text, sizeof text, "a,b\n1,2\n3,%s\n", bad[i]);
        assert_int_equal(csv_read(scratch_file(text, (size_t)n), &table, NULL), PT_OK);
        struct pt_error error = {0};
        assert_int_equal(csv_column(table, "a", CSV_NUMBERS, &column, &error), PT_OK);
        assert_int_equal(csv_column(table, "b", CSV_NUMBERS, &column, &error), PT_E_DATA);
        assert_int_equal(error.line, 3);
        assert_non_null(strstr(error.message, "column b"));
        assert_int_equal(csv_column(table, "c", CSV_TEXT, &column, &error), PT_E_DATA);
        assert_string_equal(error.message, "no column is called c");
        csv_free(table);
    }
}

static int read_and_free(void *path, struct pt_error *error)
{
    struct csv_table *table;
    int status = csv_read(path, &table, error);
    if (!status)
        csv_free(table);
    return status;
}

static void failed_allocations_leave_nothing(void **state)
{
    (void)state;
    assert_survives_memory_faults(read_and_free, (void *)scratch_file("a,b\n1,2\n", 8));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(columns_are_found_by_name),
        cmocka_unit_test(tables_may_have_no_rows),
        cmocka_unit_test(malformed_files_are_refused),
        cmocka_unit_test(memory_is_bounded_by_the_file),
        cmocka_unit_test(columns_must_be_what_is_asked_for),
        cmocka_unit_test(failed_allocations_leave_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
