/* Products of small matrices; included by num/kernels.inc.h, described in num/kernels.h. */

/* A tile of C stays in registers: `rows` rows of `width` vectors, both compile-time constants. */
INLINE void gemm_tile(size_t rows, size_t width, size_t k, const double *a, size_t lda,
                      const double *b, size_t ldb, double *c, size_t ldc)
{
    lanes sum[6][4];
    for (size_t i = 0; i < rows; i++)
        for (size_t j = 0; j < width; j++)
            sum[i][j] = (lanes){0};
    for (size_t p = 0; p < k; p++) {
        const lanes *row = (const lanes *)(const void *)(b + p * ldb);
        for (size_t i = 0; i < rows; i++)
            for (size_t j = 0; j < width; j++)
                sum[i][j] += a[i * lda + p] * row[j];
    }
    for (size_t i = 0; i < rows; i++)
        for (size_t j = 0; j < width; j++)
            ((lanes *)(void *)(c + i * ldc))[j] = sum[i][j];
}

/* All rows of a stripe of C that is `width` vectors wide. */
INLINE void gemm_stripe(size_t width, size_t m, size_t k, const double *a, size_t lda,
                        const double *b, size_t ldb, double *c, size_t ldc)
{
    size_t i = 0;
    for (; i + 6 <= m; i += 6)
        gemm_tile(6, width, k, a + i * lda, lda, b, ldb, c + i * ldc, ldc);
    for (; i + 3 <= m; i += 3)
        gemm_tile(3, width, k, a + i * lda, lda, b, ldb, c + i * ldc, ldc);
    for (; i < m; i++)
        gemm_tile(1, width, k, a + i * lda, lda, b, ldb, c + i * ldc, ldc);
}

static void small_gemm(size_t m, size_t n, size_t k, const double *a, size_t lda, const double *b,
                       size_t ldb, double *c, size_t ldc)
{
    size_t j = 0;
#if KERNEL_LANES == 8
    for (; j + 4 * KERNEL_LANES <= n; j += 4 * KERNEL_LANES)
        gemm_stripe(4, m, k, a, lda, b + j, ldb, c + j, ldc);
#endif
    for (; j + 2 * KERNEL_LANES <= n; j += 2 * KERNEL_LANES)
        gemm_stripe(2, m, k, a, lda, b + j, ldb, c + j, ldc);
    for (; j < n; j += KERNEL_LANES)
        gemm_stripe(1, m, k, a, lda, b + j, ldb, c + j, ldc);
}
