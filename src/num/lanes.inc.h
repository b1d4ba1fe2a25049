/* Loops over samples in lanes; included by num/kernels.inc.h, described in num/lanes_kernels.h. */
#include "num/lanes_kernels.h"

/* As many of the 16 samples as a register holds; the others have their turn after them. */
enum { SAMPLES = 2 * KERNEL_LANES, SAMPLE_PARTS = 16 / SAMPLES };
typedef float samples __attribute__((vector_size(4 * SAMPLES)));

/* Tiles for which the sums and what they are made of fit the registers: 32 with AVX-512, else 16.
 */
#if KERNEL_LANES == 8
#define MOST_COLUMNS 6
static const size_t most_product_rows[MOST_COLUMNS] = {8, 8, 8, 6, 4, 4};
#define MOST_CORRELATION_ROWS 4
#else
#define MOST_COLUMNS 3
static const size_t most_product_rows[MOST_COLUMNS] = {8, 6, KERNEL_LANES == 4 ? 4 : 3};
#define MOST_CORRELATION_ROWS 3
#endif

/* GCC would rather load a vector three times than keep it. */
#if KERNEL_LANES >= 4
#define IN_REGISTER(vector) __asm__("" : "+v"(vector))
#else
#define IN_REGISTER(vector) (void)(vector)
#endif

INLINE samples samples_at(const float *at)
{
    return *(const samples *)(const void *)at;
}

INLINE void products_tile(size_t n_rows, size_t n_columns, const struct lanes_products *t,
                          size_t row, size_t part)
{
    samples sum[8][MOST_COLUMNS];
    const float *in[MOST_COLUMNS];
    for (size_t j = 0; j < n_columns; j++)
        in[j] = t->in + t->in_offset[j] + part;
    for (size_t i = 0; i < n_rows; i++)
        for (size_t j = 0; j < n_columns; j++)
            sum[i][j] = (samples){0};
    size_t w_row = t->w_row;
    const float *w = t->w + row * w_row;
    const struct lanes_tap *tap = t->taps;
    size_t n_runs_left = t->n_runs;
    do {
        const struct lanes_tap *end = tap + t->run_length;
        do {
            samples x[MOST_COLUMNS];
            const float *weight = w + tap->w;
            for (size_t j = 0; j < n_columns; j++)
                x[j] = samples_at(in[j] + tap->in);
            for (size_t i = 0; i < n_rows; i++)
                for (size_t j = 0; j < n_columns; j++)
                    sum[i][j] += weight[i * w_row] * x[j];
        } while (++tap < end);
        tap += t->run_stride - t->run_length;
    } while (--n_runs_left > 0);
    if (t->from) {
        const float *from = t->from + row * t->from_row + part;
        for (size_t i = 0; i < n_rows; i++)
            for (size_t j = 0; j < n_columns; j++)
                sum[i][j] += samples_at(from + i * t->from_row + j * 16);
    } else if (t->bias) {
        for (size_t i = 0; i < n_rows; i++)
            for (size_t j = 0; j < n_columns; j++)
                sum[i][j] += t->bias[row + i];
    }
    float *to[MOST_COLUMNS];
    for (size_t j = 0; j < n_columns; j++)
        to[j] = t->to + row * t->to_row + t->to_offset[j] + part;
    size_t to_row = t->to_row;
    for (size_t i = 0; i < n_rows; i++)
        for (size_t j = 0; j < n_columns; j++)
            *(samples *)(void *)(to[j] + i * to_row) = sum[i][j];
}

INLINE void products_rows(size_t n_rows, size_t n_columns, const struct lanes_products *t,
                          size_t row)
{
    for (size_t part = 0; part < 16; part += SAMPLES)
        products_tile(n_rows, n_columns, t, row, part);
}

