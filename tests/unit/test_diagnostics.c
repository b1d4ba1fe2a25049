/* Reports of problems: order, carets, what must not reach a terminal. */
#include "testing.h"

#include "base/mem.h"
#include "config/diagnostics.h"

static struct place place_in(const char *source, long line, size_t column, size_t n_marked)
{
    return (struct place){"f.ini", line, column, n_marked, source, strlen(source)};
}

static void assert_report(struct diagnostics *diagnostics, const char *expected)
{
    struct text text = {0};
    char *report;
    diagnostics_print(diagnostics, &text);
    assert_int_equal(text_take(&text, &report, NULL), PT_OK);
    assert_string_equal(report, expected);
    mem_free(report);
    memset(diagnostics, 0, sizeof *diagnostics);
}

static struct diagnostics diagnostics;

static void problems_are_sorted_by_place(void **state)
{
    (void)state;
    struct place set = {NULL, 1, 9, 2, "train.x=10", 10};
    struct place late = place_in("late = 1", 12, 1, 4), early = place_in("a = b", 3, 5, 1);
    struct place file = {.file = "f.ini"};
    diagnostics_add(&diagnostics, &set, "of the command line");
    diagnostics_add(&diagnostics, &late, "number %d", 1);
    diagnostics_add(&diagnostics, &early, "second column");
    early.column = 1;
    diagnostics_add(&diagnostics, &early, "first column");
    diagnostics_add(&diagnostics, &early, "first column again");
    diagnostics_add(&diagnostics, &file, "of the whole file");
    assert_report(&diagnostics, "f.ini: of the whole file\n"
                                "f.ini:3:1: first column\n"
                                "    3 | a = b\n"
                                "      | ^\n"
                                "f.ini:3:1: first column again\n"
                                "    3 | a = b\n"
                                "      | ^\n"
                                "f.ini:3:5: second column\n"
                                "    3 | a = b\n"
                                "      |     ^\n"
                                "f.ini:12:1: number 1\n"
                                "   12 | late = 1\n"
                                "      | ^~~~\n"
                                "--set: of the command line\n"
                                "      | --set train.x=10\n"
                                "      |               ^~\n");
}

static void carets_count_characters(void **state)
{
    (void)state;
    struct place utf8 = place_in("\xC3\xA4\xE2\x82\xAC = \xC3\xB6\xC3\xB6 x", 100000, 9, 4);
    struct place end = place_in("key =", 2, 6, 1), past = place_in("key", 1, 50, 50);
    diagnostics_add(&diagnostics, &utf8, "two letters");
    diagnostics_add(&diagnostics, &end, "behind the end");
    diagnostics_add(&diagnostics, &past, "far behind the end");
    assert_report(&diagnostics, "f.ini:1:50: far behind the end\n"
                                "    1 | key\n"
                                "      |    ^\n"
                                "f.ini:2:6: behind the end\n"
                                "    2 | key =\n"
                                "      |      ^\n"
                                "f.ini:100000:9: two letters\n"
                                "100000 | \xC3\xA4\xE2\x82\xAC = \xC3\xB6\xC3\xB6 x\n"
                                "       |      ^~\n");
}

static void control_characters_are_not_passed_on(void **state)
{
    (void)state;
    struct place place = {"a\nb.ini", 1, 3, 9, "x\t\x1b[2J\0y", 8};
    diagnostics_add(&diagnostics, &place, "bad '%s'", "\x1b\x7f\t");
    assert_report(&diagnostics, "a?b.ini:1:3: bad '?? '\n"
                                "    1 | x ?[2J?y\n"
                                "      |   ^~~~~~\n");
}

static void long_lines_are_cut_around_the_caret(void **state)
{
    (void)state;
    char line[301], window[121];
    for (int i = 0; i < 300; i++)
        line[i] = (char)('a' + i % 26);
    line[300] = '\0';
    struct place start = place_in(line, 1, 2, 3), middle = place_in(line, 2, 151, 2),
                 end = place_in(line, 3, 300, 9);
    diagnostics_add(&diagnostics, &start, "start");
    diagnostics_add(&diagnostics, &middle, "middle");
    diagnostics_add(&diagnostics, &end, "end");
    char expected[2000], *p = expected;
    memcpy(window, line, 120);
    window[120] = '\0';
    p += sprintf(p, "f.ini:1:2: start\n    1 | %s...\n      |  ^~~\n", window);
    memcpy(window, line + 110, 120);
    p += sprintf(p, "f.ini:2:151: middle\n    2 | ...%s...\n      | %43s^~\n", window, "");
    sprintf(p, "f.ini:3:300: end\n    3 | ...%s\n      | %43s^\n", line + 259, "");
    assert_report(&diagnostics, expected);
}

static void the_number_shown_is_limited(void **state)
{
    (void)state;
    struct place place = {.file = "f.ini", .line = 7};
    for (int i = 0; i < DIAGNOSTICS_MAX; i++)
        diagnostics_add(&diagnostics, &place, "x");
    assert_false(diagnostics.overflow);
    diagnostics_add(&diagnostics, &place, "lost");
    assert_true(diagnostics.overflow);
    struct text text = {0};
    diagnostics_print(&diagnostics, &text);
    assert_null(strstr(text.data, "lost"));
    assert_non_null(strstr(text.data, "\nmore than 50 problems: the others are not shown\n"));
    text_release(&text);
    assert_int_equal(mem_live_bytes(), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(problems_are_sorted_by_place),
        cmocka_unit_test(carets_count_characters),
        cmocka_unit_test(control_characters_are_not_passed_on),
        cmocka_unit_test(long_lines_are_cut_around_the_caret),
        cmocka_unit_test(the_number_shown_is_limited),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
