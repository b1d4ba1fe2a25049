/* The guarded INI reader: places, every trap of inih, limits. */
#include "testing.h"

#include "base/fsio.h"
#include "fmt/ini.h"

static char path[600];

static int read_text(const char *content, size_t n_bytes, struct ini *ini)
{
    assert_int_equal(file_replace(path, content, n_bytes, NULL), PT_OK);
    return ini_read(path, ini, NULL);
}

static struct ini read_ok(const char *content)
{
    struct ini ini;
    assert_int_equal(read_text(content, strlen(content), &ini), PT_OK);
    return ini;
}

static void assert_entry(const struct ini *ini, size_t i, const char *section, const char *key,
                         const char *value, long line, size_t key_column, size_t value_column)
{
    assert_true(i < ini->n_entries);
    const struct ini_entry *entry = &ini->entries[i];
    assert_string_equal(ini->sections[entry->section].name, section);
    assert_string_equal(entry->key, key);
    assert_string_equal(entry->value, value);
    assert_int_equal(entry->line, line);
    assert_int_equal(entry->key_column, key_column);
    const struct ini_part *part = ini_part_at(ini, entry, 0);
    assert_int_equal(part->line, line);
    assert_int_equal(part->column, value_column);
}

static void assert_problem(const struct ini *ini, size_t i, long line, size_t column, size_t n,
                           const char *message)
{
    assert_true(i < ini->n_problems);
    assert_int_equal(ini->problems[i].line, line);
    assert_int_equal(ini->problems[i].column, column);
    assert_int_equal(ini->problems[i].n_bytes, n);
    assert_non_null(strstr(ini->problems[i].message, message));
}

static void entries_have_places(void **state)
{
    (void)state;
    struct ini ini = read_ok("; comment\n"
                             "[one]\n"
                             "a=1\n"
                             "\n"
                             "  [ two ] # comment\n"
                             "\tb b  =\t x  y \t; comment\n"
                             "c : d=e;f\n"
                             "empty =\n"
                             "none = ; comment\n"
                             "a = 2");
    assert_int_equal(ini.n_problems, 0);
    assert_int_equal(ini.n_lines, 10);
    assert_int_equal(ini.n_sections, 2);
    assert_int_equal(ini.sections[1].line, 5);
    assert_int_equal(ini.sections[1].column, 5);
    assert_int_equal(ini.n_entries, 6);
    assert_entry(&ini, 0, "one", "a", "1", 3, 1, 3);
    assert_entry(&ini, 1, "two", "b b", "x  y", 6, 2, 10);
    assert_entry(&ini, 2, "two", "c", "d=e;f", 7, 1, 5);
    assert_entry(&ini, 3, "two", "empty", "", 8, 1, 8);
    assert_entry(&ini, 4, "two", "none", "", 9, 1, 8);
    assert_entry(&ini, 5, "two", "a", "2", 10, 1, 5);
    assert_memory_equal(ini.lines[5].text, "\tb b  =\t x  y \t; comment", 24);
    assert_int_equal(ini.lines[5].n_bytes, 24);
    ini_release(&ini);
    assert_int_equal(mem_live_bytes(), 0);
}

/* That byte `offset` of the value, up to the end of its line's part, stands at this place. */
static void assert_part(const struct ini *ini, size_t i, size_t offset, const char *text, long line,
                        size_t column)
{
    const struct ini_entry *entry = &ini->entries[i];
    const struct ini_part *part = ini_part_at(ini, entry, offset);
    size_t n = part->offset + part->n_bytes - offset;
    assert_int_equal(n, strlen(text));
    assert_memory_equal(entry->value + offset, text, n);
    assert_int_equal(part->line, line);
    assert_int_equal(part->column + offset - part->offset, column);
    assert_memory_equal(ini->lines[line - 1].text + column - 1, text, n);
}

