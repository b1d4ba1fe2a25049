/* Moving matrices into panels of B, and tiles of C to their place; included by num/sgemm.inc.h. */

#if KERNEL_LANES == 8
#define LOW_PAIRS(x, y) \
    __builtin_shufflevector(x, y, 0, 16, 1, 17, 4, 20, 5, 21, 8, 24, 9, 25, 12, 28, 13, 29)
#define HIGH_PAIRS(x, y) \
    __builtin_shufflevector(x, y, 2, 18, 3, 19, 6, 22, 7, 23, 10, 26, 11, 27, 14, 30, 15, 31)
#define LOW_HALVES(x, y) \
    __builtin_shufflevector(x, y, 0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29)
#define HIGH_HALVES(x, y) \
    __builtin_shufflevector(x, y, 2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31)
#define EVEN_QUARTERS(x, y) \
    __builtin_shufflevector(x, y, 0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27)
#define ODD_QUARTERS(x, y) \
    __builtin_shufflevector(x, y, 4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31)
#else
#define LOW_PAIRS(x, y) __builtin_shufflevector(x, y, 0, 8, 1, 9, 4, 12, 5, 13)
#define HIGH_PAIRS(x, y) __builtin_shufflevector(x, y, 2, 10, 3, 11, 6, 14, 7, 15)
#define LOW_HALVES(x, y) __builtin_shufflevector(x, y, 0, 1, 8, 9, 4, 5, 12, 13)
#define HIGH_HALVES(x, y) __builtin_shufflevector(x, y, 2, 3, 10, 11, 6, 7, 14, 15)
#define LOW_QUARTERS(x, y) __builtin_shufflevector(x, y, 0, 1, 2, 3, 8, 9, 10, 11)
#define HIGH_QUARTERS(x, y) __builtin_shufflevector(x, y, 4, 5, 6, 7, 12, 13, 14, 15)
#endif

/* Of four vectors, transposes the 4x4 blocks that lie in the same quarters of 128 bits. */
INLINE void transpose_quarters(singles v[4])
{
    singles a = LOW_PAIRS(v[0], v[1]), b = HIGH_PAIRS(v[0], v[1]);
    singles c = LOW_PAIRS(v[2], v[3]), d = HIGH_PAIRS(v[2], v[3]);
    v[0] = LOW_HALVES(a, c);
    v[1] = HIGH_HALVES(a, c);
    v[2] = LOW_HALVES(b, d);
    v[3] = HIGH_HALVES(b, d);
}

/* Exchanges rows and columns of a square of SGEMM_LANES vectors: 4x4 blocks, then quarters. */
INLINE void transpose_singles(singles v[SGEMM_LANES])
{
    for (size_t i = 0; i < SGEMM_LANES; i += 4)
        transpose_quarters(v + i);
    for (size_t i = 0; i < 4; i++) {
#if KERNEL_LANES == 8
        singles a = EVEN_QUARTERS(v[i], v[i + 4]), b = ODD_QUARTERS(v[i], v[i + 4]);
        singles c = EVEN_QUARTERS(v[i + 8], v[i + 12]), d = ODD_QUARTERS(v[i + 8], v[i + 12]);
        v[i] = EVEN_QUARTERS(a, c);
        v[i + 4] = EVEN_QUARTERS(b, d);
        v[i + 8] = ODD_QUARTERS(a, c);
        v[i + 12] = ODD_QUARTERS(b, d);
#else
        singles a = v[i], b = v[i + 4];
        v[i] = LOW_QUARTERS(a, b);
        v[i + 4] = HIGH_QUARTERS(a, b);
#endif
    }
}

