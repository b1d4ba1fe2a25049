/* Leaving out columns that are the same in all rows, and putting them back; included by
 * num/kernels.inc.h, described in num/kernels.h. */
#include "num/column_runs.h"

#if KERNEL_LANES >= 4
#include <immintrin.h>
#endif

/* A bit for each lane. */
INLINE uint64_t lanes_not_0(singles_bits v)
{
#if KERNEL_LANES == 8
    return _mm512_test_epi32_mask((__m512i)v, (__m512i)v);
#elif KERNEL_LANES == 4
    return (unsigned)_mm256_movemask_ps((__m256)(v != 0));
#else
    uint64_t bits = 0;
    for (size_t i = 0; i < SINGLES; i++)
        bits |= (uint64_t)(v[i] != 0) << i;
    return bits;
#endif
}

enum { ROWS_A_LOOK = 16 }; /* after which it ends when all columns vary */

/* Of `width` vectors, a constant. */
INLINE uint64_t varying_vectors(size_t width, const float *matrix, size_t stride, size_t n_rows)
{
    uint64_t varying = 0, all = ~(uint64_t)0 >> (64 - width * SINGLES);
    singles_bits first[4];
    for (size_t j = 0; j < width; j++)
        first[j] = (singles_bits)load_singles(matrix + j * SINGLES);
    for (size_t i = 1; i < n_rows && varying != all; i += ROWS_A_LOOK) {
        singles_bits changed[4] = {0};
        for (size_t row = i; row < i + ROWS_A_LOOK && row < n_rows; row++)
            for (size_t j = 0; j < width; j++)
                changed[j] |=
                    first[j] ^ (singles_bits)load_singles(matrix + row * stride + j * SINGLES);
        for (size_t j = 0; j < width; j++)
            varying |= lanes_not_0(changed[j]) << j * SINGLES;
    }
    return varying;
}

INLINE uint64_t column_varies(const float *matrix, size_t stride, size_t n_rows)
{
    for (size_t i = 1; i < n_rows; i++)
        if (memcmp(matrix, matrix + i * stride, sizeof *matrix) != 0)
            return 1;
    return 0;
}

static uint64_t varying_columns(const float *matrix, size_t stride, size_t n_rows, size_t n_columns)
{
    uint64_t varying = 0;
    size_t at = 0;
    for (; at + 4 * SINGLES <= n_columns; at += 4 * SINGLES)
        varying |= varying_vectors(4, matrix + at, stride, n_rows) << at;
    for (; at + SINGLES <= n_columns; at += SINGLES)
        varying |= varying_vectors(1, matrix + at, stride, n_rows) << at;
    for (; at < n_columns; at++)
        varying |= column_varies(matrix + at, stride, n_rows) << at;
    return varying;
}

static void keep_columns(const struct column_runs *runs, size_t n_rows, const float *matrix,
                         float *kept)
{
    for (size_t i = 0; i < n_rows; i++, matrix += runs->n_columns)
        for (const struct column_run *r = runs->run, *end = r + runs->n_runs; r < end; r++) {
            copy_row(r->n, matrix + r->first, kept);
            kept += r->n;
        }
}

/* Whole rows of the others first: between the runs there is often less than a vector. */
static void restore_columns(const struct column_runs *runs, size_t n_rows, const float *kept,
                            const float *factors, const float *others, float *matrix)
{
    for (size_t i = 0; i < n_rows; i++, matrix += runs->n_columns) {
        for (size_t j = 0; j < runs->n_columns; j++)
            matrix[j] = factors[i] * others[j];
        for (const struct column_run *r = runs->run, *end = r + runs->n_runs; r < end; r++) {
            copy_row(r->n, kept, matrix + r->first);
            kept += r->n;
        }
    }
}

static void add_products(size_t n_rows, size_t n_columns, const float *matrix, const float *vector,
                         float *sums)
{
    enum { WIDTH = 4 };
    for (size_t i = 0; i < n_rows; i++, matrix += n_columns) {
        singles part[WIDTH] = {0};
        size_t j = 0;
        for (; j + WIDTH * SINGLES <= n_columns; j += WIDTH * SINGLES)
            for (size_t k = 0; k < WIDTH; k++)
                part[k] +=
                    load_singles(matrix + j + k * SINGLES) * load_singles(vector + j + k * SINGLES);
        for (; j + SINGLES <= n_columns; j += SINGLES)
            part[0] += load_singles(matrix + j) * load_singles(vector + j);
        part[0] += part[1] + (part[2] + part[3]);
        float sum = 0;
        for (; j < n_columns; j++)
            sum += matrix[j] * vector[j];
        for (size_t lane = 0; lane < SINGLES; lane++)
            sum += part[0][lane];
        sums[i] += sum;
    }
}
