/* Speed of our matrix products beside OpenBLAS's, at the shapes of our networks, in one thread. */
#include "base/clock.h"
#include "base/mem.h"
#include "base/random.h"
#include "num/gemm.h"
#include "num/kernels.h"

#include <cblas.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_ROUNDS = 201, N_SUMS = 12 };

enum use { FORWARD, PACKED, INPUT_GRADIENT, WEIGHT_GRADIENT };

static const char *const use_names[] = {"X W^T + b", "packed", "dY W", "dY^T X"};

struct shape {
    enum use use;
    size_t batch, out, in;
};

static const struct shape shapes[] = {
    {FORWARD, 64, 256, 784},         {FORWARD, 256, 256, 784},     {FORWARD, 64, 128, 256},
    {FORWARD, 256, 128, 256},        {FORWARD, 64, 10, 128},       {FORWARD, 256, 10, 128},
    {FORWARD, 256, 120, 400},        {FORWARD, 256, 84, 120},      {FORWARD, 4096, 128, 256},
    {PACKED, 64, 256, 784},          {PACKED, 256, 256, 784},      {PACKED, 256, 128, 256},
    {PACKED, 256, 120, 400},         {PACKED, 256, 84, 120},       {PACKED, 256, 10, 128},
    {PACKED, 4096, 128, 256},
    {INPUT_GRADIENT, 64, 256, 784},  {INPUT_GRADIENT, 64, 128, 256},
    {INPUT_GRADIENT, 256, 128, 256}, {INPUT_GRADIENT, 64, 10, 128}, {INPUT_GRADIENT, 256, 120, 400},
    {WEIGHT_GRADIENT, 64, 256, 784}, {WEIGHT_GRADIENT, 256, 256, 784},
    {WEIGHT_GRADIENT, 64, 128, 256}, {WEIGHT_GRADIENT, 256, 128, 256},
    {WEIGHT_GRADIENT, 64, 10, 128},  {WEIGHT_GRADIENT, 256, 120, 400},
};

static float *random_matrix(size_t n, uint32_t index)
{
    float *values = mem_alloc(n, sizeof *values, NULL);
    struct random_stream stream = random_stream(3, RANDOM_TEST, 0, index);
    for (size_t i = 0; i < n; i++)
        values[i] = (float)random_normal(&stream);
    return values;
}

static int ascending(const void *left, const void *right)
{
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

static double median(double *values, size_t n)
{
    qsort(values, n, sizeof *values, ascending);
    return values[n / 2];
}

struct operands {
    float *x, *w, *dy, *dx, *dw, *y, *bias, *packed;
};

static struct gemm_product product_of(const struct shape *s, const struct operands *o,
                                      const struct kernels *kernels, int n_threads)
{
    struct gemm_product p = {.alpha = 1, .n_threads = n_threads, .kernels = kernels};
    p.a = s->use <= PACKED ? o->x : o->dy;
    p.op_a = s->use == WEIGHT_GRADIENT ? GEMM_TRANSPOSED : GEMM_AS_IS;
    p.a_stride = s->use <= PACKED ? s->in : s->out;
    p.b = s->use == WEIGHT_GRADIENT ? o->x : o->w;
    p.op_b = s->use <= PACKED ? GEMM_TRANSPOSED : GEMM_AS_IS;
    p.b_stride = s->in;
    p.m = s->use == WEIGHT_GRADIENT ? s->out : s->batch;
    p.n = s->use <= PACKED ? s->out : s->in;
    p.k = s->use <= PACKED ? s->in : s->use == INPUT_GRADIENT ? s->out : s->batch;
    p.c = s->use <= PACKED ? o->y : s->use == INPUT_GRADIENT ? o->dx : o->dw;
    p.c_stride = p.n;
    if (s->use <= PACKED) {
        p.bias = o->bias;
        p.relu = 1;
    }
    if (s->use == PACKED)
        p.packed_b = o->packed;
    return p;
}

static void blas(const struct gemm_product *p)
{
    cblas_sgemm(CblasRowMajor, p->op_a == GEMM_TRANSPOSED ? CblasTrans : CblasNoTrans,
                p->op_b == GEMM_TRANSPOSED ? CblasTrans : CblasNoTrans, (blasint)p->m,
                (blasint)p->n, (blasint)p->k, 1, p->a, (blasint)p->a_stride, p->b,
                (blasint)p->b_stride, 0, p->c, (blasint)p->c_stride);
}

static void bench_shape(const struct shape *s, const struct kernels *kernels, int n_threads,
                        double peak)
{
    struct operands o = {
        .x = random_matrix(s->batch * s->in, 0),
        .w = random_matrix(s->out * s->in, 1),
        .dy = random_matrix(s->batch * s->out, 2),
        .dx = random_matrix(s->batch * s->in, 3),
        .dw = random_matrix(s->out * s->in, 4),
        .y = random_matrix(s->batch * s->out, 5),
        .bias = random_matrix(s->out, 6),
        .packed = mem_alloc(gemm_packed_floats(kernels, s->out, s->in), sizeof(float), NULL),
    };
    gemm_pack(kernels, GEMM_TRANSPOSED, s->out, s->in, o.w, s->in, o.packed);
    struct gemm_product p = product_of(s, &o, kernels, n_threads);
    double flops = 2.0 * (double)p.m * (double)p.n * (double)p.k;
    double ours[MAX_ROUNDS], theirs[MAX_ROUNDS];
    size_t n_repeats = 1 + (size_t)(2e8 / flops);
    size_t n_rounds = 41;
    for (size_t r = 0; r < n_rounds; r++) {
        double start = clock_seconds();
        for (size_t i = 0; i < n_repeats; i++)
            gemm_run(&p);
        double middle = clock_seconds();
        for (size_t i = 0; i < n_repeats; i++)
            blas(&p);
        double end = clock_seconds();
        ours[r] = flops * (double)n_repeats / (middle - start) / 1e9;
        theirs[r] = flops * (double)n_repeats / (end - middle) / 1e9;
    }
    double own = median(ours, n_rounds), other = median(theirs, n_rounds);
    printf("%-8s %-10s %5zu x %4zu x %4zu  %7.1f (best %7.1f) GF/s  %.2f of peak  OpenBLAS %7.1f  ratio %.2f\n", kernels->name,
           use_names[s->use], s->batch, s->out, s->in, own, ours[n_rounds - 1], own / peak, other, own / other);
    fflush(stdout);
    float *all[] = {o.x, o.w, o.dy, o.dx, o.dw, o.y, o.bias, o.packed};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        mem_free(all[i]);
}

int main(int argc, char **argv)
{
    openblas_set_num_threads(1);
    int n_threads = argc > 1 ? atoi(argv[1]) : 1;
    const struct kernels *sets[3];
    size_t n_sets = kernels_all(sets);
    printf("# OpenBLAS %s\n", openblas_get_corename());
    for (size_t s = 0; s < n_sets; s++)
        for (size_t i = 0; sets[s]->sgemm && i < sizeof shapes / sizeof *shapes; i++)
            bench_shape(&shapes[i], sets[s], n_threads, s == 0 ? 239 : 119.5);
    return 0;
}
