/* Matrix products of every instruction set against a naive one in double, and cut in every way. */
#include "testing.h"

#include "crews.h"

#include "base/mem.h"
#include "base/random.h"
#include "num/column_runs.h"
#include "num/gemm.h"
#include "num/kernels.h"

#include <cblas.h>
#include <float.h>

/* A product with its operands; all gaps between rows are NaN, and so is what must not be read. */
struct fixture {
    struct gemm_product product;
    float *a, *b, *c, *old, *bias, *packed;
    size_t c_floats;
};

static struct random_stream stream;

static size_t pick(size_t below)
{
    return random_below(&stream, (uint32_t)below);
}

static float random_value(void)
{
    return (float)pick(1 << 24) * 0x1p-23F - 1;
}

static float *matrix(size_t n_rows, size_t n_columns, size_t stride)
{
    float *values = mem_alloc(n_rows * stride, sizeof *values, NULL);
    for (size_t i = 0; i < n_rows; i++)
        for (size_t j = 0; j < stride; j++)
            values[i * stride + j] = j < n_columns ? random_value() : NAN;
    return values;
}

static float *copy_of(const float *values, size_t n)
{
    float *copy = mem_alloc(n, sizeof *copy, NULL);
    memcpy(copy, values, n * sizeof *copy);
    return copy;
}

static struct fixture make(const struct kernels *kernels, int ops, size_t m, size_t n, size_t k,
                           size_t gap)
{
    enum gemm_operand op_a = ops & 1 ? GEMM_TRANSPOSED : GEMM_AS_IS;
    enum gemm_operand op_b = ops & 2 ? GEMM_TRANSPOSED : GEMM_AS_IS;
    size_t a_columns = op_a == GEMM_TRANSPOSED ? m : k, a_stride = a_columns + gap;
    size_t b_columns = op_b == GEMM_TRANSPOSED ? k : n, b_stride = b_columns + gap;
    struct fixture f = {.c_floats = m * (n + gap)};
    f.a = matrix(op_a == GEMM_TRANSPOSED ? k : m, a_columns, a_stride);
    f.b = matrix(op_b == GEMM_TRANSPOSED ? n : k, b_columns, b_stride);
    f.c = matrix(m, n, n + gap);
    f.old = copy_of(f.c, f.c_floats);
    f.bias = matrix(1, n, n);
    f.packed = mem_alloc(gemm_packed_floats(kernels, n, k), sizeof *f.packed, NULL);
    gemm_pack(kernels, op_b, n, k, f.b, b_stride, f.packed);
    f.product = (struct gemm_product){
        .op_a = op_a,
        .op_b = op_b,
        .m = m,
        .n = n,
        .k = k,
        .a = f.a,
        .b = f.b,
        .c = f.c,
        .a_stride = a_stride,
        .b_stride = b_stride,
        .c_stride = n + gap,
        .alpha = 1,
        .kernels = kernels,
    };
    return f;
}

static void free_fixture(struct fixture *f)
{
    float *all[] = {f->a, f->b, f->c, f->old, f->bias, f->packed};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        mem_free(all[i]);
}

static double factor_a(const struct gemm_product *p, size_t i, size_t l)
{
    size_t at = p->op_a == GEMM_TRANSPOSED ? l * p->a_stride + i : i * p->a_stride + l;
    return (double)p->a[at];
}

static double factor_b(const struct fixture *f, size_t l, size_t j)
{
    const struct gemm_product *p = &f->product;
    size_t at = p->op_b == GEMM_TRANSPOSED ? j * p->b_stride + l : l * p->b_stride + j;
    return (double)f->b[at];
}

/* Each element within the rounding errors of its own sum; what lies between rows is as before. */
static void check(const struct fixture *f)
{
    const struct gemm_product *p = &f->product;
    for (size_t i = 0; i < p->m; i++) {
        for (size_t j = 0; j < p->n; j++) {
            size_t at = i * p->c_stride + j;
            double sum = 0, size = 0;
            for (size_t l = 0; l < p->k; l++) {
                double term = factor_a(p, i, l) * factor_b(f, l, j);
                sum += term;
                size += fabs(term);
            }
            double alpha = (double)p->alpha, bias = p->bias ? (double)p->bias[j] : 0;
            double base = p->beta == 0 ? 0 : (double)p->beta * (double)f->old[at];
            double value = alpha * sum + base + bias;
            if (p->relu && value < 0)
                value = 0;
            assert_near((double)p->c[at], value,
                        FLT_EPSILON * ((double)p->k + 4) *
                            (fabs(alpha) * size + fabs(base) + fabs(bias)));
        }
        for (size_t at = i * p->c_stride + p->n; at < (i + 1) * p->c_stride; at++)
            assert_true(isnan(p->c[at]));
    }
}

