/* CSV of other programs: quotes, line ends, blanks; refusal with the line. */
#include "testing.h"

#include "faults.h"
#include "fmt/rfc4180.h"

/* Parses a copy of the text; the caller frees `*bytes`. */
static int parse(const char *text, size_t n, char **bytes, struct rfc4180_table *table,
                 struct pt_error *error)
{
    *bytes = mem_alloc(n + 1, 1, error);
    if (!*bytes)
        return PT_E_MEMORY;
    memcpy(*bytes, text, n);
    return rfc4180_parse("t.csv", *bytes, n, table, error);
}

/* The names and cells, each with a '|' behind it, rows with a '/'. */
static void assert_parsed(const char *text, const char *expected)
{
    struct rfc4180_table table;
    struct pt_error error = {0};
    char *bytes, seen[256] = "";
    if (parse(text, strlen(text), &bytes, &table, &error))
        fail_msg("%s: line %ld: %s", text, error.line, error.message);
    for (size_t i = 0; i < table.n_columns; i++)
        snprintf(seen + strlen(seen), 100, "%s|", table.names[i]);
    const char *cell = table.cells;
    for (size_t row = 0; row < table.n_rows; row++) {
        strcat(seen, "/");
        for (size_t i = 0; i < table.n_columns; i++, cell = rfc4180_next(cell))
            snprintf(seen + strlen(seen), 100, "%s|", cell);
    }
    assert_string_equal(seen, expected);
    rfc4180_release(&table);
    mem_free(bytes);
    assert_int_equal(mem_live_bytes(), 0);
}

static void cells_are_found(void **state)
{
    (void)state;
    assert_parsed("a,b\n1,2\n3,4\n", "a|b|/1|2|/3|4|");
    assert_parsed("a,b\r\n1,2\r\n3,4", "a|b|/1|2|/3|4|");
    assert_parsed("a,b\r\n1,2\r", "a|b|/1|2|");
    assert_parsed("\xef\xbb\xbf"
                  "a,b\n,\n",
                  "a|b|/||");
    assert_parsed(" a ,\tb\n 1 2 , <=50K\t\n", "a|b|/1 2|<=50K|");
    assert_parsed("a\n\n1", "a|/|/1|"); /* of one column they are empty cells */
    assert_parsed("a,b", "a|b|");
    assert_parsed("\xc3\xa4,\xe2\x82\xac\n\xf0\x9f\x98\x80,\x7f\n",
                  "\xc3\xa4|\xe2\x82\xac|/\xf0\x9f\x98\x80|\x7f|");
}

static void blank_lines_are_no_rows(void **state)
{
    (void)state;
    assert_parsed("a,b\n\n1,2\n\r\n \t\n3,4\n\n\n", "a|b|/1|2|/3|4|");
    assert_parsed("a,b\n1,2\n ", "a|b|/1|2|");
    assert_parsed("a,b\n\n", "a|b|");
    assert_parsed("a,b\n\"1\n\n2\",3\n", "a|b|/1\n\n2|3|");
}

static void quotes_protect(void **state)
{
    (void)state;
    assert_parsed("a,\"b, c\"\n\"x \"\"y\"\"\",\" z \"\n", "a|b, c|/x \"y\"| z |");
    assert_parsed("a,b\n\"\",\"\"\"\"\n", "a|b|/|\"|");
    assert_parsed("a,b\n\"1\n2\",3\n4,5\n", "a|b|/1\n2|3|/4|5|");
    assert_parsed("a,b\n  \"1\"  ,2\n", "a|b|/1|2|");
    assert_parsed("a\n\"1\"", "a|/1|");
}

/* A row that holds a line end is counted as the lines it takes. */
static void rows_know_their_lines(void **state)
{
    (void)state;
    struct rfc4180_table table;
    char *bytes;
    const char *text = "\"a\nb\",c\n1,2\n\"x\n\ny\",3\n\n4,5\n";
    assert_int_equal(parse(text, strlen(text), &bytes, &table, NULL), PT_OK);
    assert_int_equal(table.n_rows, 3);
    const uint32_t expected[] = {3, 4, 8};
    assert_memory_equal(table.lines, expected, sizeof expected);
    rfc4180_release(&table);
    mem_free(bytes);
}

