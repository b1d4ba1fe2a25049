/* Moving numbers about; included by num/kernels.inc.h, described in num/kernels.h. */

/* Exchanges rows and columns of a square of KERNEL_LANES registers, by halves, quarters, ... */
INLINE void transpose_square(lanes v[KERNEL_LANES])
{
#if KERNEL_LANES == 8
    for (int i = 0; i < 8; i += 2) {
        lanes x = v[i], y = v[i + 1];
        v[i] = __builtin_shufflevector(x, y, 0, 8, 2, 10, 4, 12, 6, 14);
        v[i + 1] = __builtin_shufflevector(x, y, 1, 9, 3, 11, 5, 13, 7, 15);
    }
    for (int i = 0; i < 8; i += i % 4 == 1 ? 3 : 1) {
        lanes x = v[i], y = v[i + 2];
        v[i] = __builtin_shufflevector(x, y, 0, 1, 8, 9, 4, 5, 12, 13);
        v[i + 2] = __builtin_shufflevector(x, y, 2, 3, 10, 11, 6, 7, 14, 15);
    }
    for (int i = 0; i < 4; i++) {
        lanes x = v[i], y = v[i + 4];
        v[i] = __builtin_shufflevector(x, y, 0, 1, 2, 3, 8, 9, 10, 11);
        v[i + 4] = __builtin_shufflevector(x, y, 4, 5, 6, 7, 12, 13, 14, 15);
    }
#elif KERNEL_LANES == 4
    for (int i = 0; i < 4; i += 2) {
        lanes x = v[i], y = v[i + 1];
        v[i] = __builtin_shufflevector(x, y, 0, 4, 2, 6);
        v[i + 1] = __builtin_shufflevector(x, y, 1, 5, 3, 7);
    }
    for (int i = 0; i < 2; i++) {
        lanes x = v[i], y = v[i + 2];
        v[i] = __builtin_shufflevector(x, y, 0, 1, 4, 5);
        v[i + 2] = __builtin_shufflevector(x, y, 2, 3, 6, 7);
    }
#else
    lanes x = v[0], y = v[1];
    v[0] = __builtin_shufflevector(x, y, 0, 2);
    v[1] = __builtin_shufflevector(x, y, 1, 3);
#endif
}

INLINE size_t row_at(const uint32_t *row, size_t i)
{
    return row ? row[i] : i;
}

static void transpose(size_t n_rows, size_t n_columns, const double *from, size_t from_stride,
                      const uint32_t *from_row, double *to, size_t to_stride,
                      const uint32_t *to_row)
{
    size_t n_square = n_rows % KERNEL_LANES || n_columns % KERNEL_LANES ? 0 : n_rows;
    for (size_t r = 0; r < n_square; r += KERNEL_LANES) {
        for (size_t c = 0; c < n_columns; c += KERNEL_LANES) {
            lanes v[KERNEL_LANES];
            for (size_t i = 0; i < KERNEL_LANES; i++)
                v[i] = *(const lanes *)(const void *)(from + row_at(from_row, r + i) * from_stride +
                                                      c);
            transpose_square(v);
            for (size_t i = 0; i < KERNEL_LANES; i++)
                *(lanes *)(void *)(to + row_at(to_row, c + i) * to_stride + r) = v[i];
        }
    }
    for (size_t r = n_square; r < n_rows; r++)
        for (size_t c = 0; c < n_columns; c++)
            to[row_at(to_row, c) * to_stride + r] = from[row_at(from_row, r) * from_stride + c];
}

static void gather(double *restrict to, const double *restrict from, const uint32_t *restrict index,
                   size_t n)
{
    for (size_t i = 0; i < n; i++)
        to[i] = from[index[i]];
}

static void scatter(double *restrict to, const double *restrict from,
                    const uint32_t *restrict index, size_t n)
{
    for (size_t i = 0; i < n; i++)
        to[index[i]] = from[i];
}