static void a_comma_goes_on_in_the_next_line(void **state)
{
    (void)state;
    struct ini ini = read_ok("[s]\n"
                             "a = 1 ,\t; one\n"
                             "\n"
                             "; a = 5\n"
                             "  2,3, ; two = 2: [three]\r\n"
                             "  # a [comment\n"
                             "4\n"
                             "b = 5\n"
                             "c: x,\n"
                             "y");
    assert_int_equal(ini.n_problems, 0);
    assert_int_equal(ini.n_entries, 3);
    assert_entry(&ini, 0, "s", "a", "1 , 2,3, 4", 2, 1, 5);
    assert_part(&ini, 0, 0, "1 ,", 2, 5);
    assert_part(&ini, 0, 2, ",", 2, 7);
    assert_part(&ini, 0, 4, "2,3,", 5, 3);
    assert_part(&ini, 0, 6, "3,", 5, 5);
    assert_part(&ini, 0, 9, "4", 7, 1);
    assert_int_equal(ini_part_at(&ini, &ini.entries[0], 3)->line, 2);
    assert_int_equal(ini_part_at(&ini, &ini.entries[0], 10)->line, 7);
    assert_entry(&ini, 1, "s", "b", "5", 8, 1, 5);
    assert_entry(&ini, 2, "s", "c", "x, y", 9, 1, 4);
    ini_release(&ini);
    assert_int_equal(mem_live_bytes(), 0);
}

static void a_comma_before_nothing_is_a_problem(void **state)
{
    (void)state;
    static const char missing[] = "nothing follows this comma";
    struct ini ini = read_ok("[s]\n"
                             "a = 1, ; one\n"
                             "b = 2\n"
                             "c =\t,\n"
                             "; comment\n"
                             "[t]\n"
                             "d = 1,\n"
                             "  2,\n"
                             "e : 3\n"
                             "f = 4, 5,\n");
    assert_int_equal(ini.n_problems, 4);
    assert_problem(&ini, 0, 2, 6, 1, missing);
    assert_problem(&ini, 1, 4, 5, 1, missing);
    assert_problem(&ini, 2, 8, 4, 1, missing);
    assert_problem(&ini, 3, 10, 9, 1, missing);
    assert_int_equal(ini.n_sections, 2);
    assert_int_equal(ini.n_entries, 2);
    assert_entry(&ini, 0, "s", "b", "2", 3, 1, 5);
    assert_entry(&ini, 1, "t", "e", "3", 9, 1, 5);
    ini_release(&ini);
}

/* What goes on with a faulty value is not taken for something else. */
static void faulty_lines_of_a_value_are_found_once(void **state)
{
    (void)state;
    char content[600];
    int n = snprintf(content, sizeof content,
                     "early = 1,\n  2\n[s]\na = 1, # no\n 2,\n 3 # no\nb = 1,\n%*s,\n 2\n"
                     "[open\nc = 1,\n 2\n[t]\nd = 1,\n?,\n 2\n",
                     200, "2");
    *strchr(content, '?') = '\0';
    struct ini ini;
    assert_int_equal(read_text(content, (size_t)n, &ini), PT_OK);
    assert_int_equal(ini.n_problems, 6);
    assert_problem(&ini, 0, 1, 1, 5, "before the first [section]");
    assert_problem(&ini, 1, 4, 8, 1, "not with ' #'");
    assert_problem(&ini, 2, 6, 4, 1, "not with ' #'");
    assert_problem(&ini, 3, 8, 199, 1, "198 bytes");
    assert_problem(&ini, 4, 10, 1, 5, "closing ']'");
    assert_problem(&ini, 5, 15, 1, 1, "zero byte");
    assert_int_equal(ini.n_entries, 0);
    ini_release(&ini);
    assert_int_equal(mem_live_bytes(), 0);
}

/* As long as a file can be, in time that grows with the file. */
static void values_of_many_lines_are_whole(void **state)
{
    (void)state;
    size_t n_lines = INI_FILE_BYTES / 3 - 10, n = 0;
    char *content = mem_alloc(INI_FILE_BYTES + 1, 1, NULL);
    n += (size_t)sprintf(content, "[s]\na = ");
    for (size_t i = 0; i < n_lines; i++, n += 3)
        memcpy(content + n, i + 1 < n_lines ? "7,\n" : "7 \n", 3);
    struct ini ini;
    assert_int_equal(read_text(content, n, &ini), PT_OK);
    assert_int_equal(ini.n_problems, 0);
    assert_int_equal(ini.n_entries, 1);
    assert_int_equal(strlen(ini.entries[0].value), 3 * n_lines - 2);
    assert_int_equal(strspn(ini.entries[0].value, "7, "), 3 * n_lines - 2);
    assert_part(&ini, 0, 3 * (n_lines - 1), "7", (long)n_lines + 1, 1);
    ini_release(&ini);
    mem_free(content);
}

