/* Sums of picked rows; included by num/kernels.inc.h, described in num/row_sums.h. */
#include "num/row_sums.h"

#include <stdint.h>

/* Vectors of three widths, so that few channels do not go one by one. */
enum { ROW_WIDE = 2 * KERNEL_LANES };
typedef float row_wide __attribute__((vector_size(4 * ROW_WIDE), aligned(4), may_alias));
typedef int32_t row_wide_bits __attribute__((vector_size(4 * ROW_WIDE), may_alias));
typedef float row_narrow __attribute__((vector_size(16), aligned(4), may_alias));
typedef int32_t row_narrow_bits __attribute__((vector_size(16), may_alias));
typedef float row_single __attribute__((may_alias));
typedef int32_t row_single_bits __attribute__((may_alias));

/* n vectors of row i from column j on: their sum, and the largest of them. */
#define ROW_PARTS(vector)                                                                  \
    INLINE void vector##_sum(const struct row_sums *s, size_t n, size_t i, size_t j)       \
    {                                                                                      \
        enum { WIDTH = sizeof(vector) / sizeof(float) };                                   \
        vector sum[4];                                                                     \
        for (size_t k = 0; k < n; k++)                                                     \
            sum[k] = (vector){0};                                                          \
        for (size_t t = 0; t < s->n_terms; t++) {                                          \
            const float *row = s->terms[t].rows + s->terms[t].at[i] + j;                   \
            for (size_t k = 0; k < n; k++)                                                 \
                sum[k] += *(const vector *)(const void *)(row + k * WIDTH);                \
        }                                                                                  \
        for (size_t k = 0; k < n; k++) {                                                   \
            vector result = s->factor * sum[k];                                            \
            if (s->bias)                                                                   \
                result += *(const vector *)(const void *)(s->bias + j + k * WIDTH);        \
            if (s->relu)                                                                   \
                result = vector##_rectified(result);                                       \
            *(vector *)(void *)(s->to + i * s->width + j + k * WIDTH) = result;            \
        }                                                                                  \
    }                                                                                      \
    INLINE void vector##_largest(const struct row_sums *s, size_t i, size_t j)             \
    {                                                                                      \
        vector largest =                                                                   \
            *(const vector *)(const void *)(s->terms[0].rows + s->terms[0].at[i] + j);     \
        for (size_t t = 1; t < s->n_terms; t++)                                            \
            largest = vector##_larger(                                                     \
                *(const vector *)(const void *)(s->terms[t].rows + s->terms[t].at[i] + j), \
                largest);                                                                  \
        *(vector *)(void *)(s->to + i * s->width + j) = largest;                           \
    }

/* As in the layers themselves: a NaN stays, and is larger than everything. */
#define ROW_CHOICES(vector)                                                                      \
    INLINE vector vector##_rectified(vector x)                                                   \
    {                                                                                            \
        vector##_bits below = x < 0;                                                             \
        return (vector)(~below & (vector##_bits)x);                                              \
    }                                                                                            \
    INLINE vector vector##_larger(vector x, vector largest)                                      \
    {                                                                                            \
        vector##_bits is_larger = (x > largest) | (x != x);                                      \
        return (vector)((is_larger & (vector##_bits)x) | (~is_larger & (vector##_bits)largest)); \
    }

INLINE row_single row_single_rectified(row_single x)
{
    return x < 0 ? 0 : x;
}

INLINE row_single row_single_larger(row_single x, row_single largest)
{
    return x > largest || x != x ? x : largest;
}

ROW_CHOICES(row_wide)
ROW_CHOICES(row_narrow)
ROW_PARTS(row_wide)
ROW_PARTS(row_narrow)
ROW_PARTS(row_single)

/* One vector of four rows: sums of few terms that do not wait for each other. */
INLINE void sum_four_rows(const struct row_sums *s, size_t i, size_t j)
{
    row_wide sum[4] = {{0}};
    for (size_t t = 0; t < s->n_terms; t++) {
        const float *rows = s->terms[t].rows + j;
        const uint32_t *at = s->terms[t].at + i;
        for (size_t k = 0; k < 4; k++)
            sum[k] += *(const row_wide *)(const void *)(rows + at[k]);
    }
    for (size_t k = 0; k < 4; k++) {
        row_wide result = s->factor * sum[k];
        if (s->bias)
            result += *(const row_wide *)(const void *)(s->bias + j);
        if (s->relu)
            result = row_wide_rectified(result);
        *(row_wide *)(void *)(s->to + (i + k) * s->width + j) = result;
    }
}

/* From column j on. */
INLINE void sum_row(const struct row_sums *s, size_t i, size_t j)
{
    for (; j + 4 * ROW_WIDE <= s->width; j += 4 * ROW_WIDE)
        row_wide_sum(s, 4, i, j);
    for (; j + ROW_WIDE <= s->width; j += ROW_WIDE)
        row_wide_sum(s, 1, i, j);
    for (; j + 4 <= s->width; j += 4)
        row_narrow_sum(s, 1, i, j);
    for (; j < s->width; j++)
        row_single_sum(s, 1, i, j);
}

static void sum_rows(const struct row_sums *s)
{
    size_t i = 0;
    for (; i + 4 <= s->n_rows && s->width < 4 * ROW_WIDE; i += 4) {
        size_t j = 0;
        for (; j + ROW_WIDE <= s->width; j += ROW_WIDE)
            sum_four_rows(s, i, j);
        for (size_t k = 0; k < 4; k++)
            sum_row(s, i + k, j);
    }
    for (; i < s->n_rows; i++)
        sum_row(s, i, 0);
}

static void largest_rows(const struct row_sums *s)
{
    for (size_t i = 0; i < s->n_rows; i++) {
        size_t j = 0;
        for (; j + ROW_WIDE <= s->width; j += ROW_WIDE)
            row_wide_largest(s, i, j);
        for (; j + 4 <= s->width; j += 4)
            row_narrow_largest(s, i, j);
        for (; j < s->width; j++)
            row_single_largest(s, i, j);
    }
}
