/*
 * Products of single-precision matrices by kernels of this program: what a kernel does.
 *
 * C is cut into panels of a few vectors' width, for which a panel of op(B) is laid out in rows of
 * whole vectors. Each element of C is summed by itself over k, in ascending order, in blocks whose
 * sizes depend on k alone. So its bytes depend neither on where it lies nor on how C is cut.
 */
#ifndef NUM_SGEMM_H
#define NUM_SGEMM_H

#include "num/column_runs.h"
#include "phasetrace/crew.h"

#include <stddef.h>

struct gemm_product;

/* C = alpha op(A) B + beta C + biases, for one panel and one block of k. */
struct sgemm_panel {
    size_t m, n, k; /* n: at most the set's columns */
    const float *a; /* [m, k], or [k, m] when transposed, rows a_stride apart */
    size_t a_stride;
    int a_transposed;
    const struct column_run *a_runs; /* where along k its factors lie */
    size_t n_a_runs;
    const float *b; /* [k] rows of n floats rounded up to whole vectors, b_stride apart */
    size_t b_stride;
    float *c; /* [m, n], or [n, m] when transposed, rows c_stride apart */
    size_t c_stride;
    int c_transposed;
    float alpha, beta;
    const float *column_bias, *row_bias; /* [n], [m] or NULL */
    int relu;                            /* results below 0 become 0 */
};

struct sgemm_kernels {
    size_t lanes, columns; /* floats in a vector, in a row of the widest panel */
    void (*panel)(const struct sgemm_panel *panel);
    /* Lays out B [k, n], or [n, k] when transposed, rows b_stride apart, for a panel: rows follow
     * each other without a gap. */
    void (*pack)(int transposed, size_t n, size_t k, const float *b, size_t b_stride,
                 float *packed);
};

/* The functions of num/gemm.h with the kernels of `set`, and with `crew` instead of the
 * product's. */
void sgemm_run(const struct sgemm_kernels *set, const struct gemm_product *product,
               struct pt_crew *crew);
size_t sgemm_packed_floats(const struct sgemm_kernels *set, size_t n, size_t k);
void sgemm_pack(const struct sgemm_kernels *set, int transposed, size_t n, size_t k, const float *b,
                size_t b_stride, float *packed);

#endif
