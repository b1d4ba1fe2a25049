/* Products of many inputs with the taps of a row of the kernel. */
#include "trace/tap_products.h"

#include "base/mem.h"
#include "num/gemm.h"

#include <string.h>

/* An input has many rows when its product alone is worth a call. */
#define MANY_ROWS 32
#define MANY_PRODUCTS ((size_t)1 << 15)

static const struct pt_layer_info *layer_of(const struct tap_products *p)
{
    return &p->weights->layer;
}

static size_t n_in(const struct tap_products *p)
{
    return layer_of(p)->input.channels;
}

/* Columns of the products of inputs with a remainder. */
static size_t count_columns(const struct tap_products *p, size_t remainder)
{
    return taps_met(layer_of(p), remainder) * layer_of(p)->output.channels;
}

static size_t most_few_rows(const struct tap_weights *weights)
{
    size_t products = weights->layer.input.channels * weights->layer.output.channels;
    size_t n_rows = (MANY_PRODUCTS + products - 1) / products;
    return (n_rows > MANY_ROWS ? n_rows : MANY_ROWS) - 1;
}

int tap_products_create(const struct tap_weights *weights, struct tap_products *products,
                        struct pt_error *error)
{
    *products = (struct tap_products){.weights = weights, .few_rows = most_few_rows(weights)};
    products->at =
        mem_alloc(weights->layer.kernel * weights->layer.input.width, sizeof *products->at, error);
    return products->at ? PT_OK : PT_E_MEMORY;
}

void tap_products_free(struct tap_products *products)
{
    mem_free(products->at);
}

/* ---- The plan ---- */

/* The row of the input that a row of outputs meets by a row of the kernel; at least the height
 * when there is none. */
static size_t row_met(const struct tap_products *p, size_t y, size_t ty)
{
    return y * layer_of(p)->stride + ty - layer_of(p)->padding;
}

static int is_taken(const struct tap_products *p, const struct table_map *input, size_t y, size_t x,
                    size_t remainder)
{
    return remainder_of(layer_of(p), x) == remainder &&
           !has_many_rows(p, input->players[y * layer_of(p)->input.width + x]);
}

/* Rows of inputs in row y that have few and the remainder. */
static size_t count_rows(const struct tap_products *p, const struct table_map *input, size_t y,
                         size_t remainder)
{
    size_t width = layer_of(p)->input.width, n_rows = 0;
    for (size_t x = 0; x < width; x++)
        if (is_taken(p, input, y, x, remainder))
            n_rows += subset_count(input->players[y * width + x]);
    return n_rows;
}

static void plan_row(struct tap_products *p, const struct table_map *input, size_t y,
                     struct table_cost *cost)
{
    size_t n_floats = 0;
    for (size_t ty = 0; ty < layer_of(p)->kernel; ty++) {
        size_t from = row_met(p, y, ty);
        if (from >= layer_of(p)->input.height)
            continue;
        for (size_t r = 0; r < n_remainders(layer_of(p)); r++) {
            size_t n_rows = count_rows(p, input, from, r), n_columns = count_columns(p, r);
            n_floats += n_rows * n_columns;
            if (n_rows * n_in(p) > p->most_gathered)
                p->most_gathered = n_rows * n_in(p);
            cost->products += (double)(n_rows * n_in(p)) * (double)whole_vectors(n_columns);
            cost->moves += (double)(n_rows * n_columns);
            cost->calls++;
        }
    }
    if (n_floats > p->most_floats)
        p->most_floats = n_floats;
}

void tap_products_plan(struct tap_products *p, const struct table_map *input,
                       struct table_cost *cost)
{
    p->most_gathered = p->most_floats = 0;
    for (size_t y = 0; y < layer_of(p)->output.height; y++)
        plan_row(p, input, y, cost);
}

size_t tap_products_floats(const struct tap_products *p)
{
    return whole_vectors(p->most_gathered) + whole_vectors(p->most_floats);
}

/* ---- The products ---- */

/* Copies the rows of the inputs in row y that have few and the remainder; returns how many. Their
 * products, n_columns each, will start at `at`. */
static size_t gather_rows(const struct tap_products *p, const struct table_map *input, size_t y,
                          size_t remainder, size_t at, size_t *product_at, float *gathered)
{
    size_t width = layer_of(p)->input.width, n_gathered = 0;
    for (size_t x = 0; x < width; x++) {
        if (!is_taken(p, input, y, x, remainder))
            continue;
        size_t n_rows = subset_count(input->players[y * width + x]);
        product_at[x] = at + n_gathered * count_columns(p, remainder);
        memcpy(gathered + n_gathered * n_in(p),
               input->values + input->first_row[y * width + x] * n_in(p),
               n_rows * n_in(p) * sizeof(float));
        n_gathered += n_rows;
    }
    return n_gathered;
}

void tap_products_fill(const struct tap_products *p, const struct table_map *input,
                       const float *packed, size_t y, float *floats)
{
    float *products = floats + whole_vectors(p->most_gathered);
    size_t at = 0;
    for (size_t ty = 0; ty < layer_of(p)->kernel; ty++) {
        size_t from = row_met(p, y, ty);
        const float *weights = packed + ty * weight_row_floats(p->weights);
        if (from >= layer_of(p)->input.height)
            continue;
        for (size_t r = 0; r < n_remainders(layer_of(p)); r++) {
            size_t n = count_columns(p, r);
            size_t n_rows =
                gather_rows(p, input, from, r, at, p->at + ty * layer_of(p)->input.width, floats);
            if (n_rows > 0)
                gemm_run(&(struct gemm_product){.m = n_rows,
                                                .n = n,
                                                .k = n_in(p),
                                                .a = floats,
                                                .a_stride = n_in(p),
                                                .packed_b = weights,
                                                .c = products + at,
                                                .c_stride = n,
                                                .alpha = 1,
                                                .kernels = p->weights->kernels});
            at += n_rows * n;
            weights += gemm_packed_floats(p->weights->kernels, n, n_in(p));
        }
    }
}

struct subset_term tap_products_find(const struct tap_products *p, const struct table_map *input,
                                     const struct window_input *in, const float *floats)
{
    const struct pt_layer_info *layer = layer_of(p);
    size_t ty = in->tap / layer->kernel, tx = in->tap % layer->kernel;
    size_t x = in->position % layer->input.width;
    return (struct subset_term){
        .table = floats + whole_vectors(p->most_gathered) + p->at[ty * layer->input.width + x] +
                 tx / layer->stride * layer->output.channels,
        .stride = count_columns(p, remainder_of(layer, x)),
        .players = input->players[in->position],
    };
}