static void indented_lines_are_no_continuations(void **state)
{
    (void)state;
    struct ini ini = read_ok("[s]\na = 1\n  b = 2\n   more\n");
    assert_int_equal(ini.n_entries, 2);
    assert_entry(&ini, 1, "s", "b", "2", 3, 3, 7);
    assert_int_equal(ini.n_problems, 1);
    assert_problem(&ini, 0, 4, 4, 4,
                   "expected 'key = value' or '[section]'; a line goes on with the value above "
                   "where that ends with a comma");
    ini_release(&ini);
}

static void line_ends_and_marks_are_tolerated(void **state)
{
    (void)state;
    struct ini ini = read_ok("\xEF\xBB\xBF[s]\r\na = 1 \r\n\r\nb = 2\r");
    assert_int_equal(ini.n_problems, 0);
    assert_int_equal(ini.sections[0].column, 2);
    assert_entry(&ini, 0, "s", "a", "1", 2, 1, 5);
    assert_entry(&ini, 1, "s", "b", "2", 4, 1, 5);
    ini_release(&ini);
    ini = read_ok("");
    assert_int_equal(ini.n_lines + ini.n_sections + ini.n_entries + ini.n_problems, 0);
    ini_release(&ini);
}

/* A line of exactly `n` bytes, "k = vvv...". */
static void fill_line(char *line, size_t n)
{
    memset(line, 'v', n);
    memcpy(line, "k = ", 4);
    line[n] = '\0';
}

static void long_lines_are_refused_not_split(void **state)
{
    (void)state;
    char line[400], content[500];
    fill_line(line, INI_LINE_BYTES);
    snprintf(content, sizeof content, "[s]\n%s\n", line);
    struct ini ini = read_ok(content);
    assert_int_equal(ini.n_problems, 0);
    assert_entry(&ini, 0, "s", "k", line + 4, 2, 1, 5);
    ini_release(&ini);

    fill_line(line, INI_LINE_BYTES + 1);
    snprintf(content, sizeof content, "[s]\r\n%s\r\nk = 1\r\n", line);
    ini = read_ok(content);
    assert_int_equal(ini.n_problems, 1);
    assert_problem(&ini, 0, 2, 199, 1, "198 bytes");
    assert_int_equal(ini.n_entries, 1);
    assert_entry(&ini, 0, "s", "k", "1", 3, 1, 5);
    ini_release(&ini);

    fill_line(line, 399);
    memcpy(line, " # ", 3);
    snprintf(content, sizeof content, "%s\n[s]\n", line);
    ini = read_ok(content);
    assert_int_equal(ini.n_problems, 0);
    assert_int_equal(ini.n_sections, 1);
    ini_release(&ini);
}

static void long_names_are_whole(void **state)
{
    (void)state;
    char name[101], content[300];
    memset(name, 'n', 100);
    name[100] = '\0';
    snprintf(content, sizeof content, "[%s]\n%s = 1\n", name, name);
    struct ini ini = read_ok(content);
    assert_entry(&ini, 0, name, name, "1", 2, 1, 104);
    ini_release(&ini);
}

