/* Growing text: pieces, wrapping, and the sticky failure. */
#include "testing.h"

#include "base/mem.h"
#include "base/text.h"

static void assert_text(struct text *text, const char *expected)
{
    char *string;
    assert_int_equal(text_take(text, &string, NULL), PT_OK);
    assert_string_equal(string, expected);
    mem_free(string);
    assert_int_equal(mem_live_bytes(), 0);
}

static void pieces_follow_each_other(void **state)
{
    (void)state;
    struct text text = {0};
    text_printf(&text, "%s=%d", "a", 5);
    text_append(&text, "xyz", 2);
    text_pad(&text, 3);
    text_append(&text, "", 0);
    text_printf(&text, "|");
    assert_int_equal(text.n_bytes, 9);
    assert_text(&text, "a=5xy   |");
    assert_null(text.data);
    assert_text(&text, "");
}

static void long_texts_are_whole(void **state)
{
    (void)state;
    struct text text = {0};
    for (int i = 0; i < 10000; i++)
        text_printf(&text, "%04d", i);
    assert_int_equal(text.n_bytes, 40000);
    for (int i = 0; i < 10000; i++) {
        char expected[16];
        snprintf(expected, sizeof expected, "%04d", i);
        assert_memory_equal(text.data + 4 * i, expected, 4);
    }
    text_release(&text);
    assert_int_equal(mem_live_bytes(), 0);
}

static void words_wrap(void **state)
{
    (void)state;
    struct text text = {0};
    text_wrap(&text, "- ", "  ", 10, "one two  three fourteen_letters a");
    /* "- one two" has 9 bytes; "  three" with the long word would have more than 10. */
    assert_text(&text, "- one two\n  three\n  fourteen_letters\n  a\n");
    text_wrap(&text, "", "", 7, "one two three");
    assert_text(&text, "one two\nthree\n");
    text_wrap(&text, "# ", "# ", 20, "");
    assert_text(&text, "# \n");
}

static void failure_is_sticky(void **state)
{
    (void)state;
    for (long nth = 1; nth <= 2; nth++) {
        struct text text = {0};
        mem_fail_at(nth, 0);
        text_printf(&text, "%s", "0123456789");
        text_pad(&text, 100);
        text_printf(&text, "lost or not");
        mem_fail_at(0, 0);
        char *string = NULL;
        struct pt_error error = {0};
        assert_int_equal(text_take(&text, &string, &error), PT_E_MEMORY);
        assert_int_equal(error.code, PT_E_MEMORY);
        assert_null(string);
        assert_int_equal(mem_live_bytes(), 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pieces_follow_each_other),
        cmocka_unit_test(long_texts_are_whole),
        cmocka_unit_test(words_wrap),
        cmocka_unit_test(failure_is_sticky),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