/* All ways to ask for a product of one shape, on one instruction set. */
static void check_options(const struct kernels *kernels, int ops, size_t m, size_t n, size_t k)
{
    for (int option = 0; option < 8; option++) {
        struct fixture f = make(kernels, ops, m, n, k, pick(2) * pick(20));
        if (option & 1)
            f.product.bias = f.bias;
        f.product.relu = (option & 2) != 0;
        if (option & 4) {
            f.product.packed_b = f.packed;
            f.product.b = NULL;
        }
        f.product.alpha = (float[]){1, 1, -0.5F, 2}[pick(4)];
        f.product.beta = (float[]){0, 0, 1, 0.25F}[pick(4)];
        for (size_t i = 0; f.product.beta == 0 && i < f.c_floats; i++)
            f.c[i] = NAN;
        f.product.crew = crew_of((int)pick(4) + 1);
        gemm_run(&f.product);
        check(&f);
        free_fixture(&f);
    }
}

static void products_match_the_definition(void **state)
{
    (void)state;
    static const size_t sizes[][3] = {{1, 1, 1},     {8, 48, 16},   {64, 10, 128}, {10, 128, 64},
                                      {6, 100, 25},  {65, 63, 129}, {300, 40, 20}, {20, 300, 40},
                                      {130, 96, 33}, {129, 20, 7},  {9, 49, 1024}, {9, 17, 1025},
                                      {5, 20, 2500}, {3, 60, 2049}};
    const struct kernels *sets[3];
    for (size_t set = kernels_all(sets); set-- > 0;)
        for (int ops = 0; ops < 4; ops++)
            for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++)
                check_options(sets[set], ops, sizes[s][0], sizes[s][1], sizes[s][2]);
}

/* Every width of an edge on each side, with depths that are and are not whole vectors. */
static void small_products_match_the_definition(void **state)
{
    (void)state;
    const struct kernels *sets[3];
    for (size_t set = kernels_all(sets); set-- > 0;)
        for (int ops = 0; ops < 4; ops++)
            for (size_t size = 1; size <= 40; size++) {
                check_options(sets[set], ops, size, 1 + pick(40), 1 + pick(40));
                check_options(sets[set], ops, 1 + pick(40), size, 1 + pick(40));
                check_options(sets[set], ops, 1 + pick(40), 1 + pick(40), size);
            }
}

static void the_plain_form_has_no_gaps(void **state)
{
    (void)state;
    for (int ops = 0; ops < 4; ops++) {
        struct fixture f = make(NULL, ops, 17, 33, 21, 0);
        f.product.alpha = -2;
        f.product.beta = 0.5F;
        gemm(f.product.op_a, f.product.op_b, 17, 33, 21, -2, f.a, f.b, 0.5F, f.c);
        check(&f);
        free_fixture(&f);
    }
}

static void relu_keeps_nan(void **state)
{
    (void)state;
    const struct kernels *sets[3];
    for (size_t set = kernels_all(sets); set-- > 0;) {
        struct fixture f = make(sets[set], 0, 3, 50, 4, 0);
        f.a[4] = NAN; /* row 1 */
        f.product.relu = 1;
        gemm_run(&f.product);
        for (size_t j = 0; j < 50; j++) {
            assert_true(f.c[j] >= 0);
            assert_true(isnan(f.c[50 + j]));
            assert_true(f.c[100 + j] >= 0);
        }
        free_fixture(&f);
    }
}

