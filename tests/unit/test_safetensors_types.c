/* Element types of safetensors: every half-precision number, by its definition. */
#include "testing.h"

#include "fmt/bytes.h"
#include "fmt/safetensors_types.h"

static float decode(const char *type, uint64_t bits)
{
    unsigned char bytes[8];
    store_le(bytes, bits, 8);
    return safetensors_type_of(type)->to_float(bytes);
}

/* (-1)^sign 2^(exponent - bias) 1.fraction, or what IEEE 754 says at both ends. */
static double by_definition(unsigned bits, unsigned n_exponent, unsigned n_fraction)
{
    unsigned most = (1U << n_exponent) - 1, exponent = bits >> n_fraction & most;
    double fraction = (double)(bits & ((1U << n_fraction) - 1)) / (double)(1U << n_fraction);
    int bias = (int)most / 2;
    double size = exponent == 0      ? ldexp(fraction, 1 - bias)
                  : exponent == most ? (fraction > 0 ? (double)NAN : (double)INFINITY)
                                     : ldexp(1 + fraction, (int)exponent - bias);
    return bits >> (n_exponent + n_fraction) ? -size : size;
}

static void assert_same(float actual, double expected)
{
    if (isnan(expected)) {
        assert_true(isnan(actual));
        return;
    }
    assert_true((double)actual == expected);
    assert_true(!signbit(actual) == !signbit(expected));
}

static void every_number_of_two_bytes_is_right(void **state)
{
    (void)state;
    for (unsigned bits = 0; bits < 65536; bits++) {
        assert_same(decode("F16", bits), by_definition(bits, 5, 10));
        assert_same(decode("BF16", bits), by_definition(bits, 8, 7));
    }
    assert_same(decode("F16", 0x7bff), 65504);
    assert_same(decode("F16", 0x0001), 0x1p-24);
}

static void longer_numbers_are_rounded(void **state)
{
    (void)state;
    const double values[] = {0.1, -1e300, 1e-300, 16777217, -0.0, (double)INFINITY};
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        uint64_t bits;
        memcpy(&bits, &values[i], sizeof bits);
        assert_same(decode("F64", bits), (double)(float)values[i]);
    }
    assert_same(decode("F32", 0x3dcccccd), (double)0.1f);
    assert_true(isnan(decode("F64", 0x7ff8000000000001)));
}

static void other_types_have_a_size(void **state)
{
    (void)state;
    assert_int_equal(safetensors_type_of("I64")->n_bytes, 8);
    assert_null(safetensors_type_of("I64")->to_float);
    assert_int_equal(safetensors_type_of("BOOL")->n_bytes, 1);
    assert_null(safetensors_type_of("F8_E4M3"));
    assert_null(safetensors_type_of(""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_number_of_two_bytes_is_right),
        cmocka_unit_test(longer_numbers_are_rounded),
        cmocka_unit_test(other_types_have_a_size),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
