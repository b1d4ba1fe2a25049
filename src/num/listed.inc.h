/* Products over listed columns; included by num/kernels.inc.h, described in num/listed_product.h.
 */
#include "num/listed_product.h"

#if KERNEL_LANES == 8
#include <immintrin.h>
#endif

enum {
    LISTED_LANES = 2 * KERNEL_LANES,
    LISTED_PANEL = 3, /* vectors */
    LISTED_ROWS = KERNEL_LANES == 8 ? 8 : 4
};

typedef float listed __attribute__((vector_size(4 * LISTED_LANES)));
typedef listed loose_listed __attribute__((aligned(4), may_alias));
typedef int32_t listed_bits __attribute__((vector_size(4 * LISTED_LANES)));
typedef listed_bits loose_listed_bits __attribute__((aligned(4), may_alias));

/* Panels of LISTED_PANEL vectors' width, the last one narrower, each [k] rows without gaps. */
static void listed_pack(size_t n, size_t k, const float *weights, float *packed)
{
    size_t width = listed_width(n);
    for (size_t j = 0; j < width; j += LISTED_PANEL * LISTED_LANES) {
        size_t n_here =
            width - j < LISTED_PANEL * LISTED_LANES ? width - j : LISTED_PANEL * LISTED_LANES;
        for (size_t p = 0; p < k; p++)
            for (size_t i = j; i < j + n_here; i++)
                *packed++ = i < n ? weights[i * k + p] : 0;
    }
}

/* `rows` and `vectors` are constants; `b` is the panel, and `at` its first column. */
INLINE void listed_tile(size_t rows, size_t vectors, const struct listed_product *p, size_t first,
                        const float *b, size_t at)
{
    listed sum[LISTED_ROWS][LISTED_PANEL];
    const float *a[LISTED_ROWS];
    for (size_t i = 0; i < rows; i++) {
        a[i] = p->rows[first + i];
        for (size_t j = 0; j < vectors; j++)
            sum[i][j] =
                *(const loose_listed *)(const void *)(p->start + (first + i) * p->start_stride +
                                                      at + j * LISTED_LANES);
    }
    for (size_t l = 0; l < p->n_listed; l++) {
        size_t column = p->at[l];
        const float *row = b + p->list[l] * vectors * LISTED_LANES;
        listed factor[LISTED_PANEL];
        for (size_t j = 0; j < vectors; j++)
            factor[j] = *(const loose_listed *)(const void *)(row + j * LISTED_LANES);
        for (size_t i = 0; i < rows; i++)
            for (size_t j = 0; j < vectors; j++)
                sum[i][j] += a[i][column] * factor[j];
    }
    for (size_t i = 0; i < rows; i++)
        for (size_t j = 0; j < vectors; j++) {
            if (p->relu)
                sum[i][j] = (listed)((listed_bits)sum[i][j] & ~(sum[i][j] <= 0));
            *(loose_listed *)(void *)(p->c + (first + i) * p->c_stride + at + j * LISTED_LANES) =
                sum[i][j];
        }
}

#define LISTED_SOME(n)                                         \
    for (; n <= LISTED_ROWS && i + (n) <= p->n_rows; i += (n)) \
        listed_tile(n, vectors, p, i, b, at);

INLINE void listed_panel(size_t vectors, const struct listed_product *p, const float *b, size_t at)
{
    size_t i = 0;
#if KERNEL_LANES == 8
    LISTED_SOME(8)
    LISTED_SOME(5)
#endif
    LISTED_SOME(4)
    LISTED_SOME(2)
    LISTED_SOME(1)
}

static void listed_product(const struct listed_product *p)
{
    const float *b = p->packed;
    for (size_t at = 0; at < p->width;) {
        size_t vectors = (p->width - at) / LISTED_LANES;
        if (vectors >= 3)
            listed_panel(3, p, b, at);
        else if (vectors == 2)
            listed_panel(2, p, b, at);
        else
            listed_panel(1, p, b, at);
        vectors = vectors < LISTED_PANEL ? vectors : LISTED_PANEL;
        at += vectors * LISTED_LANES;
        b += vectors * LISTED_LANES * p->k;
    }
}

/* A vector of columns, from j on. */
INLINE void mark_vector(size_t n_rows, size_t stride, const float *rows, size_t j, int32_t *any,
                        int32_t *all)
{
    listed_bits some = {0}, every = ~some;
    for (size_t i = 0; i < n_rows; i++) {
        listed x = *(const loose_listed *)(const void *)(rows + i * stride + j);
        some |= (listed_bits)x;
        every &= x > 0;
    }
    *(loose_listed_bits *)(void *)(any + j) = some;
    *(loose_listed_bits *)(void *)(all + j) = every;
}

static void mark_columns(size_t n_rows, size_t stride, size_t k, const float *rows, int32_t *any,
                         int32_t *all)
{
    size_t j = 0;
    for (; j + LISTED_LANES <= k; j += LISTED_LANES)
        mark_vector(n_rows, stride, rows, j, any, all);
    if (j < k && j > 0) { /* some of the last vector's columns for the second time */
        mark_vector(n_rows, stride, rows, k - LISTED_LANES, any, all);
        return;
    }
    for (; j < k; j++) {
        any[j] = 0;
        all[j] = -1;
        for (size_t i = 0; i < n_rows; i++) {
            any[j] |= rows[i * stride + j] != 0;
            all[j] &= rows[i * stride + j] > 0 ? -1 : 0;
        }
    }
}

static size_t list_columns(const int32_t *marks, const int32_t *except, size_t k, uint32_t *list)
{
    size_t n = 0, j = 0;
#if KERNEL_LANES == 8
    listed_bits index = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
    for (; j + LISTED_LANES <= k; j += LISTED_LANES, index += LISTED_LANES) {
        listed_bits some = *(const loose_listed_bits *)(const void *)(marks + j) &
                           ~*(const loose_listed_bits *)(const void *)(except + j);
        __mmask16 mask = _mm512_test_epi32_mask((__m512i)some, (__m512i)some);
        /* Whole vectors: what is written beyond the list is overwritten, or lies before list[k]. */
        _mm512_storeu_si512(list + n, _mm512_maskz_compress_epi32(mask, (__m512i)index));
        n += (size_t)__builtin_popcount(mask);
    }
#endif
    for (; j < k; j++) { /* without a branch that nobody can predict */
        list[n] = (uint32_t)j;
        n += (marks[j] & ~except[j]) != 0;
    }
    return n;
}

static void spread_rows(unsigned n_bits, size_t width, const float *sums, const float *steps,
                        float *to)
{
    for (size_t j = 0; j < width; j += LISTED_LANES) {
        listed first = *(const loose_listed *)(const void *)(sums + j);
        *(loose_listed *)(void *)(to + j) = first;
        for (size_t i = 0; i < n_bits; i++) {
            size_t n = (size_t)1 << i;
            listed step = *(const loose_listed *)(const void *)(sums + (i + 1) * width + j) - first;
            if (steps)
                step += *(const loose_listed *)(const void *)(steps + i * width + j);
            for (size_t t = 0; t < n; t++)
                *(loose_listed *)(void *)(to + (n + t) * width + j) =
                    *(const loose_listed *)(const void *)(to + t * width + j) + step;
        }
    }
}
