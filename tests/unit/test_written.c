/* Places of the parts of a value, in one line and in several. */
#include "testing.h"

#include "base/fsio.h"
#include "config/written.h"

static void assert_place(struct place place, long line, size_t column, size_t n_marked,
                         const char *source)
{
    assert_string_equal(place.file, "x.ini");
    assert_int_equal(place.line, line);
    assert_int_equal(place.column, column);
    assert_int_equal(place.n_marked, n_marked);
    assert_int_equal(place.n_source_bytes, strlen(source));
    assert_memory_equal(place.source, source, strlen(source));
}

static void parts_lie_in_their_own_lines(void **state)
{
    (void)state;
    static const char content[] = "[s]\na = one, ; 1\n; no\n  two,three\n";
    char path[600];
    struct ini ini;
    path_join(path, sizeof path, scratch_directory(), "x.ini", NULL);
    assert_int_equal(file_replace(path, content, strlen(content), NULL), PT_OK);
    assert_int_equal(ini_read(path, &ini, NULL), PT_OK);
    struct written written = {.text = ini.entries[0].value,
                              .n_bytes = strlen("one, two,three"),
                              .place = {.file = "x.ini"},
                              .ini = &ini,
                              .entry = &ini.entries[0]};
    assert_string_equal(written.text, "one, two,three");
    assert_place(written_part(&written, 0, 3), 2, 5, 3, "a = one, ; 1");
    assert_place(written_part(&written, 5, 3), 4, 3, 3, "  two,three");
    assert_place(written_part(&written, 9, 5), 4, 7, 5, "  two,three");
    /* No mark runs over the end of a line; behind that something is missing. */
    assert_place(written_part(&written, 0, 14), 2, 5, 4, "a = one, ; 1");
    assert_place(written_part(&written, 4, 1), 2, 9, 1, "a = one, ; 1");
    assert_place(written_part(&written, 14, 1), 4, 12, 1, "  two,three");
    ini_release(&ini);
}

static void an_argument_is_one_line(void **state)
{
    (void)state;
    struct written written = {"a, b", 4, {"x.ini", 2, 7, 4, "s.key=a, b", 10}, NULL, NULL};
    assert_place(written_part(&written, 3, 1), 2, 10, 1, "s.key=a, b");
    assert_place(written_part(&written, 0, 4), 2, 7, 4, "s.key=a, b");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parts_lie_in_their_own_lines),
        cmocka_unit_test(an_argument_is_one_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
