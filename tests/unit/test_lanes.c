/* Convolution with samples in lanes: every instruction set against naive loops in double over
 * single samples; without bias; the same bytes for any number of threads. */
#include "testing.h"

#include "crews.h"

#include "base/mem.h"
#include "base/random.h"
#include "num/kernels.h"
#include "num/lanes.h"

/* A convolution of n samples in rows, computed in double by the definition. */
struct problem {
    struct lanes_conv conv;
    size_t n, n_in, n_out, n_weights; /* samples; floats a sample; weights */
    float *x, *w, *bias, *dy;         /* rows */
    double *y, *dx, *dw, *db;
    double *bound_y, *bound_dx, *bound_dw; /* the same sums of magnitudes */
};

static float *random_floats(size_t n, uint32_t index)
{
    float *values = mem_alloc(n, sizeof *values, NULL);
    struct random_stream stream = random_stream(5, RANDOM_TEST, 1, index);
    for (size_t i = 0; i < n; i++)
        values[i] = (float)random_normal(&stream);
    return values;
}

static double *zeros(size_t n)
{
    return mem_alloc(n, sizeof(double), NULL);
}

/* Adds one product to all sums it is part of. */
static void add_product(struct problem *p, size_t in, size_t weight, size_t out)
{
    double x = (double)p->x[in], w = (double)p->w[weight], dy = (double)p->dy[out];
    p->y[out] += w * x, p->bound_y[out] += fabs(w * x);
    p->dx[in] += w * dy, p->bound_dx[in] += fabs(w * dy);
    p->dw[weight] += dy * x, p->bound_dw[weight] += fabs(dy * x);
}

static void solve_sample(struct problem *p, size_t sample)
{
    const struct lanes_conv *c = &p->conv;
    for (size_t o = 0; o < c->out_channels; o++)
        for (size_t at = 0; at < c->out_height * c->out_width; at++) {
            size_t out = sample * p->n_out + o * c->out_height * c->out_width + at;
            p->y[out] = (double)p->bias[o];
            p->db[o] += (double)p->dy[out];
            for (size_t k = 0; k < p->n_weights / c->out_channels; k++) {
                size_t i = k / c->kernel / c->kernel;
                size_t iy = at / c->out_width * c->stride + k / c->kernel % c->kernel - c->padding;
                size_t ix = at % c->out_width * c->stride + k % c->kernel - c->padding;
                if (iy < c->in_height && ix < c->in_width)
                    add_product(p, sample * p->n_in + (i * c->in_height + iy) * c->in_width + ix,
                                o * (p->n_weights / c->out_channels) + k, out);
            }
        }
}

static struct problem problem(const struct lanes_conv *conv, size_t n)
{
    struct problem p = {
        .conv = *conv,
        .n = n,
        .n_in = conv->in_channels * conv->in_height * conv->in_width,
        .n_out = conv->out_channels * conv->out_height * conv->out_width,
        .n_weights = conv->out_channels * conv->in_channels * conv->kernel * conv->kernel,
    };
    p.x = random_floats(n * p.n_in, 0);
    p.dy = random_floats(n * p.n_out, 1);
    p.w = random_floats(p.n_weights, 2);
    p.bias = random_floats(conv->out_channels, 3);
    p.y = zeros(n * p.n_out), p.bound_y = zeros(n * p.n_out);
    p.dx = zeros(n * p.n_in), p.bound_dx = zeros(n * p.n_in);
    p.dw = zeros(p.n_weights), p.bound_dw = zeros(p.n_weights);
    p.db = zeros(conv->out_channels);
    for (size_t sample = 0; sample < n; sample++)
        solve_sample(&p, sample);
    return p;
}

static void problem_free(struct problem *p)
{
    mem_free(p->x);
    mem_free(p->w);
    mem_free(p->bias);
    mem_free(p->dy);
    mem_free(p->y);
    mem_free(p->dx);
    mem_free(p->dw);
    mem_free(p->db);
    mem_free(p->bound_y);
    mem_free(p->bound_dx);
    mem_free(p->bound_dw);
}

/* What the functions under test make of a problem, in lanes. */
struct result {
    size_t n_y, n_dx, n_dw, n_db;
    float *y, *dx, *dw, *db;
};