/* Packs SGEMM_LANES columns of B that are stored as rows; those from n on repeat the last one. */
static void pack_columns(size_t n, size_t k, const float *b, size_t b_stride, float *packed,
                         size_t packed_stride)
{
    const float *column[SGEMM_LANES];
    for (size_t i = 0; i < SGEMM_LANES; i++)
        column[i] = b + (i < n ? i : n - 1) * b_stride;
    if (k < SGEMM_LANES) {
        for (size_t p = 0; p < k; p++)
            for (size_t i = 0; i < SGEMM_LANES; i++)
                packed[p * packed_stride + i] = column[i][p];
        return;
    }
    for (size_t p = 0; p < k; p += SGEMM_LANES) {
        size_t at = p + SGEMM_LANES <= k ? p : k - SGEMM_LANES; /* the last rows once more */
        singles v[SGEMM_LANES];
        for (size_t i = 0; i < SGEMM_LANES; i++)
            v[i] = load_singles(column[i] + at);
        transpose_singles(v);
        for (size_t i = 0; i < SGEMM_LANES; i++)
            store_singles(packed + (at + i) * packed_stride, v[i]);
    }
}

static void pack_panel(int transposed, size_t n, size_t k, const float *b, size_t b_stride,
                       float *packed)
{
    size_t n_padded = (n + SGEMM_LANES - 1) / SGEMM_LANES * SGEMM_LANES;
    if (transposed) {
        for (size_t j = 0; j < n; j += SGEMM_LANES)
            pack_columns(n - j, k, b + j * b_stride, b_stride, packed + j, n_padded);
        return;
    }
    for (size_t p = 0; p < k; p++) {
        store_singles(packed + (p + 1) * n_padded - SGEMM_LANES, (singles){0});
        copy_row(n, b + p * b_stride, packed + p * n_padded);
    }
}

typedef float quad __attribute__((vector_size(16)));
typedef quad loose_quad __attribute__((aligned(4)));

INLINE void transpose_4x4(const float *from, size_t from_stride, float *to, size_t to_stride)
{
    quad v[4];
    for (size_t i = 0; i < 4; i++)
        v[i] = *(const loose_quad *)(const void *)(from + i * from_stride);
    quad a = __builtin_shufflevector(v[0], v[1], 0, 4, 1, 5);
    quad b = __builtin_shufflevector(v[0], v[1], 2, 6, 3, 7);
    quad c = __builtin_shufflevector(v[2], v[3], 0, 4, 1, 5);
    quad d = __builtin_shufflevector(v[2], v[3], 2, 6, 3, 7);
    v[0] = __builtin_shufflevector(a, c, 0, 1, 4, 5);
    v[1] = __builtin_shufflevector(a, c, 2, 3, 6, 7);
    v[2] = __builtin_shufflevector(b, d, 0, 1, 4, 5);
    v[3] = __builtin_shufflevector(b, d, 2, 3, 6, 7);
    for (size_t i = 0; i < 4; i++)
        *(loose_quad *)(void *)(to + i * to_stride) = v[i];
}

/* to[j][i] = from[i][j] */
static void transpose_tile(size_t n_rows, size_t n_columns, const float *from, size_t from_stride,
                           float *to, size_t to_stride)
{
    size_t whole_rows = n_rows / 4 * 4, whole_columns = n_columns / 4 * 4;
    for (size_t j = 0; j < whole_columns; j += 4)
        for (size_t i = 0; i < whole_rows; i += 4)
            transpose_4x4(from + i * from_stride + j, from_stride, to + j * to_stride + i,
                          to_stride);
    for (size_t i = 0; i < n_rows; i++)
        for (size_t j = i < whole_rows ? whole_columns : 0; j < n_columns; j++)
            to[j * to_stride + i] = from[i * from_stride + j];
}

/* Reads a tile of C into rows that are `stride` apart, and writes it back. */
static void fetch_tile(const struct sgemm_panel *panel, size_t rows, const float *c, float *tile,
                       size_t stride)
{
    if (panel->c_transposed)
        transpose_tile(panel->n, rows, c, panel->c_stride, tile, stride);
    else
        for (size_t i = 0; i < rows; i++)
            copy_row(panel->n, c + i * panel->c_stride, tile + i * stride);
}

static void return_tile(const struct sgemm_panel *panel, size_t rows, const float *tile,
                        size_t stride, float *c)
{
    if (panel->c_transposed)
        transpose_tile(rows, panel->n, tile, stride, c, panel->c_stride);
    else
        for (size_t i = 0; i < rows; i++)
            copy_row(panel->n, tile + i * stride, c + i * panel->c_stride);
}