/* The part of C that starts at (i, j) computed by itself: its bytes are those of the whole. */
static void compare_part(const struct fixture *f, size_t i, size_t j, size_t m, size_t n)
{
    struct gemm_product part = f->product;
    float *c = copy_of(f->old, f->c_floats);
    size_t c_at = i * part.c_stride + j;
    part.m = m;
    part.n = n;
    part.a += part.op_a == GEMM_TRANSPOSED ? i : i * part.a_stride;
    part.b += part.op_b == GEMM_TRANSPOSED ? j * part.b_stride : j;
    part.bias += j;
    part.c = c + c_at;
    gemm_run(&part);
    for (size_t r = 0; r < m; r++)
        assert_memory_equal(part.c + r * part.c_stride, f->c + c_at + r * part.c_stride,
                            n * sizeof *c);
    mem_free(c);
}

/* The first rows once more, with B packed. */
static void compare_packed(const struct fixture *f)
{
    struct gemm_product packed = f->product;
    packed.c = copy_of(f->old, f->c_floats);
    packed.packed_b = f->packed;
    gemm_run(&packed);
    assert_memory_equal(packed.c, f->c, f->c_floats * sizeof *f->c);
    mem_free(packed.c);
}

static void parts_have_the_bytes_of_the_whole(void **state)
{
    (void)state;
    static const size_t sizes[][3] = {
        {64, 256, 100}, {300, 70, 90}, {150, 150, 1100}, {40, 10, 64}, {90, 33, 5}};
    const struct kernels *sets[3];
    for (size_t set = kernels_all(sets); set-- > 0;) {
        for (int variant = 0; sets[set]->sgemm && variant < 16; variant++) {
            const size_t *s = sizes[pick(sizeof sizes / sizeof *sizes)];
            struct fixture f = make(sets[set], variant % 4, s[0], s[1], s[2], pick(3));
            f.product.bias = f.bias;
            f.product.alpha = variant & 4 ? 0.3F : 1;
            f.product.beta = variant & 8 ? 0.7F : 0;
            f.product.relu = (int)pick(2);
            gemm_run(&f.product);
            compare_packed(&f);
            for (size_t part = 0; part < 20; part++) {
                size_t i = pick(s[0]), j = pick(s[1]);
                compare_part(&f, i, j, 1 + pick(s[0] - i), 1 + pick(s[1] - j));
            }
            free_fixture(&f);
        }
    }
}

/* Rows of op(B) that stand against zeros only, in runs of random lengths. */
static struct column_runs clear_some(struct fixture *f)
{
    struct gemm_product *p = &f->product;
    struct column_runs runs = {.n_columns = (uint32_t)p->k};
    for (size_t l = pick(2) * pick(p->k < 9 ? p->k : 9); l < p->k && runs.n_runs < COLUMN_RUNS_MOST;) {
        size_t n = 1 + pick(pick(2) ? 40 : p->k);
        n = n < p->k - l ? n : p->k - l;
        runs.run[runs.n_runs++] = (struct column_run){(uint32_t)l, (uint32_t)n};
        runs.n_kept += (uint32_t)n;
        l += n + 2 + pick(20);
    }
    for (size_t l = 0, r = 0; l < p->k; l++) {
        if (r < runs.n_runs && l == runs.run[r].first) {
            l += runs.run[r++].n - 1;
            continue;
        }
        for (size_t i = 0; i < p->m; i++)
            f->a[p->op_a == GEMM_TRANSPOSED ? l * p->a_stride + i : i * p->a_stride + l] = 0;
    }
    return runs;
}

/* op(A) without the zeros, stored without gaps. */
static float *compact_a(const struct gemm_product *p, const struct column_runs *runs)
{
    float *a = mem_alloc(p->m * runs->n_kept, sizeof *a, NULL);
    for (size_t r = 0, at = 0; r < runs->n_runs; r++)
        for (size_t q = 0; q < runs->run[r].n; q++, at++)
            for (size_t i = 0; i < p->m; i++)
                a[p->op_a == GEMM_TRANSPOSED ? at * p->m + i : i * runs->n_kept + at] =
                    (float)factor_a(p, i, runs->run[r].first + q);
    return a;
}