static float *nans(size_t n)
{
    float *values = mem_alloc(n, sizeof *values, NULL);
    for (size_t i = 0; i < n; i++)
        values[i] = NAN;
    return values;
}

static struct result solve(const struct problem *p, int n_threads)
{
    size_t n_groups = lanes_groups(p->n);
    struct result r = {.n_y = n_groups * p->n_out * LANES,
                       .n_dx = n_groups * p->n_in * LANES,
                       .n_dw = p->n_weights,
                       .n_db = p->conv.out_channels};
    r.y = nans(r.n_y), r.dx = nans(r.n_dx), r.dw = nans(r.n_dw), r.db = nans(r.n_db);
    float *x = nans(r.n_dx), *dy = nans(r.n_y);
    lanes_from_rows(p->x, p->n, p->n_in, x, crew_of(n_threads));
    lanes_from_rows(p->dy, p->n, p->n_out, dy, crew_of(n_threads));
    float *scratch = nans(lanes_conv_scratch_floats(&p->conv, n_groups, n_threads));
    lanes_conv_forward(&p->conv, n_groups, x, p->w, p->bias, r.y, scratch, crew_of(n_threads));
    lanes_conv_input_gradient(&p->conv, n_groups, p->w, dy, r.dx, scratch, crew_of(n_threads));
    lanes_conv_weight_gradient(&p->conv, n_groups, x, dy, r.dw, r.db, scratch, crew_of(n_threads));
    mem_free(x);
    mem_free(dy);
    mem_free(scratch);
    return r;
}

static void result_free(struct result *r)
{
    mem_free(r->y);
    mem_free(r->dx);
    mem_free(r->dw);
    mem_free(r->db);
}

#define ROUNDING 4e-6 /* of the sum of magnitudes; the longest sums here have some 1000 terms */

static void check_result(const struct problem *p)
{
    size_t n = p->n;
    struct result r = solve(p, 1);
    float *y = nans(n * p->n_out), *dx = nans(n * p->n_in);
    lanes_to_rows(r.y, n, p->n_out, y, NULL);
    lanes_to_rows(r.dx, n, p->n_in, dx, NULL);
    for (size_t i = 0; i < n * p->n_out; i++)
        assert_near((double)y[i], p->y[i], ROUNDING * (p->bound_y[i] + 3));
    for (size_t i = 0; i < n * p->n_in; i++)
        assert_near((double)dx[i], p->dx[i], ROUNDING * p->bound_dx[i]);
    for (size_t i = 0; i < p->n_weights; i++)
        assert_near((double)r.dw[i], p->dw[i], ROUNDING * p->bound_dw[i]);
    for (size_t i = 0; i < p->conv.out_channels; i++)
        assert_near((double)r.db[i], p->db[i], ROUNDING * 3 * (double)(n * p->n_out));
    mem_free(y);
    mem_free(dx);
    result_free(&r);
}

/* With every set this processor runs: the one that PHASETRACE_CPU asks for is used. */
static void check(const struct lanes_conv *conv, size_t n)
{
    struct problem p = problem(conv, n);
    const struct kernels *sets[3];
    for (size_t i = kernels_all(sets); i-- > 0;) {
        setenv("PHASETRACE_CPU", sets[i]->name, 1);
        assert_ptr_equal(kernels_choose(), sets[i]);
        check_result(&p);
    }
    unsetenv("PHASETRACE_CPU");
    kernels_choose();
    problem_free(&p);
}

static int conv_make(size_t in_channels, size_t height, size_t width, size_t out_channels,
                     size_t kernel, size_t stride, size_t padding, struct lanes_conv *conv)
{
    if (height + 2 * padding < kernel || width + 2 * padding < kernel)
        return 0;
    *conv = (struct lanes_conv){in_channels,
                                height,
                                width,
                                out_channels,
                                (height + 2 * padding - kernel) / stride + 1,
                                (width + 2 * padding - kernel) / stride + 1,
                                kernel,
                                stride,
                                padding};
    return 1;
}

