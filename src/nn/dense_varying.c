/* Training of dense layers without the products of inputs that are the same in every sample. */
#include "nn/dense.h"

#include "base/crew.h"
#include "num/column_runs.h"
#include "num/kernels.h"

#include <string.h>

/* Outputs that a thread takes at a time: their gradients stay in the second cache until those of
 * inputs left out are put between them. */
enum { OUTPUTS_A_PIECE = 32 };

/* A pass through a layer, and its scratch. */
struct varying {
    const struct layer *layer;
    const struct layer_pass *pass;
    const struct column_runs *runs; /* of inputs that vary */
    float *others;                  /* [n_inputs] the others; 0 for those that vary */
    float *sums;                    /* [n_outputs] biases with what is added; their gradients */
    float *kept;                    /* [n, runs->n_kept] inputs */
    float *pieces;                  /* [threads, OUTPUTS_A_PIECE, runs->n_kept] gradients */
};

size_t dense_varying_memory_floats(void)
{
    return sizeof(struct column_runs) / sizeof(float);
}

size_t dense_varying_scratch_floats(const struct layer *layer, size_t n, int n_threads)
{
    size_t n_rows = 1 + n + OUTPUTS_A_PIECE * (size_t)n_threads;
    return n_rows * shape_count(&layer->input) + layer->output.channels;
}

/* The runs that a pass forward finds for that backward. */
static struct column_runs *memory_of(const struct layer_pass *pass)
{
    return (struct column_runs *)(void *)pass->memory;
}

static void copy_others(const struct varying *v)
{
    memcpy(v->others, v->pass->input, v->runs->n_columns * sizeof *v->others);
    for (const struct column_run *r = v->runs->run, *end = r + v->runs->n_runs; r < end; r++)
        memset(v->others + r->first, 0, r->n * sizeof *v->others);
}

static struct varying prepare(const struct layer *layer, const struct layer_pass *pass)
{
    size_t n_inputs = shape_count(&layer->input), n_outputs = layer->output.channels;
    struct varying v = {.layer = layer, .pass = pass, .runs = memory_of(pass)};
    v.others = pass->scratch;
    v.sums = v.others + n_inputs;
    v.kept = v.sums + n_outputs;
    v.pieces = v.kept + pass->n * v.runs->n_kept;
    copy_others(&v);
    kernels_best()->keep_columns(v.runs, pass->n, pass->input, v.kept);
    return v;
}

/* Calls work() for all pieces of the outputs. */
static void share(struct varying *v, crew_work *work)
{
    size_t n_pieces = (v->layer->output.channels + OUTPUTS_A_PIECE - 1) / OUTPUTS_A_PIECE;
    crew_share(v->pass->crew, n_pieces, work, v);
}

static size_t outputs_of(const struct varying *v, size_t first)
{
    size_t n_left = v->layer->output.channels - first;
    return n_left < OUTPUTS_A_PIECE ? n_left : OUTPUTS_A_PIECE;
}

static void add_to_biases(void *context, size_t piece, int member)
{
    const struct varying *v = context;
    size_t first = piece * OUTPUTS_A_PIECE, n_inputs = v->runs->n_columns;
    (void)member;
    kernels_best()->add_products(outputs_of(v, first), n_inputs,
                                 v->pass->weights + first * n_inputs, v->others, v->sums + first);
}

int dense_varying_forward(const struct layer *layer, const struct layer_pass *pass)
{
    struct column_runs *runs = memory_of(pass);
    if (!pass->is_training || !gemm_takes_runs(NULL))
        return 0;
    column_runs_find(kernels_best(), pass->input, pass->n, shape_count(&layer->input), runs);
    if (runs->n_kept == runs->n_columns)
        return 0;
    struct varying v = prepare(layer, pass);
    size_t sums_bytes = layer->output.channels * sizeof *v.sums;
    if (pass->biases)
        memcpy(v.sums, pass->biases, sums_bytes);
    else
        memset(v.sums, 0, sums_bytes);
    share(&v, add_to_biases);
    struct gemm_product product = dense_product(layer, pass);
    product.k = product.a_stride = runs->n_kept;
    product.a = v.kept;
    product.b_runs = runs;
    product.bias = v.sums;
    gemm_run(&product);
    return 1;
}

static void set_some_gradients(void *context, size_t piece, int member)
{
    const struct varying *v = context;
    size_t first = piece * OUTPUTS_A_PIECE, n_kept = v->runs->n_kept;
    float *kept = v->pieces + (size_t)member * OUTPUTS_A_PIECE * n_kept;
    struct gemm_product product = dense_weight_gradient(v->layer, v->pass);
    product.m = outputs_of(v, first);
    product.n = product.b_stride = product.c_stride = n_kept;
    product.a += first;
    product.b = v->kept;
    product.c = kept;
    product.crew = NULL;
    gemm_run(&product);
    kernels_best()->restore_columns(v->runs, product.m, kept, v->sums + first, v->others,
                                    v->pass->weight_gradient + first * v->runs->n_columns);
}

int dense_varying_backward(const struct layer *layer, const struct layer_pass *pass)
{
    const struct column_runs *runs = memory_of(pass);
    if (!pass->is_training || !gemm_takes_runs(NULL) || runs->n_kept == runs->n_columns)
        return 0;
    struct varying v = prepare(layer, pass);
    kernels_best()->add_up_rows(pass->output_gradient, pass->n, layer->output.channels, v.sums);
    share(&v, set_some_gradients);
    return 1;
}
