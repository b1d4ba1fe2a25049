/* Log-odds of many rows of logits; included by num/kernels.inc.h, described in num/kernels.h. */
#include <math.h>

typedef uint64_t lanes_bits __attribute__((vector_size(8 * KERNEL_LANES), may_alias));
typedef int64_t lanes_test __attribute__((vector_size(8 * KERNEL_LANES)));
#define EXP_DOUBLES lanes
#define EXP_BITS lanes_bits
#include "num/exponential.inc.h"

INLINE lanes choose(lanes_test test, lanes yes, lanes no)
{
    return (lanes)((test & (lanes_test)yes) | (~test & (lanes_test)no));
}

/*
 * log x for 1 <= x <= 2^64. From a guess y that is right to about a hundredth, log x = y + log r
 * with r = x e^-y close to 1, and log r = 2 artanh((r - 1) / (r + 1)) is a short series.
 */
INLINE lanes logarithm(lanes x)
{
    lanes_bits bits = (lanes_bits)x;
    lanes exponent = (lanes)((bits >> 52) | 0x4330000000000000) - (0x1p52 + 1023);
    lanes m = (lanes)((bits & 0xfffffffffffff) | 0x3ff0000000000000);
    lanes y = 0x1.62e42fefa39efp-1 * (exponent + (2 - m * (1.0 / 3)) * m - 5.0 / 3);
    lanes r = -y;
    exponential(&r);
    r *= x;
    lanes t = (r - 1) / (r + 1), square = t * t;
    return y + 2 * t * (1 + square * (1.0 / 3 + square * (1.0 / 5 + square * (1.0 / 7))));
}

/* Logit k of one row for each lane. */
INLINE lanes logits_of(const float *const rows[KERNEL_LANES], size_t k)
{
    lanes values;
    for (size_t i = 0; i < KERNEL_LANES; i++)
        values[i] = (double)rows[i][k];
    return values;
}

static void log_odds_rows(const float *logits, size_t stride, size_t n_rows, size_t n, size_t label,
                          double *values)
{
    for (size_t first = 0; first < n_rows; first += KERNEL_LANES) {
        size_t n_here = n_rows - first < KERNEL_LANES ? n_rows - first : KERNEL_LANES;
        const float *rows[KERNEL_LANES];
        for (size_t i = 0; i < KERNEL_LANES; i++)
            rows[i] = logits + (first + (i < n_here ? i : 0)) * stride;
        lanes largest = (lanes){0} - INFINITY, sum = {0};
        for (size_t k = 0; k < n; k++) {
            lanes x = logits_of(rows, k);
            if (k != label)
                largest = choose(x > largest, x, largest);
        }
        for (size_t k = 0; k < n; k++) {
            lanes x = logits_of(rows, k) - largest;
            x = choose(x < -700, (lanes){0} - 700, x);
            exponential(&x);
            if (k != label)
                sum += x;
        }
        lanes odds = logits_of(rows, label) - (largest + logarithm(sum));
        for (size_t i = 0; i < n_here; i++)
            values[first + i] = odds[i];
    }
}