static void random_shapes_match_the_definition(void **state)
{
    (void)state;
    static const size_t kernels[] = {1, 2, 3, 4, 5, 3, 5, 11};
    struct random_stream stream = random_stream(6, RANDOM_TEST, 0, 0);
    for (int n_checked = 0; n_checked < 300;) {
        struct lanes_conv conv;
        size_t kernel = kernels[random_below(&stream, 8)];
        if (conv_make(1 + random_below(&stream, 9), 1 + random_below(&stream, 13),
                      1 + random_below(&stream, 13), 1 + random_below(&stream, 9), kernel,
                      1 + random_below(&stream, 4), random_below(&stream, (uint32_t)kernel + 1),
                      &conv)) {
            check(&conv, 1 + random_below(&stream, 70));
            n_checked++;
        }
    }
}

/* Shapes that are cut into several blocks along every dimension. */
static void large_shapes_match_the_definition(void **state)
{
    (void)state;
    static const size_t shapes[][8] = {
        /* channels, height, width, channels, kernel, stride, padding, samples */
        {1, 28, 28, 6, 5, 1, 2, 20},   {6, 14, 14, 16, 5, 1, 0, 100}, {3, 32, 32, 70, 3, 1, 1, 3},
        {67, 8, 8, 66, 3, 1, 1, 64},   {70, 4, 4, 35, 3, 1, 1, 120},  {130, 2, 2, 131, 3, 1, 1, 64},
        {150, 1, 1, 140, 3, 1, 1, 49}, {33, 16, 16, 65, 3, 2, 1, 40}, {130, 9, 8, 70, 1, 2, 0, 64},
        {3, 40, 33, 20, 11, 4, 2, 17}, {20, 30, 30, 8, 3, 1, 0, 33},
    };
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        const size_t *s = shapes[i];
        struct lanes_conv conv;
        assert_true(conv_make(s[0], s[1], s[2], s[3], s[4], s[5], s[6], &conv));
        check(&conv, s[7]);
    }
}

static void bias_may_be_left_out(void **state)
{
    (void)state;
    struct lanes_conv conv;
    assert_true(conv_make(2, 6, 6, 3, 3, 1, 1, &conv));
    struct problem p = problem(&conv, 5);
    struct result with = solve(&p, 1);
    memset(p.bias, 0, conv.out_channels * sizeof *p.bias);
    struct result zero = solve(&p, 1);
    float *x = nans(zero.n_dx), *dy = nans(zero.n_y), *y = nans(zero.n_y), *dw = nans(zero.n_dw);
    float *scratch = nans(lanes_conv_scratch_floats(&conv, 1, 1));
    lanes_from_rows(p.x, p.n, p.n_in, x, NULL);
    lanes_from_rows(p.dy, p.n, p.n_out, dy, NULL);
    lanes_conv_forward(&conv, 1, x, p.w, NULL, y, scratch, NULL);
    lanes_conv_weight_gradient(&conv, 1, x, dy, dw, NULL, scratch, NULL);
    assert_memory_equal(y, zero.y, zero.n_y * sizeof *y);
    assert_memory_equal(dw, with.dw, with.n_dw * sizeof *dw);
    mem_free(x);
    mem_free(dy);
    mem_free(y);
    mem_free(dw);
    mem_free(scratch);
    result_free(&with);
    result_free(&zero);
    problem_free(&p);
}

static void assert_same_bytes(const struct problem *p, const struct result *one, int n_threads)
{
    struct result many = solve(p, n_threads);
    assert_memory_equal(one->y, many.y, one->n_y * sizeof *one->y);
    assert_memory_equal(one->dx, many.dx, one->n_dx * sizeof *one->dx);
    assert_memory_equal(one->dw, many.dw, one->n_dw * sizeof *one->dw);
    assert_memory_equal(one->db, many.db, one->n_db * sizeof *one->db);
    result_free(&many);
}

static void bytes_do_not_depend_on_threads(void **state)
{
    (void)state;
    static const size_t shapes[][8] = {{3, 20, 20, 10, 5, 1, 2, 70},
                                       {70, 8, 8, 66, 3, 1, 1, 64},
                                       {64, 2, 2, 130, 3, 1, 1, 90},
                                       {20, 12, 12, 40, 3, 2, 1, 33}};
    static const int n_threads[] = {2, 3, 4, 8};
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        const size_t *s = shapes[i];
        struct lanes_conv conv;
        assert_true(conv_make(s[0], s[1], s[2], s[3], s[4], s[5], s[6], &conv));
        struct problem p = problem(&conv, s[7]);
        struct result one = solve(&p, 1);
        for (size_t t = 0; t < sizeof n_threads / sizeof *n_threads; t++)
            assert_same_bytes(&p, &one, n_threads[t]);
        result_free(&one);
        problem_free(&p);
    }
}

