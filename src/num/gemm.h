/*
 * Matrix products in single precision, by kernels of this program or by OpenBLAS.
 *
 * The kernels are those of num/sgemm.h; where there are none for the instruction set in use (see
 * num/kernels.h), OpenBLAS computes the product: this is the one door to it. It works with one
 * thread: call blas_setup() once before the first product. Products may run in several threads at
 * the same time. They allocate nothing: 200 KiB of the caller's stack hold what must be copied.
 */
#ifndef NUM_GEMM_H
#define NUM_GEMM_H

#include "phasetrace/crew.h"

#include <stddef.h>

struct column_runs;
struct kernels;

enum gemm_operand { GEMM_AS_IS, GEMM_TRANSPOSED };
enum gemm_axis { GEMM_COLUMNS, GEMM_ROWS };

/*
 * C = alpha op(A) op(B) + beta C with op(A) [m, k], op(B) [k, n], C [m, n]; row-major without gaps
 * between rows, so that a transposed A is stored as [k, m] and a transposed B as [n, k]. Each of
 * m, n, k is at least 1 and at most INT_MAX. With beta = 0 the old C is not read.
 */
void gemm(enum gemm_operand op_a, enum gemm_operand op_b, size_t m, size_t n, size_t k, float alpha,
          const float *a, const float *b, float beta, float *c);

/*
 * The same, plus a bias, followed by a ReLU. What is 0 or NULL is left out, but for alpha and the
 * strides.
 *
 * The result is the same for any number of threads. Unless OpenBLAS computes it, every element
 * depends on nothing but its row of op(A) and its column of op(B): parts of a product have the
 * bytes of the whole.
 */
struct gemm_product {
    enum gemm_operand op_a, op_b;
    size_t m, n, k;
    const float *a, *b;
    float *c;
    size_t a_stride, b_stride, c_stride; /* floats from one stored row to the next */
    const float *packed_b;               /* from gemm_pack(), read instead of b */
    const struct column_runs *b_runs;    /* the rows of op(B) that are used, k of them; not with
                                            packed_b, and only where gemm_takes_runs() */
    float alpha, beta;
    const float *bias;             /* [n], added to each row */
    int relu;                      /* results below 0 become 0; NaN stays */
    struct pt_crew *crew;          /* NULL: the caller alone */
    enum gemm_axis parts;          /* what of C each of the crew gets a part of */
    const struct kernels *kernels; /* NULL: kernels_best() */
};

void gemm_run(const struct gemm_product *product);

/* Whether the kernels (NULL: kernels_best()) know gemm_product's b_runs; OpenBLAS does not. */
int gemm_takes_runs(const struct kernels *kernels);

/*
 * Lays out op(B) [k, n] for many products with the same kernels (NULL: kernels_best()) in `packed`,
 * which has room for gemm_packed_floats() and is aligned to 64 bytes for speed.
 */
size_t gemm_packed_floats(const struct kernels *kernels, size_t n, size_t k);
void gemm_pack(const struct kernels *kernels, enum gemm_operand op_b, size_t n, size_t k,
               const float *b, size_t b_stride, float *packed);

/* What decides the last bits of OpenBLAS's products; the strings are its own and live on. */
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
