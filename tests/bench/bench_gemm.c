/*
 * Speed of our matrix products beside OpenBLAS's, and beside what the processor can do at most.
 *
 * Prints a line for each shape: medians over rounds that take turns; the shares of the peak are
 * those of one thread. With THREADS our products in so many are compared with those in one instead.
 */
#include "base/clock.h"
#include "base/mem.h"
#include "base/random.h"
#include "num/gemm.h"
#include "num/kernels.h"

#include <cblas.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_ROUNDS = 999, N_SUMS = 12 };

/* Of a dense layer with weights W [out, in], inputs X [batch, in], output gradients [batch, out].
 */
enum use { FORWARD, FORWARD_PACKED, INPUT_GRADIENT, WEIGHT_GRADIENT };

static const char *const use_names[] = {"X W^T", "X W^T packed", "dY W", "dY^T X"};

struct shape {
    enum use use;
    size_t batch, out, in;
};

static const struct shape shapes[] = {
    {FORWARD, 64, 256, 784},          {FORWARD, 64, 128, 256},
    {FORWARD, 64, 10, 128},           {FORWARD, 256, 256, 784},
    {FORWARD, 256, 128, 256},         {FORWARD, 256, 10, 128},
    {FORWARD, 256, 120, 400},         {FORWARD, 256, 84, 120},
    {FORWARD, 4096, 128, 256},        {FORWARD_PACKED, 256, 256, 784},
    {FORWARD_PACKED, 256, 128, 256},  {FORWARD_PACKED, 256, 10, 128},
    {FORWARD_PACKED, 256, 120, 400},  {FORWARD_PACKED, 256, 84, 120},
    {FORWARD_PACKED, 4096, 128, 256}, {INPUT_GRADIENT, 64, 128, 256},
    {INPUT_GRADIENT, 64, 10, 128},    {INPUT_GRADIENT, 256, 128, 256},
    {INPUT_GRADIENT, 256, 120, 400},  {WEIGHT_GRADIENT, 64, 256, 784},
    {WEIGHT_GRADIENT, 64, 128, 256},  {WEIGHT_GRADIENT, 64, 10, 128},
    {WEIGHT_GRADIENT, 256, 256, 784}, {WEIGHT_GRADIENT, 256, 128, 256},
    {WEIGHT_GRADIENT, 256, 120, 400},
};

/* Independent multiply-adds in registers, enough of them to hide that each takes four cycles. */
#define DEFINE_PEAK(name, instructions, n_lanes)                                          \
    __attribute__((target(instructions))) static double name(void)                        \
    {                                                                                     \
        typedef float vector __attribute__((vector_size(4 * n_lanes)));                   \
        vector sums[N_SUMS] = {{0}}, factor = {0};                                        \
        size_t n_left = 20000;                                                            \
        double start = clock_seconds();                                                   \
        do {                                                                              \
            for (size_t i = 0; i < N_SUMS; i++)                                           \
                __asm__ volatile("vfmadd231ps %1, %1, %0" : "+v"(sums[i]) : "v"(factor)); \
        } while (--n_left > 0);                                                           \
        return 2.0 * n_lanes * N_SUMS * 20000 / (clock_seconds() - start);                \
    }

#if defined(__x86_64__)
DEFINE_PEAK(peak_avx512, "avx512f", 16)
DEFINE_PEAK(peak_avx2, "avx2,fma", 8)
#endif

static double peak_of(const struct kernels *kernels)
{
#if defined(__x86_64__)
    if (strcmp(kernels->name, "avx512") == 0)
        return peak_avx512();
    if (strcmp(kernels->name, "avx2") == 0)
        return peak_avx2();
#endif
    (void)kernels;
    return 0;
}

static float *random_matrix(size_t n, uint32_t index)
{
    float *values = mem_alloc(n, sizeof *values, NULL);
    if (!values)
        abort();
    struct random_stream stream = random_stream(3, RANDOM_TEST, 0, index);
    for (size_t i = 0; i < n; i++)
        values[i] = (float)random_normal(&stream);
    return values;
}

struct operands {
    float *x, *w, *dy, *result, *bias, *packed;
};

static struct operands make_operands(const struct shape *s, const struct kernels *kernels)
{
    struct operands o = {
        .x = random_matrix(s->batch * s->in, 0),
        .w = random_matrix(s->out * s->in, 1),
        .dy = random_matrix(s->batch * s->out, 2),
        .result = random_matrix(s->batch * s->in + s->out * s->in + s->batch * s->out, 3),
        .bias = random_matrix(s->out, 4),
        .packed = random_matrix(gemm_packed_floats(kernels, s->out, s->in), 5),
    };
    gemm_pack(kernels, GEMM_TRANSPOSED, s->out, s->in, o.w, s->in, o.packed);
    return o;
}

static void free_operands(const struct operands *o)
{
    float *all[] = {o->x, o->w, o->dy, o->result, o->bias, o->packed};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        mem_free(all[i]);
}

