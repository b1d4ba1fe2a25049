/* Text for HTML: what is written into a page cannot become part of its structure. */
#include "testing.h"

#include "base/mem.h"
#include "report/html.h"

static struct text out;

static const char *taken(void)
{
    static char copy[4096];
    assert_int_equal(out.status, PT_OK);
    snprintf(copy, sizeof copy, "%s", out.data ? out.data : "");
    text_release(&out);
    return copy;
}

static const char *escaped(const char *words)
{
    html_text(&out, words);
    return taken();
}

static const char *quoted(const char *words)
{
    html_json_string(&out, words);
    return taken();
}

static void markup_becomes_text(void **state)
{
    (void)state;
    assert_string_equal(escaped("<script>alert(\"1\")</script>"),
                        "&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;");
    assert_string_equal(escaped("Tom & 'Ann'"), "Tom &amp; &#39;Ann&#39;");
    assert_string_equal(escaped("a\nb\tc"), "a b c");
    assert_string_equal(escaped(""), "");
}

static void only_characters_are_left(void **state)
{
    (void)state;
    assert_string_equal(escaped("na\xc3\xafve \xe2\x82\xac \xf0\x9f\x99\x82"),
                        "na\xc3\xafve \xe2\x82\xac \xf0\x9f\x99\x82");
    /* a stray byte, a cut character, an overlong '<', a surrogate, beyond the last, controls */
    assert_string_equal(escaped("\x80!"), "\xef\xbf\xbd!");
    assert_string_equal(escaped("\xe2\x82"), "\xef\xbf\xbd\xef\xbf\xbd");
    assert_string_equal(escaped("\xc0\xbc"), "\xef\xbf\xbd\xef\xbf\xbd");
    assert_string_equal(escaped("\xed\xa0\x80"), "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
    assert_string_equal(escaped("\xf4\x90\x80\x80"),
                        "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
    assert_string_equal(escaped("\x1b[1m\x7f"), "\xef\xbf\xbd[1m\xef\xbf\xbd");
}

static void json_cannot_end_its_script(void **state)
{
    (void)state;
    assert_string_equal(quoted("</script><!--"), "\"\\u003c/script\\u003e\\u003c!--\"");
    assert_string_equal(quoted("a\"b\\c&d"), "\"a\\\"b\\\\c\\u0026d\"");
}

static const char *as_number(double value)
{
    html_number(&out, value);
    return taken();
}

static void numbers_are_for_people(void **state)
{
    (void)state;
    assert_string_equal(as_number(0.93257), "0.933");
    assert_string_equal(as_number(-2), "\xe2\x88\x92"
                                       "2");
    assert_string_equal(as_number(1024), "1,024");
    assert_string_equal(as_number(-1234567), "\xe2\x88\x92"
                                             "1,234,567");
    assert_string_equal(as_number(7.2587e-16), "7.26 &times; 10<sup>-16</sup>");
    assert_string_equal(as_number(NAN), "\xe2\x80\x93");
    html_effect(&out, 0.00878);
    assert_string_equal(taken(), "+0.0088");
    html_effect(&out, -123.4);
    assert_string_equal(taken(), "\xe2\x88\x92"
                                 "123");
    html_percent(&out, 0.406);
    assert_string_equal(taken(), "41%");
    html_json_number(&out, INFINITY);
    assert_string_equal(taken(), "null");
}

/* RFC 4648, section 10. */
static void bytes_become_base64(void **state)
{
    static const char *const expected[] = {"",         "Zg==",     "Zm8=",    "Zm9v",
                                           "Zm9vYg==", "Zm9vYmE=", "Zm9vYmFy"};
    (void)state;
    for (size_t n = 0; n <= 6; n++) {
        char uri[64];
        snprintf(uri, sizeof uri, "data:text/plain;base64,%s", expected[n]);
        html_data_uri(&out, "text/plain", (const unsigned char *)"foobar", n);
        assert_string_equal(taken(), uri);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(markup_becomes_text),        cmocka_unit_test(only_characters_are_left),
        cmocka_unit_test(json_cannot_end_its_script), cmocka_unit_test(numbers_are_for_people),
        cmocka_unit_test(bytes_become_base64),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