static void all_faulty_lines_are_found(void **state)
{
    (void)state;
    static const char content[] = "early = 1\n"
                                  "[s] junk\n"
                                  "word\n"
                                  " = 1\n"
                                  "a = 1 # no\n"
                                  "b = \0\n"
                                  "[open ; ]\n"
                                  "skipped = 1\n"
                                  "[]\n"
                                  "c ; d = 1\n"
                                  "[t]\n"
                                  "e = 1\n";
    struct ini ini;
    assert_int_equal(read_text(content, sizeof content - 1, &ini), PT_OK);
    assert_int_equal(ini.n_problems, 8);
    assert_problem(&ini, 0, 1, 1, 5, "before the first [section]");
    assert_problem(&ini, 1, 2, 5, 4, "follow the section's ']'");
    assert_problem(&ini, 2, 3, 1, 4, "expected 'key = value'");
    assert_problem(&ini, 3, 4, 2, 1, "before the '=' is missing");
    assert_problem(&ini, 4, 5, 7, 1, "not with ' #'");
    assert_problem(&ini, 5, 6, 5, 1, "zero byte");
    assert_problem(&ini, 6, 9, 1, 2, "no name");
    assert_problem(&ini, 7, 10, 1, 9, "expected 'key = value'");
    /* "[open ; ]" is closed behind what could be a comment: a section of an odd name. */
    assert_int_equal(ini.n_sections, 3);
    assert_string_equal(ini.sections[1].name, "open ;");
    assert_int_equal(ini.n_entries, 2);
    assert_entry(&ini, 1, "t", "e", "1", 12, 1, 5);
    ini_release(&ini);
    assert_int_equal(mem_live_bytes(), 0);
}

static void problems_are_capped(void **state)
{
    (void)state;
    char content[4 * 100 + 1] = "";
    for (int i = 0; i < 100; i++)
        strcat(content, "xyz\n");
    struct ini ini = read_ok(content);
    assert_int_equal(ini.n_problems, INI_MAX_PROBLEMS);
    assert_int_equal(ini.problems[INI_MAX_PROBLEMS - 1].line, INI_MAX_PROBLEMS);
    ini_release(&ini);
}

static void file_faults_are_errors(void **state)
{
    (void)state;
    struct pt_error error = {0};
    struct ini ini;
    assert_int_equal(ini_read("/nonexistent/x.ini", &ini, &error), PT_E_IO);
    assert_string_equal(error.file, "/nonexistent/x.ini");
    char *big = mem_alloc(INI_FILE_BYTES + 1, 1, NULL);
    memset(big, '\n', INI_FILE_BYTES + 1);
    assert_int_equal(read_text(big, INI_FILE_BYTES, &ini), PT_OK);
    ini_release(&ini);
    assert_int_equal(read_text(big, INI_FILE_BYTES + 1, &ini), PT_E_DATA);
    mem_free(big);
    assert_int_equal(mem_live_bytes(), 0);
}

static void memory_faults_leave_nothing(void **state)
{
    (void)state;
    char content[2000] = "";
    for (int i = 0; i < 60; i++)
        snprintf(content + strlen(content), 32, "[s%d]\nk%d = %d,\n5\n", i, i, i);
    assert_int_equal(file_replace(path, content, strlen(content), NULL), PT_OK);
    long nth = 1;
    for (;; nth++) {
        struct ini ini;
        struct pt_error error = {0};
        mem_fail_at(nth, 0);
        int status = ini_read(path, &ini, &error);
        mem_fail_at(0, 0);
        if (status == PT_OK) {
            assert_int_equal(ini.n_entries, 60);
            ini_release(&ini);
            break;
        }
        assert_int_equal(status, PT_E_MEMORY);
        assert_int_equal(error.code, PT_E_MEMORY);
        assert_int_equal(mem_live_bytes(), 0);
    }
    assert_true(nth > 6);
    assert_int_equal(mem_live_bytes(), 0);
}

int main(void)
{
    path_join(path, sizeof path, scratch_directory(), "x.ini", NULL);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(entries_have_places),
        cmocka_unit_test(a_comma_goes_on_in_the_next_line),
        cmocka_unit_test(a_comma_before_nothing_is_a_problem),
        cmocka_unit_test(faulty_lines_of_a_value_are_found_once),
        cmocka_unit_test(values_of_many_lines_are_whole),
        cmocka_unit_test(indented_lines_are_no_continuations),
        cmocka_unit_test(line_ends_and_marks_are_tolerated),
        cmocka_unit_test(long_lines_are_refused_not_split),
        cmocka_unit_test(long_names_are_whole),
        cmocka_unit_test(all_faulty_lines_are_found),
        cmocka_unit_test(problems_are_capped),
        cmocka_unit_test(file_faults_are_errors),
        cmocka_unit_test(memory_faults_leave_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