static void assert_refused_bytes(const char *text, size_t n, long line, const char *fragment)
{
    struct rfc4180_table table;
    struct pt_error error = {0};
    char *bytes;
    assert_int_equal(parse(text, n, &bytes, &table, &error), PT_E_DATA);
    assert_string_equal(error.file, "t.csv");
    assert_contains(error.message, fragment);
    assert_int_equal(error.line, line);
    rfc4180_release(&table);
    mem_free(bytes);
    assert_int_equal(mem_live_bytes(), 0);
}

static void assert_refused(const char *text, long line, const char *fragment)
{
    assert_refused_bytes(text, strlen(text), line, fragment);
}

static void malformed_text_is_refused(void **state)
{
    (void)state;
    assert_refused("", 1, "empty");
    assert_refused("\xef\xbb\xbf", 1, "empty");
    assert_refused("a,b\n1,2\n3\n", 3, "1 cells, the header has 2");
    assert_refused("a,b\n1,2,3\n", 2, "3 cells, the header has 2");
    assert_refused("a,b\n1,2\n\n3\n", 4, "1 cells");
    assert_refused("a,b\n1,2\n\"\"\n", 3, "1 cells");
    assert_refused("a,b\n1,\"2\n3,4\n", 2, "never closed");
    assert_refused("a,b\n1,\"2\"3\n", 2, "behind a closing quotation mark");
    assert_refused("a,b\n1,2\"3\"\n", 2, "does not begin with one");
    assert_refused("a,\n1,2\n", 1, "column 2 has no name");
    assert_refused("a,b,a\n1,2,3\n", 1, "columns 1 and 3 are both called \"a\"");
    assert_refused_bytes("a,b\n1,\0\n", 8, 2, "a zero byte");
}

static void text_that_is_no_utf_8_is_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {"\x80",
                                      "\xc3",
                                      "\xc0\xaf",
                                      "\xc1\xbf",
                                      "\xe0\x9f\xbf",
                                      "\xed\xa0\x80",
                                      "\xf0\x8f\xbf\xbf",
                                      "\xf4\x90\x80\x80",
                                      "\xf5\x80\x80\x80",
                                      "\xff",
                                      "\xe2\x82",
                                      "\xc3("};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        char text[32];
        snprintf(text, sizeof text, "a,b\n1,2\n3,%s", bad[i]);
        assert_refused(text, 3, "no UTF-8");
    }
}

static void sizes_are_limited(void **state)
{
    (void)state;
    size_t n = 3 * RFC4180_ROW_LIMIT_BYTES;
    char *text = mem_alloc(n + 1, 1, NULL), *bytes;
    struct rfc4180_table table;
    struct pt_error error = {0};
    const char *const fillings[] = {"x", ",", "\"\n"};
    for (size_t k = 0; k < 3; k++) {
        memset(text, fillings[k][strlen(fillings[k]) - 1], n);
        text[0] = fillings[k][0];
        assert_int_equal(parse(text, n, &bytes, &table, &error), PT_E_DATA);
        assert_int_equal(error.line, 1);
        assert_non_null(strstr(error.message, "a row of more than 1048576 bytes"));
        rfc4180_release(&table);
        mem_free(bytes);
    }
    memset(text, ',', RFC4180_MAX_COLUMNS);
    text[RFC4180_MAX_COLUMNS] = '\0';
    assert_int_equal(parse(text, RFC4180_MAX_COLUMNS, &bytes, &table, &error), PT_E_DATA);
    assert_non_null(strstr(error.message, "4097 columns, expected at most 4096"));
    rfc4180_release(&table);
    mem_free(bytes);
    mem_free(text);
}

static int parse_and_free(void *text, struct pt_error *error)
{
    struct rfc4180_table table = {0};
    char *bytes;
    int status = parse(text, strlen(text), &bytes, &table, error);
    rfc4180_release(&table);
    mem_free(bytes);
    return status;
}

static void failed_allocations_leave_nothing(void **state)
{
    (void)state;
    char text[400] = "a\n";
    for (int i = 0; i < 100; i++)
        strcat(text, "1\n");
    assert_survives_memory_faults(parse_and_free, text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cells_are_found),
        cmocka_unit_test(blank_lines_are_no_rows),
        cmocka_unit_test(quotes_protect),
        cmocka_unit_test(rows_know_their_lines),
        cmocka_unit_test(malformed_text_is_refused),
        cmocka_unit_test(text_that_is_no_utf_8_is_refused),
        cmocka_unit_test(sizes_are_limited),
        cmocka_unit_test(failed_allocations_leave_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
