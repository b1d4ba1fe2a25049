/* Numbers as text: what is taken, what is not, and that printing loses nothing. */
#include "testing.h"

#include "base/random.h"
#include "base/number.h"

#include <float.h>
#include <locale.h>

static void longs(void **state)
{
    (void)state;
    long value = 77;
    assert_int_equal(number_parse_long("9223372036854775807", 19, &value), NUMBER_OK);
    assert_true(value == INT64_MAX);
    assert_int_equal(number_parse_long("-012x", 4, &value), NUMBER_OK);
    assert_int_equal(value, -12);
    assert_int_equal(number_parse_long("9223372036854775808", 19, &value), NUMBER_OUTSIDE);
    assert_int_equal(number_parse_long("99999999999999999999999999", 26, &value), NUMBER_OUTSIDE);
    static const char *const junk[] = {"", "-", "+1", "1x", " 1", "1 ", "1e3", "0x1", "1_0", "1.0"};
    for (size_t i = 0; i < sizeof junk / sizeof *junk; i++)
        assert_int_equal(number_parse_long(junk[i], strlen(junk[i]), &value), NUMBER_JUNK);
    assert_int_equal(value, -12);
}

static void seeds(void **state)
{
    (void)state;
    uint64_t value = 5;
    assert_int_equal(number_parse_u64("18446744073709551615", 20, &value), NUMBER_OK);
    assert_true(value == UINT64_MAX);
    assert_int_equal(number_parse_u64("18446744073709551616", 20, &value), NUMBER_OUTSIDE);
    assert_int_equal(number_parse_u64("-1", 2, &value), NUMBER_OUTSIDE);
    assert_int_equal(number_parse_u64("one", 3, &value), NUMBER_JUNK);
    assert_true(value == UINT64_MAX);
}

static void reals(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        double value;
    } good[] = {{"0.1", 0.1},     {"1e-4", 1e-4},
                {".5", 0.5},      {"5.", 5},
                {"-2E+3", -2000}, {"1e-400", 0},
                {"0010", 10},     {"123456789012345678", 123456789012345678.}};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        double value = -7;
        assert_int_equal(number_parse_real(good[i].text, strlen(good[i].text), &value), NUMBER_OK);
        assert_true(value == good[i].value);
    }
    static const char *const junk[] = {"",    "-",   ".",   "e5", "1e", "1e+", "1.2.3", "nan",
                                       "inf", "0x1", "1,5", "1 ", " 1", "+1",  "1f",    "5%"};
    double value = -7;
    for (size_t i = 0; i < sizeof junk / sizeof *junk; i++)
        assert_int_equal(number_parse_real(junk[i], strlen(junk[i]), &value), NUMBER_JUNK);
    assert_int_equal(number_parse_real("1\0", 2, &value), NUMBER_JUNK);
    assert_int_equal(number_parse_real("1e999", 5, &value), NUMBER_OUTSIDE);
    char digits[600];
    memset(digits, '1', sizeof digits);
    assert_int_equal(number_parse_real(digits, sizeof digits, &value), NUMBER_JUNK);
    assert_true(value == -7);
}

static void printing_is_short(void **state)
{
    (void)state;
    char text[NUMBER_REAL_BYTES];
    number_format_real(0.1, text);
    assert_string_equal(text, "0.1");
    number_format_real(0.1 + 0.2, text);
    assert_string_equal(text, "0.30000000000000004");
    number_format_real(1e-10, text);
    assert_string_equal(text, "1e-10");
    number_format_real(100, text);
    assert_string_equal(text, "100");
    number_format_real(5e-324, text);
    assert_string_equal(text, "4.94065645841247e-324");
}

static void assert_survives(double value)
{
    char text[NUMBER_REAL_BYTES];
    double back;
    number_format_real(value, text);
    assert_int_equal(number_parse_real(text, strlen(text), &back), NUMBER_OK);
    assert_memory_equal(&back, &value, sizeof value);
}

static void printing_loses_nothing(void **state)
{
    (void)state;
    struct random_stream stream = random_stream(1, RANDOM_TEST, 0, 0);
    for (int i = 0; i < 20000; i++) {
        uint64_t bits = (uint64_t)random_u32(&stream) << 32 | random_u32(&stream);
        double value;
        memcpy(&value, &bits, sizeof value);
        if (isfinite(value))
            assert_survives(value);
    }
    assert_survives(0);
    assert_survives(-0.0);
    assert_survives(DBL_MAX);
    assert_survives(DBL_TRUE_MIN);
}

/* A locale with a decimal comma, when the machine has one. */
static void locale_does_not_matter(void **state)
{
    (void)state;
    static const char *const names[] = {"de_DE.UTF-8", "de_DE", "fr_FR.UTF-8", "fr_FR"};
    size_t i = 0, n = sizeof names / sizeof *names;
    while (i < n && !setlocale(LC_NUMERIC, names[i]))
        i++;
    if (i == n)
        skip();
    reals(state);
    printing_is_short(state);
    setlocale(LC_NUMERIC, "C");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(longs),
        cmocka_unit_test(seeds),
        cmocka_unit_test(reals),
        cmocka_unit_test(printing_is_short),
        cmocka_unit_test(printing_loses_nothing),
        cmocka_unit_test(locale_does_not_matter),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
