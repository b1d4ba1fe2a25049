/* Numbers as text: strict parsing, shortest exact printing, the same in every locale. */
#include "base/number.h"

#include <limits.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_DIGITS 256 /* bytes of a real number's text; a configuration line is shorter */

static int is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* [-] digits */
static enum number_result parse_whole(const char *text, size_t n_bytes, uint64_t *size,
                                      int *negative)
{
    *size = 0;
    *negative = n_bytes > 0 && text[0] == '-';
    size_t i = *negative ? 1 : 0;
    int outside = 0;
    if (i == n_bytes)
        return NUMBER_JUNK;
    for (; i < n_bytes; i++) {
        if (!is_digit(text[i]))
            return NUMBER_JUNK;
        outside |= __builtin_mul_overflow(*size, (uint64_t)10, size) ||
                   __builtin_add_overflow(*size, (uint64_t)(text[i] - '0'), size);
    }
    return outside ? NUMBER_OUTSIDE : NUMBER_OK;
}

enum number_result number_parse_long(const char *text, size_t n_bytes, long *value)
{
    uint64_t size;
    int negative;
    enum number_result result = parse_whole(text, n_bytes, &size, &negative);
    if (result)
        return result;
    if (size > (uint64_t)LONG_MAX)
        return NUMBER_OUTSIDE;
    *value = negative ? -(long)size : (long)size;
    return NUMBER_OK;
}

enum number_result number_parse_u64(const char *text, size_t n_bytes, uint64_t *value)
{
    uint64_t size;
    int negative;
    enum number_result result = parse_whole(text, n_bytes, &size, &negative);
    if (result)
        return result;
    if (negative)
        return NUMBER_OUTSIDE;
    *value = size;
    return NUMBER_OK;
}

/* [-] digits [. digits] [e [+-] digits], a digit on at least one side of the point. */
static int is_real(const char *p)
{
    p += *p == '-';
    int n_digits = 0;
    for (; is_digit(*p); p++)
        n_digits++;
    if (*p == '.')
        for (p++; is_digit(*p); p++)
            n_digits++;
    if (n_digits > 0 && (*p == 'e' || *p == 'E')) {
        p++;
        p += *p == '+' || *p == '-';
        for (n_digits = 0; is_digit(*p); p++)
            n_digits++;
    }
    return n_digits > 0 && *p == '\0';
}

/* strtod() and printf() follow the locale of whoever runs the library: this thread leaves it. */
static locale_t enter_c_locale(locale_t *old)
{
    locale_t c = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    *old = uselocale(c);
    return c;
}

static void leave_c_locale(locale_t c, locale_t old)
{
    uselocale(old);
    if (c)
        freelocale(c);
}

enum number_result number_parse_real(const char *text, size_t n_bytes, double *value)
{
    char copy[MAX_DIGITS];
    if (n_bytes >= sizeof copy)
        return NUMBER_JUNK;
    memcpy(copy, text, n_bytes);
    copy[n_bytes] = '\0';
    if (strlen(copy) != n_bytes || !is_real(copy))
        return NUMBER_JUNK;
    locale_t old, c = enter_c_locale(&old);
    double parsed = strtod(copy, NULL);
    leave_c_locale(c, old);
    if (isinf(parsed))
        return NUMBER_OUTSIDE;
    *value = parsed;
    return NUMBER_OK;
}

void number_format_real(double value, char text[NUMBER_REAL_BYTES])
{
    locale_t old, c = enter_c_locale(&old);
    for (int precision = 15; precision <= 17; precision++) {
        snprintf(text, NUMBER_REAL_BYTES, "%.*g", precision, value);
        if (strtod(text, NULL) == value)
            break;
    }
    leave_c_locale(c, old);
}
