/* Choice between the program's own matrix products and OpenBLAS's. */
#include "num/gemm.h"

#include "base/crew.h"
#include "num/kernels.h"
#include "num/sgemm.h"

#include <cblas.h>

/* With other numbers of rows OpenBLAS may add in another order; so threads take this many. */
enum { BLAS_ROWS = 64 };

/* Products with fewer multiplications are not shared: handing out takes a microsecond. */
#define MIN_WORK 1e6

static const struct kernels *chosen(const struct kernels *kernels)
{
    return kernels ? kernels : kernels_best();
}

static void add_bias(const struct gemm_product *p, size_t n_rows, float *c)
{
    for (size_t i = 0; i < n_rows; i++, c += p->c_stride)
        for (size_t j = 0; j < p->n; j++)
            c[j] = (p->beta == 0 ? 0 : p->beta * c[j]) + p->bias[j];
}

static void apply_relu(const struct gemm_product *p, size_t n_rows, float *c)
{
    for (size_t i = 0; i < n_rows; i++, c += p->c_stride)
        for (size_t j = 0; j < p->n; j++)
            c[j] = c[j] <= 0 ? 0 : c[j];
}

static void blas_rows(const struct gemm_product *p, size_t first)
{
    size_t n_rows = p->m - first < BLAS_ROWS ? p->m - first : BLAS_ROWS;
    enum CBLAS_TRANSPOSE op_a = p->op_a == GEMM_TRANSPOSED ? CblasTrans : CblasNoTrans;
    enum CBLAS_TRANSPOSE op_b =
        p->op_b == GEMM_TRANSPOSED && !p->packed_b ? CblasTrans : CblasNoTrans;
    const float *a = p->a + first * (p->op_a == GEMM_TRANSPOSED ? 1 : p->a_stride);
    float *c = p->c + first * p->c_stride;
    if (p->bias)
        add_bias(p, n_rows, c);
    cblas_sgemm(CblasRowMajor, op_a, op_b, (blasint)n_rows, (blasint)p->n, (blasint)p->k, p->alpha,
                a, (blasint)p->a_stride, p->packed_b ? p->packed_b : p->b,
                (blasint)(p->packed_b ? p->n : p->b_stride), p->bias ? 1 : p->beta, c,
                (blasint)p->c_stride);
    if (p->relu)
        apply_relu(p, n_rows, c);
}

/* Not by the crew: a thread that OpenMP has not started would have OpenBLAS start its own. */
static void blas_run(const struct gemm_product *product, int n_threads)
{
#pragma omp parallel for num_threads(n_threads) if (n_threads > 1)
    for (size_t i = 0; i < product->m; i += BLAS_ROWS)
        blas_rows(product, i);
}

static struct pt_crew *useful_crew(const struct gemm_product *product)
{
    double work = (double)product->m * (double)product->n * (double)product->k;
    return work < MIN_WORK ? NULL : product->crew;
}

void gemm_run(const struct gemm_product *product)
{
    const struct sgemm_kernels *own = chosen(product->kernels)->sgemm;
    if (own)
        sgemm_run(own, product, useful_crew(product));
    else
        blas_run(product, crew_size(useful_crew(product)));
}

int gemm_takes_runs(const struct kernels *kernels)
{
    return chosen(kernels)->sgemm != NULL;
}

void gemm(enum gemm_operand op_a, enum gemm_operand op_b, size_t m, size_t n, size_t k, float alpha,
          const float *a, const float *b, float beta, float *c)
{
    gemm_run(&(struct gemm_product){
        .op_a = op_a,
        .op_b = op_b,
        .m = m,
        .n = n,
        .k = k,
        .a = a,
        .a_stride = op_a == GEMM_TRANSPOSED ? m : k,
        .b = b,
        .b_stride = op_b == GEMM_TRANSPOSED ? k : n,
        .c = c,
        .c_stride = n,
        .alpha = alpha,
        .beta = beta,
    });
}

size_t gemm_packed_floats(const struct kernels *kernels, size_t n, size_t k)
{
    const struct sgemm_kernels *own = chosen(kernels)->sgemm;
    return own ? sgemm_packed_floats(own, n, k) : n * k;
}

void gemm_pack(const struct kernels *kernels, enum gemm_operand op_b, size_t n, size_t k,
               const float *b, size_t b_stride, float *packed)
{
    const struct sgemm_kernels *own = chosen(kernels)->sgemm;
    int transposed = op_b == GEMM_TRANSPOSED;
    if (own) {
        sgemm_pack(own, transposed, n, k, b, b_stride, packed);
        return;
    }
    for (size_t p = 0; p < k; p++)
        for (size_t j = 0; j < n; j++)
            packed[p * n + j] = transposed ? b[j * b_stride + p] : b[p * b_stride + j];
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
