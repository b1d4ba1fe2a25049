/* Inputs that are the same in all samples of a batch are left out, and nothing is to be seen. */
#include "testing.h"

#include "crews.h"

#include "base/mem.h"
#include "base/random.h"
#include "nn/layer.h"
#include "num/column_runs.h"
#include "num/gemm.h"
#include "num/kernels.h"

/* Arrays of a call on `n` samples; the scratch has a guard behind it. */
struct call {
    struct layer layer;
    struct layer_pass pass;
    size_t n_inputs, n_outputs, n_scratch;
    float *weights, *input, *output, *dy, *dx, *dw, *memory, *scratch;
};

#define GUARD 12345.0F

static struct random_stream stream;

static float *values(size_t n)
{
    float *made = mem_alloc(n, sizeof *made, NULL);
    for (size_t i = 0; i < n; i++)
        made[i] = (float)random_uniform(&stream) * 2 - 1;
    return made;
}

static struct call make_call(size_t n, size_t n_inputs, size_t n_outputs, int has_bias,
                             int n_threads)
{
    struct call c = {.layer = {.name = "fc1", .input = {n_inputs, 1, 1}},
                     .n_inputs = n_inputs,
                     .n_outputs = n_outputs};
    assert_int_equal(dense_make(&c.layer, n_outputs, has_bias, NULL), PT_OK);
    assert_int_equal(c.layer.ops->scratch_floats(&c.layer, n, 0, n_threads), 0);
    c.n_scratch = c.layer.ops->scratch_floats(&c.layer, n, 1, n_threads);
    stream = random_stream(7, RANDOM_TEST, 0, 0);
    c.weights = values(n_outputs * (n_inputs + 1));
    c.input = values(n * n_inputs);
    c.dy = values(n * n_outputs);
    c.output = values(n * n_outputs);
    c.dx = values(n * n_inputs);
    c.dw = values(n_outputs * (n_inputs + 1));
    c.memory = values(c.layer.memory_floats);
    c.scratch = values(c.n_scratch + 1);
    c.scratch[c.n_scratch] = GUARD;
    c.pass = (struct layer_pass){
        .n = n,
        .crew = crew_of(n_threads),
        .weights = c.weights,
        .biases = has_bias ? c.weights + n_outputs * n_inputs : NULL,
        .input = c.input,
        .output = c.output,
        .memory = c.memory,
        .scratch = c.scratch,
        .output_gradient = c.dy,
        .input_gradient = c.dx,
        .weight_gradient = c.dw,
        .bias_gradient = has_bias ? c.dw + n_outputs * n_inputs : NULL,
    };
    return c;
}

static void free_call(struct call *c)
{
    float *all[] = {c->weights, c->input, c->output, c->dy, c->dx, c->dw, c->memory, c->scratch};
    assert_true(c->scratch[c->n_scratch] == GUARD);
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        mem_free(all[i]);
}

/* Margins: of every 28 columns 9 have a value of their own; one more is alike but in a sample. */
static void make_margins(struct call *c)
{
    for (size_t i = 0; i < c->pass.n; i++)
        for (size_t j = 0; j < c->n_inputs; j++)
            if (j % 28 < 9 || (i > 0 && j % 28 == 9))
                c->input[i * c->n_inputs + j] = j % 56 < 28 ? -0.42F : (float)j / 1000;
}

static void run(struct call *c, int is_training)
{
    c->pass.is_training = is_training;
    c->layer.ops->forward(&c->layer, &c->pass);
    c->layer.ops->backward(&c->layer, &c->pass);
}

static size_t n_kept(const struct call *c)
{
    struct column_runs runs;
    memcpy(&runs, c->memory, sizeof runs);
    return runs.n_kept;
}

static void assert_close(const float *found, const float *expected, size_t n)
{
    float largest = 0;
    for (size_t i = 0; i < n; i++)
        largest = fmaxf(largest, fabsf(expected[i]));
    for (size_t i = 0; i < n; i++)
        assert_near((double)found[i], (double)expected[i], 2e-6 * (double)largest);
}

/* What training leaves out, against a pass that leaves out nothing; on threads by every byte. */
static void check(size_t n, size_t n_inputs, size_t n_outputs, int has_bias, size_t expected)
{
    struct call whole = make_call(n, n_inputs, n_outputs, has_bias, 1);
    struct call part = make_call(n, n_inputs, n_outputs, has_bias, 1);
    size_t n_parameters = n_outputs * (n_inputs + (has_bias != 0));
    if (expected < n_inputs) {
        make_margins(&whole);
        make_margins(&part);
    }
    run(&whole, 0);
    run(&part, 1);
    if (gemm_takes_runs(NULL))
        assert_int_equal(n_kept(&part), expected);
    assert_close(part.output, whole.output, n * n_outputs);
    assert_close(part.dw, whole.dw, n_parameters);
    assert_memory_equal(part.dx, whole.dx, n * n_inputs * sizeof(float));
    free_call(&whole);
    for (int n_threads = 2; n_threads <= 8; n_threads += n_threads < 4 ? 1 : 4) {
        struct call shared = make_call(n, n_inputs, n_outputs, has_bias, n_threads);
        if (expected < n_inputs)
            make_margins(&shared);
        run(&shared, 1);
        assert_memory_equal(shared.output, part.output, n * n_outputs * sizeof(float));
        assert_memory_equal(shared.dw, part.dw, n_parameters * sizeof(float));
        free_call(&shared);
    }
    free_call(&part);
}

static void leaving_out_changes_no_result(void **state)
{
    (void)state;
    static const char *const sets[] = {"avx512", "avx2", "baseline"};
    for (size_t set = 0; set < 3; set++) {
        setenv("PHASETRACE_CPU", sets[set], 1);
        kernels_choose();
        check(64, 28 * 28, 256, 1, 28 * 19);
        check(256, 28 * 20, 70, 0, 20 * 19);
        check(60, 28 * 5, 1, 1, 5 * 19);
        check(80, 28 * 60, 33, 1, 60 * 19);
        check(2, 28 * 5, 3, 1, 28 * 5);
        check(33, 123, 45, 1, 123);
    }
    unsetenv("PHASETRACE_CPU");
    kernels_choose();
}

static void a_sample_with_nan_is_alone(void **state)
{
    (void)state;
    struct call c = make_call(64, 28 * 28, 8, 1, 1);
    make_margins(&c);
    c.input[3 * c.n_inputs + 2] = NAN;
    run(&c, 1);
    for (size_t o = 0; o < 8; o++) {
        assert_true(isfinite(c.output[2 * 8 + o]));
        assert_true(isnan(c.output[3 * 8 + o]));
        assert_true(isnan(c.dw[o * c.n_inputs + 2]));
        assert_true(isfinite(c.dw[o * c.n_inputs + 3]));
    }
    free_call(&c);
}

static void a_pass_allocates_nothing(void **state)
{
    (void)state;
    struct call c = make_call(64, 28 * 28, 256, 1, 2);
    make_margins(&c);
    size_t before = mem_allocation_count();
    run(&c, 1);
    assert_int_equal(mem_allocation_count(), before);
    free_call(&c);
}

int main(void)
{
    blas_setup();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(leaving_out_changes_no_result),
        cmocka_unit_test(a_sample_with_nan_is_alone),
        cmocka_unit_test(a_pass_allocates_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