/* Cuts the rows into pieces of nearly equal size, each a tile of constant size. */
INLINE void products(size_t n_columns, const struct lanes_products *t)
{
    size_t most = most_product_rows[n_columns - 1], n_pieces = (t->n_rows + most - 1) / most;
    for (size_t row = 0, n_rows; n_pieces > 0; n_pieces--, row += n_rows) {
        n_rows = (t->n_rows - row) / n_pieces;
        switch (n_rows) {
#define ROWS(n)                                    \
    case n:                                        \
        if (n <= most_product_rows[n_columns - 1]) \
            products_rows(n, n_columns, t, row);   \
        break
            ROWS(1);
            ROWS(2);
            ROWS(3);
            ROWS(4);
            ROWS(5);
            ROWS(6);
            ROWS(7);
            ROWS(8);
#undef ROWS
        }
    }
}

static void products_1(const struct lanes_products *t)
{
    products(1, t);
}

static void products_2(const struct lanes_products *t)
{
    products(2, t);
}

static void products_3(const struct lanes_products *t)
{
    products(3, t);
}

#if MOST_COLUMNS == 6
static void products_4(const struct lanes_products *t)
{
    products(4, t);
}

static void products_5(const struct lanes_products *t)
{
    products(5, t);
}

static void products_6(const struct lanes_products *t)
{
    products(6, t);
}
#endif

/* Halves v again and again: lane i of the result is the sum over the lanes of v[i]. */
INLINE samples sums_of_lanes(samples v[SAMPLES])
{
#if KERNEL_LANES == 8
    for (size_t i = 0; i < 8; i++)
        v[i] = __builtin_shufflevector(v[i], v[i + 8], 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20,
                                       21, 22, 23) +
               __builtin_shufflevector(v[i], v[i + 8], 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27,
                                       28, 29, 30, 31);
    for (size_t i = 0; i < 4; i++)
        v[i] = __builtin_shufflevector(v[i], v[i + 4], 0, 1, 2, 3, 16, 17, 18, 19, 8, 9, 10, 11, 24,
                                       25, 26, 27) +
               __builtin_shufflevector(v[i], v[i + 4], 4, 5, 6, 7, 20, 21, 22, 23, 12, 13, 14, 15,
                                       28, 29, 30, 31);
    for (size_t i = 0; i < 2; i++)
        v[i] = __builtin_shufflevector(v[i], v[i + 2], 0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12,
                                       13, 28, 29) +
               __builtin_shufflevector(v[i], v[i + 2], 2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27,
                                       14, 15, 30, 31);
    return __builtin_shufflevector(v[0], v[1], 0, 16, 2, 18, 4, 20, 6, 22, 8, 24, 10, 26, 12, 28,
                                   14, 30) +
           __builtin_shufflevector(v[0], v[1], 1, 17, 3, 19, 5, 21, 7, 23, 9, 25, 11, 27, 13, 29,
                                   15, 31);
#elif KERNEL_LANES == 4
    for (size_t i = 0; i < 4; i++)
        v[i] = __builtin_shufflevector(v[i], v[i + 4], 0, 1, 2, 3, 8, 9, 10, 11) +
               __builtin_shufflevector(v[i], v[i + 4], 4, 5, 6, 7, 12, 13, 14, 15);
    for (size_t i = 0; i < 2; i++)
        v[i] = __builtin_shufflevector(v[i], v[i + 2], 0, 1, 8, 9, 4, 5, 12, 13) +
               __builtin_shufflevector(v[i], v[i + 2], 2, 3, 10, 11, 6, 7, 14, 15);
    return __builtin_shufflevector(v[0], v[1], 0, 8, 2, 10, 4, 12, 6, 14) +
           __builtin_shufflevector(v[0], v[1], 1, 9, 3, 11, 5, 13, 7, 15);
#else
    for (size_t i = 0; i < 2; i++)
        v[i] = __builtin_shufflevector(v[i], v[i + 2], 0, 1, 4, 5) +
               __builtin_shufflevector(v[i], v[i + 2], 2, 3, 6, 7);
    return __builtin_shufflevector(v[0], v[1], 0, 4, 2, 6) +
           __builtin_shufflevector(v[0], v[1], 1, 5, 3, 7);
#endif
}