/* All that needs scratch, on lanes full of samples. */
static void run_all(const struct lanes_conv *conv, size_t n_groups, float *scratch,
                    struct pt_crew *crew)
{
    size_t n_in = conv->in_channels * conv->in_height * conv->in_width;
    size_t n_out = conv->out_channels * conv->out_height * conv->out_width;
    size_t n_weights = conv->out_channels * conv->in_channels * conv->kernel * conv->kernel;
    float *x = random_floats(n_groups * n_in * LANES, 1);
    float *y = random_floats(n_groups * n_out * LANES, 2), *w = random_floats(n_weights, 3);
    lanes_conv_weight_gradient(conv, n_groups, x, y, w, NULL, scratch, crew);
    lanes_conv_forward(conv, n_groups, x, w, NULL, y, scratch, crew);
    lanes_conv_input_gradient(conv, n_groups, w, y, x, scratch, crew);
    mem_free(x);
    mem_free(y);
    mem_free(w);
}

static void assert_scratch_suffices(const struct lanes_conv *conv, size_t most_groups,
                                    int n_threads)
{
    enum { GUARD = 1 << 16 };
    size_t n_floats = lanes_conv_scratch_floats(conv, most_groups, n_threads);
    float *scratch = nans(n_floats + GUARD);
    for (size_t n_groups = 1; n_groups <= most_groups; n_groups++) {
        for (size_t k = 0; k < GUARD; k++)
            scratch[n_floats + k] = 1;
        run_all(conv, n_groups, scratch, crew_of(n_threads));
        for (size_t k = 0; k < GUARD; k++)
            assert_true(scratch[n_floats + k] == 1);
    }
    mem_free(scratch);
}

/* A workspace is made for the largest batch, and the last batch of an epoch is smaller. */
static void smaller_batches_fit_into_the_scratch_of_larger_ones(void **state)
{
    (void)state;
    static const size_t shapes[][6] = {
        /* channels, height, outputs, kernel, padding; groups */
        {4, 3, 128, 3, 1, 4},  {24, 3, 128, 3, 1, 4}, {64, 3, 128, 3, 1, 4}, {72, 3, 128, 3, 1, 4},
        {96, 3, 128, 3, 1, 4}, {6, 14, 16, 5, 0, 8},  {8, 7, 8, 3, 1, 6},    {16, 8, 16, 3, 1, 9}};
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        const size_t *s = shapes[i];
        struct lanes_conv conv;
        assert_true(conv_make(s[0], s[1], s[1], s[2], s[3], 1, s[4], &conv));
        assert_scratch_suffices(&conv, s[5], 1);
        assert_scratch_suffices(&conv, s[5], 2);
    }
}

static void rows_become_lanes_and_back(void **state)
{
    (void)state;
    static const size_t sizes[][2] = {{1, 1}, {3, 7}, {16, 16}, {17, 5}, {64, 49}, {70, 130}};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        size_t n = sizes[i][0], n_features = sizes[i][1];
        size_t n_lanes = lanes_groups(n) * n_features * LANES;
        float *rows = random_floats(n * n_features, 7), *lanes = nans(n_lanes);
        float *back = nans(n * n_features);
        lanes_from_rows(rows, n, n_features, lanes, crew_of(2));
        for (size_t l = 0; l < n_lanes; l++) {
            size_t sample = l / LANES / n_features * LANES + l % LANES;
            float expected = sample < n ? rows[sample * n_features + l / LANES % n_features] : 0;
            assert_true(lanes[l] == expected);
        }
        lanes_to_rows(lanes, n, n_features, back, crew_of(2));
        assert_memory_equal(back, rows, n * n_features * sizeof *rows);
        mem_free(rows);
        mem_free(lanes);
        mem_free(back);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_become_lanes_and_back),
        cmocka_unit_test(random_shapes_match_the_definition),
        cmocka_unit_test(large_shapes_match_the_definition),
        cmocka_unit_test(bias_may_be_left_out),
        cmocka_unit_test(bytes_do_not_depend_on_threads),
        cmocka_unit_test(smaller_batches_fit_into_the_scratch_of_larger_ones),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
