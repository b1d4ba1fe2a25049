/*
 * Numbers as text: strict parsing, shortest exact printing, the same in every locale.
 *
 * A number is the whole of the text: no blanks, units, underscores, '+', hexadecimal, inf or nan.
 */
#ifndef BASE_NUMBER_H
#define BASE_NUMBER_H

#include <stddef.h>
#include <stdint.h>

enum number_result {
    NUMBER_OK,
    NUMBER_JUNK,   /* no number of this kind */
    NUMBER_OUTSIDE /* one, but not within what the type holds */
};

/* `text` need not end after its `n_bytes`. The value is left alone unless NUMBER_OK. */
enum number_result number_parse_long(const char *text, size_t n_bytes, long *value);
enum number_result number_parse_u64(const char *text, size_t n_bytes, uint64_t *value);
/* Digits with an optional point and exponent. Too small for a double is 0. */
enum number_result number_parse_real(const char *text, size_t n_bytes, double *value);

#define NUMBER_REAL_BYTES 32

/* The shortest of %.15g, %.16g, %.17g that number_parse_real() turns into `value` again. */
void number_format_real(double value, char text[NUMBER_REAL_BYTES]);

#endif
