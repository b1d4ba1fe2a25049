/* Error records: place, context, truncation. */
#include "testing.h"

#include "phasetrace/status.h"

static void format_shows_the_place(void **state)
{
    (void)state;
    struct pt_error error = {0};
    char text[256];
    assert_int_equal(pt_error_at(&error, PT_E_CONFIG, "a.ini", 3, 7, "unknown key %s", "x"),
                     PT_E_CONFIG);
    pt_error_format(&error, text, sizeof text);
    assert_string_equal(text, "a.ini:3:7: unknown key x");
    pt_error_at(&error, PT_E_DATA, "b.gz", 0, 0, "truncated");
    pt_error_format(&error, text, sizeof text);
    assert_string_equal(text, "b.gz: truncated");
}

static void context_goes_in_front(void **state)
{
    (void)state;
    struct pt_error error = {0};
    pt_error_set(&error, PT_E_DATA, "shape [2]");
    assert_int_equal(pt_error_context(&error, error.code, "tensor %s", "fc1"), PT_E_DATA);
    assert_string_equal(error.message, "tensor fc1: shape [2]");
}

static void long_messages_are_cut(void **state)
{
    (void)state;
    struct pt_error error = {0};
    char text[2 * PT_ERROR_MESSAGE_BYTES];
    memset(text, 'a', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    pt_error_set(&error, PT_E_DATA, "%s", text);
    assert_int_equal(strlen(error.message), PT_ERROR_MESSAGE_BYTES - 1);
    pt_error_context(&error, PT_E_DATA, "%s", text);
    assert_int_equal(strlen(error.message), PT_ERROR_MESSAGE_BYTES - 1);
    assert_int_equal(pt_error_set(NULL, PT_E_IO, "nobody listens"), PT_E_IO);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(format_shows_the_place),
        cmocka_unit_test(context_goes_in_front),
        cmocka_unit_test(long_messages_are_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