INLINE void correlate_tile(size_t n_rows, size_t n_columns, const struct lanes_correlations *t,
                           size_t row, size_t column)
{
    enum { N_SUMS = (MOST_CORRELATION_ROWS * MOST_COLUMNS + SAMPLES - 1) / SAMPLES * SAMPLES };
    samples sum[N_SUMS];
    for (size_t i = 0; i < N_SUMS; i++)
        sum[i] = (samples){0};
    const float *in[MOST_COLUMNS];
    for (size_t j = 0; j < n_columns; j++)
        in[j] = t->in + t->columns[column + j].in;
    size_t out_row = t->out_row;
    const float *out = t->out + row * out_row;
    for (const struct lanes_pair *pair = t->pairs, *end = pair + t->n_pairs; pair < end; pair++)
        for (size_t part = 0; part < 16; part += SAMPLES) {
            const float *dy_at = out + pair->out + part;
            samples dy[MOST_CORRELATION_ROWS];
            for (size_t i = 0; i < n_rows; i++)
                dy[i] = samples_at(dy_at + i * out_row);
            for (size_t j = 0; j < n_columns; j++) {
                samples x = samples_at(in[j] + pair->in + part);
                IN_REGISTER(x);
                for (size_t i = 0; i < n_rows; i++)
                    sum[i * n_columns + j] += dy[i] * x;
            }
        }
    _Alignas(64) float total[N_SUMS];
    for (size_t i = 0; i < n_rows * n_columns; i += SAMPLES)
        *(samples *)(void *)(total + i) = sums_of_lanes(sum + i);
    for (size_t i = 0; i < n_rows; i++)
        for (size_t j = 0; j < n_columns; j++)
            t->dw[(row + i) * t->dw_row + t->columns[column + j].w] += total[i * n_columns + j];
}

/* Cuts the columns into pieces of nearly equal size, each a tile of constant size. */
INLINE void correlate_rows(size_t n_rows, const struct lanes_correlations *t, size_t row)
{
    size_t most = MOST_COLUMNS, n_pieces = (t->n_columns + most - 1) / most;
    for (size_t column = 0, n_columns; n_pieces > 0; n_pieces--, column += n_columns) {
        n_columns = (t->n_columns - column) / n_pieces;
        switch (n_columns) {
#define COLUMNS(n)                                     \
    case n:                                            \
        if (n <= MOST_COLUMNS)                         \
            correlate_tile(n_rows, n, t, row, column); \
        break
            COLUMNS(1);
            COLUMNS(2);
            COLUMNS(3);
            COLUMNS(4);
            COLUMNS(5);
            COLUMNS(6);
#undef COLUMNS
        }
    }
}

static void correlate(const struct lanes_correlations *t)
{
    size_t most = MOST_CORRELATION_ROWS, n_pieces = (t->n_rows + most - 1) / most;
    for (size_t row = 0, n_rows; n_pieces > 0; n_pieces--, row += n_rows) {
        n_rows = (t->n_rows - row) / n_pieces;
        switch (n_rows) {
        case 1:
            correlate_rows(1, t, row);
            break;
        case 2:
            correlate_rows(2, t, row);
            break;
        case 3:
            correlate_rows(3, t, row);
            break;
#if MOST_CORRELATION_ROWS == 4
        case 4:
            correlate_rows(4, t, row);
            break;
#endif
        }
    }
}

static float sum_vectors(const float *in, size_t n_vectors)
{
    enum { N = 64 / SAMPLES };
    samples part[N] = {0}, total = {0};
    size_t i = 0;
    for (; i + 4 <= n_vectors; i += 4)
        for (size_t j = 0; j < N; j++)
            part[j] += samples_at(in + i * 16 + j * SAMPLES);
    for (; i < n_vectors; i++)
        for (size_t j = 0; j < SAMPLE_PARTS; j++)
            part[j] += samples_at(in + i * 16 + j * SAMPLES);
    for (size_t j = 0; j < N; j++)
        total += part[j];
    float scalar = 0;
    for (size_t j = 0; j < SAMPLES; j++)
        scalar += total[j];
    return scalar;
}

static const struct lanes_kernels lanes_set = {
    .most_columns = MOST_COLUMNS,
    .products = {products_1, products_2, products_3,
#if MOST_COLUMNS == 6
                 products_4, products_5, products_6
#endif
    },
    .correlate = correlate,
    .sum = sum_vectors,
};