static struct gemm_product product_of(const struct shape *s, const struct operands *o,
                                      const struct kernels *kernels)
{
    struct gemm_product p = {.alpha = 1, .c = o->result, .kernels = kernels};
    if (s->use == INPUT_GRADIENT || s->use == WEIGHT_GRADIENT) {
        p.a = o->dy;
        p.a_stride = s->out;
        p.op_a = s->use == WEIGHT_GRADIENT ? GEMM_TRANSPOSED : GEMM_AS_IS;
        p.b = s->use == WEIGHT_GRADIENT ? o->x : o->w;
        p.m = s->use == WEIGHT_GRADIENT ? s->out : s->batch;
        p.n = s->in;
        p.k = s->use == WEIGHT_GRADIENT ? s->batch : s->out;
    } else {
        p.a = o->x;
        p.a_stride = s->in;
        p.b = o->w;
        p.op_b = GEMM_TRANSPOSED;
        p.packed_b = s->use == FORWARD_PACKED ? o->packed : NULL;
        p.bias = o->bias;
        p.relu = 1;
        p.m = s->batch;
        p.n = s->out;
        p.k = s->in;
    }
    p.b_stride = s->in;
    p.c_stride = p.n;
    return p;
}

/* Without bias and ReLU, which would cost it two more passes. */
static void run_blas(const struct gemm_product *p)
{
    cblas_sgemm(CblasRowMajor, p->op_a == GEMM_TRANSPOSED ? CblasTrans : CblasNoTrans,
                p->op_b == GEMM_TRANSPOSED ? CblasTrans : CblasNoTrans, (blasint)p->m,
                (blasint)p->n, (blasint)p->k, 1, p->a, (blasint)p->a_stride, p->b,
                (blasint)p->b_stride, 0, p->c, (blasint)p->c_stride);
}

static double time_of(void (*run)(const struct gemm_product *), const struct gemm_product *product,
                      size_t n_repeats)
{
    double start = clock_seconds();
    for (size_t i = 0; i < n_repeats; i++)
        run(product);
    return (clock_seconds() - start) / (double)n_repeats;
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

static void bench_shape(const struct shape *s, const struct kernels *kernels, size_t n_rounds,
                        struct pt_crew *crew)
{
    struct operands o = make_operands(s, kernels);
    struct gemm_product product = product_of(s, &o, kernels), threaded = product;
    threaded.crew = crew;
    double flops = 2.0 * (double)product.m * (double)product.n * (double)product.k;
    double speed[MAX_ROUNDS], share[MAX_ROUNDS], ratio[MAX_ROUNDS];
    size_t n_repeats = 1 + (size_t)(5e7 / flops);
    for (size_t r = 0; r < n_rounds; r++) {
        double peak = peak_of(kernels);
        double own = time_of(gemm_run, &product, n_repeats);
        double other =
            crew ? time_of(gemm_run, &threaded, n_repeats) : time_of(run_blas, &product, n_repeats);
        speed[r] = flops / own;
        share[r] = speed[r] / peak;
        ratio[r] = crew ? own / other : other / own;
    }
    printf("%-8s %-12s %4zu x %3zu x %3zu %7.1f GF/s %5.2f of peak, %5.2f times %s\n",
           kernels->name, use_names[s->use], s->batch, s->out, s->in,
           1e-9 * median(speed, n_rounds), median(share, n_rounds), median(ratio, n_rounds),
           crew ? "as fast with the threads" : "OpenBLAS's");
    free_operands(&o);
}

static void print_peak(const struct kernels *kernels)
{
    double best = 0;
    for (int i = 0; i < 100; i++) {
        double peak = peak_of(kernels);
        best = peak > best ? peak : best;
    }
    printf("# peak of %s: %.1f GF/s\n", kernels->name, 1e-9 * best);
}

int main(int argc, char **argv)
{
    long n_rounds = argc > 1 ? atol(argv[1]) : 21;
    int n_threads = argc > 2 ? atoi(argv[2]) : 1;
    if (argc > 3 || n_rounds < 1 || n_rounds > MAX_ROUNDS || n_threads < 1) {
        fprintf(stderr, "usage: bench_gemm [ROUNDS [THREADS]]\n");
        return 2;
    }
    struct pt_crew *crew = NULL;
    if (n_threads > 1 && pt_crew_create(n_threads, &crew, NULL))
        return 1;
    blas_setup();
    printf("# OpenBLAS: %s\n", blas_describe().kernel);
    const struct kernels *sets[3];
    size_t n_sets = kernels_all(sets);
    for (size_t s = 0; s < n_sets; s++) {
        if (sets[s]->sgemm) {
            print_peak(sets[s]);
            for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
                bench_shape(&shapes[i], sets[s], (size_t)n_rounds, crew);
        }
    }
    pt_crew_free(crew);
    return 0;
}
