/* Matrix products through OpenBLAS. */
#include "num/gemm.h"

#include <cblas.h>

void gemm(enum gemm_operand op_a, enum gemm_operand op_b, size_t m, size_t n, size_t k, float alpha,
          const float *a, const float *b, float beta, float *c)
{
    int a_transposed = op_a == GEMM_TRANSPOSED, b_transposed = op_b == GEMM_TRANSPOSED;
    cblas_sgemm(CblasRowMajor, a_transposed ? CblasTrans : CblasNoTrans,
                b_transposed ? CblasTrans : CblasNoTrans, (blasint)m, (blasint)n, (blasint)k, alpha,
                a, (blasint)(a_transposed ? m : k), b, (blasint)(b_transposed ? k : n), beta, c,
                (blasint)n);
}

void blas_setup(void)
{
    openblas_set_num_threads(1);
}

struct blas_description blas_describe(void)
{
    static const char *const flavours[] = {
        [OPENBLAS_SEQUENTIAL] = "sequential",
        [OPENBLAS_THREAD] = "pthreads",
        [OPENBLAS_OPENMP] = "openmp",
    };
    return (struct blas_description){
        .flavour = flavours[openblas_get_parallel()],
        .kernel = openblas_get_corename(),
        .version = openblas_get_config(),
    };
}
