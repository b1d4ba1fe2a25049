/*
 * Matrix products in single precision: the one door to BLAS.
 *
 * Parallelism lives outside, over samples, so BLAS itself works with one thread: call blas_setup()
 * once before the first product. Products may run in several threads at the same time.
 */
#ifndef NUM_GEMM_H
#define NUM_GEMM_H

#include <stddef.h>

enum gemm_operand { GEMM_AS_IS, GEMM_TRANSPOSED };

/*
 * C = alpha op(A) op(B) + beta C with op(A) [m, k], op(B) [k, n], C [m, n]; row-major without gaps
 * between rows, so that a transposed A is stored as [k, m] and a transposed B as [n, k]. Each of
 * m, n, k is at least 1 and at most INT_MAX. With beta = 0 the old C is not read.
 */
void gemm(enum gemm_operand op_a, enum gemm_operand op_b, size_t m, size_t n, size_t k, float alpha,
          const float *a, const float *b, float beta, float *c);

/* What decides the last bits of a product; the strings are OpenBLAS's own and live on. */
struct blas_description {
    const char *flavour; /* "sequential", "pthreads" or "openmp" */
    const char *kernel;  /* the processor family its kernels were chosen for: "Haswell" */
    const char *version; /* version with build options: "OpenBLAS 0.3.21 DYNAMIC_ARCH ..." */
};

/*
 * Pins OpenBLAS to one thread. The OpenMP flavour does so by setting OpenMP's own default for the
 * calling thread to 1; hence every parallel region of this program names its num_threads().
 */
void blas_setup(void);
struct blas_description blas_describe(void);

#endif