/* With up to 1,024 factors, which are added up in one go, by their bytes. */
static void rows_left_out_change_nothing(void **state)
{
    (void)state;
    static const size_t sizes[][3] = {{64, 256, 784}, {256, 64, 300}, {40, 10, 64},  {90, 33, 5},
                                      {7, 48, 1024},  {10, 300, 100}, {12, 20, 2500}};
    const struct kernels *sets[3];
    assert_true(gemm_takes_runs(NULL) == (kernels_best()->sgemm != NULL));
    for (size_t set = kernels_all(sets); set-- > 0;)
        for (int variant = 0; gemm_takes_runs(sets[set]) && variant < 40; variant++) {
            const size_t *s = sizes[variant % 7];
            struct fixture f = make(sets[set], (int)pick(4), s[0], s[1], s[2], pick(3));
            struct column_runs runs = clear_some(&f);
            f.product.bias = f.bias;
            gemm_run(&f.product);
            check(&f);
            struct gemm_product part = f.product;
            part.k = runs.n_kept;
            part.a = compact_a(&part, &runs);
            part.a_stride = part.op_a == GEMM_TRANSPOSED ? part.m : part.k;
            part.b_runs = &runs;
            part.crew = crew_of((int)pick(4) + 1);
            memcpy(f.c, f.old, f.c_floats * sizeof *f.c);
            part.c = copy_of(f.old, f.c_floats);
            gemm_run(&f.product);
            gemm_run(&part);
            for (size_t i = 0; i < f.c_floats && s[2] > 1024; i++)
                assert_true(fabsf(part.c[i] - f.c[i]) < 1e-4F || isnan(f.c[i]));
            if (s[2] <= 1024)
                assert_memory_equal(part.c, f.c, f.c_floats * sizeof *f.c);
            mem_free(part.c);
            mem_free((float *)part.a);
            free_fixture(&f);
        }
}

static void threads_do_not_change_a_byte(void **state)
{
    (void)state;
    static const size_t sizes[][3] = {
        {64, 256, 784}, {256, 784, 64}, {64, 10, 128}, {900, 48, 200}};
    const struct kernels *sets[3];
    for (size_t set = kernels_all(sets); set-- > 0;) {
        for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
            struct fixture f =
                make(sets[set], (int)pick(4), sizes[s][0], sizes[s][1], sizes[s][2], 0);
            f.product.bias = f.bias;
            f.product.beta = 1;
            gemm_run(&f.product);
            for (size_t i = 0; i < 5; i++) {
                struct gemm_product again = f.product;
                again.c = copy_of(f.old, f.c_floats);
                again.crew = crew_of((int[]){1, 2, 3, 4, 8}[i]);
                gemm_run(&again);
                assert_memory_equal(again.c, f.c, f.c_floats * sizeof *f.c);
                mem_free(again.c);
            }
            free_fixture(&f);
        }
    }
}

static void a_product_allocates_nothing(void **state)
{
    (void)state;
    struct fixture f = make(NULL, 2, 64, 256, 784, 0);
    f.product.crew = crew_of(2);
    size_t before = mem_allocation_count();
    gemm_run(&f.product);
    assert_int_equal(mem_allocation_count(), before);
    free_fixture(&f);
}

static void setup_leaves_one_thread(void **state)
{
    (void)state;
    blas_setup();
    assert_int_equal(openblas_get_num_threads(), 1);
}

static void description_names_the_library(void **state)
{
    (void)state;
    struct blas_description blas = blas_describe();
    assert_non_null(strstr(blas.version, "OpenBLAS"));
    assert_true(strlen(blas.kernel) > 0);
    static const char *const flavours[] = {"sequential", "pthreads", "openmp"};
    assert_string_equal(blas.flavour, flavours[openblas_get_parallel()]);
}

int main(void)
{
    stream = random_stream(3, RANDOM_TEST, 0, 0);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(setup_leaves_one_thread),
        cmocka_unit_test(products_match_the_definition),
        cmocka_unit_test(small_products_match_the_definition),
        cmocka_unit_test(the_plain_form_has_no_gaps),
        cmocka_unit_test(relu_keeps_nan),
        cmocka_unit_test(parts_have_the_bytes_of_the_whole),
        cmocka_unit_test(rows_left_out_change_nothing),
        cmocka_unit_test(threads_do_not_change_a_byte),
        cmocka_unit_test(a_product_allocates_nothing),
        cmocka_unit_test(description_names_the_library),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
