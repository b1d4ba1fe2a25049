/* A dense layer on tables: one matrix product for each set of players, then merging. */
#include "trace/table_head.h"

#include "base/mem.h"
#include "num/gemm.h"

#include <string.h>

enum { MAX_TERMS = 128 }; /* merging looks at all pairs of them, again and again */

/* A table [2^|players|, outputs]: of a set's positions, or the sum of two others. */
struct term {
    uint32_t players;
    size_t first_column, n_columns; /* its part of head->columns */
    const struct term *left, *right;
    float *sums;
};

struct table_head {
    struct pt_layer_info dense;
    struct pt_shape shape;
    uint32_t *columns; /* inputs of the layer, grouped by term */
    size_t n_leaves, n_terms;
    struct term terms[2 * MAX_TERMS]; /* leaves first; the first is the biases */
    const struct term *roots[2];
};

static size_t n_outputs(const struct table_head *head)
{
    return head->dense.output.channels;
}

int table_head_create(const struct pt_layer_info *dense, struct pt_shape shape,
                      struct table_head **head, struct pt_error *error)
{
    struct table_head *h = mem_alloc(1, sizeof *h, error);
    if (!h)
        return PT_E_MEMORY;
    h->dense = *dense;
    h->shape = shape;
    h->columns = mem_alloc(shape.channels * shape.height * shape.width, sizeof *h->columns, error);
    if (!h->columns) {
        table_head_free(h);
        return PT_E_MEMORY;
    }
    *head = h;
    return PT_OK;
}

void table_head_free(struct table_head *head)
{
    if (!head)
        return;
    mem_free(head->columns);
    mem_free(head);
}

/* ---- The plan ---- */

/* One leaf for the biases and one for each set; 0 when there is no room. */
static int find_leaves(struct table_head *head, const struct table_map *map)
{
    size_t n_positions = map->shape.height * map->shape.width;
    head->terms[0] = (struct term){0};
    head->n_leaves = 1;
    for (size_t q = 0; q < n_positions; q++) {
        size_t i = 1;
        while (i < head->n_leaves && head->terms[i].players != map->players[q])
            i++;
        if (i == MAX_TERMS)
            return 0;
        if (i == head->n_leaves)
            head->terms[head->n_leaves++] = (struct term){.players = map->players[q]};
    }
    return 1;
}

/* In ascending order within a leaf, so that the weights are read forwards. */
static void list_columns(struct table_head *head, const struct table_map *map)
{
    size_t n_positions = map->shape.height * map->shape.width, n_listed = 0;
    for (size_t i = 1; i < head->n_leaves; i++) {
        struct term *leaf = &head->terms[i];
        leaf->first_column = n_listed;
        for (size_t k = 0; k < map->shape.channels * n_positions; k++)
            if (map->players[k % n_positions] == leaf->players)
                head->columns[n_listed++] = (uint32_t)k;
        leaf->n_columns = n_listed - leaf->first_column;
    }
}

static struct term merged(const struct term *left, const struct term *right)
{
    return (struct term){.players = left->players | right->players, .left = left, .right = right};
}

/* Smallest union first: large tables are summed last, when few are left. */
static void plan_merges(struct table_head *head)
{
    const struct term *open[MAX_TERMS];
    size_t n_open = head->n_leaves;
    head->n_terms = head->n_leaves;
    for (size_t i = 0; i < n_open; i++)
        open[i] = &head->terms[i];
    while (n_open > 2) {
        size_t best_i = 0, best_j = 1, smallest = SIZE_MAX;
        for (size_t i = 0; i < n_open; i++)
            for (size_t j = i + 1; j < n_open; j++) {
                size_t size = subset_count(open[i]->players | open[j]->players);
                if (size < smallest) {
                    smallest = size;
                    best_i = i;
                    best_j = j;
                }
            }
        struct term *sum = &head->terms[head->n_terms++];
        *sum = merged(open[best_i], open[best_j]);
        open[best_i] = sum;
        open[best_j] = open[--n_open];
    }
    head->roots[0] = open[0];
    head->roots[1] = open[1];
}

/* Rows and weights of one leaf, gathered for its matrix product. */
static size_t gathered_floats(const struct table_head *head, const struct term *leaf)
{
    return leaf->n_columns * (subset_count(leaf->players) + n_outputs(head));
}

size_t table_head_plan(struct table_head *head, const struct table_map *map)
{
    if (!find_leaves(head, map))
        return SIZE_MAX;
    list_columns(head, map);
    plan_merges(head);
    size_t n_rows = 0, most_gathered = 0;
    for (size_t i = 0; i < head->n_terms; i++)
        n_rows += subset_count(head->terms[i].players);
    for (size_t i = 1; i < head->n_leaves; i++) {
        size_t floats = gathered_floats(head, &head->terms[i]);
        most_gathered = floats > most_gathered ? floats : most_gathered;
    }
    return n_rows * n_outputs(head) + most_gathered;
}

double table_head_products(const struct table_head *head)
{
    double products = 0;
    for (size_t i = 1; i < head->n_leaves; i++)
        products += (double)subset_count(head->terms[i].players) *
                    (double)head->terms[i].n_columns * (double)n_outputs(head);
    return products;
}

/* ---- The tables ---- */

static void gather_rows(const struct table_head *head, const struct table_map *map,
                        const struct term *leaf, float *rows)
{
    size_t n_positions = map->shape.height * map->shape.width, n_channels = map->shape.channels;
    size_t n_rows = subset_count(leaf->players);
    for (size_t k = 0; k < leaf->n_columns; k++) {
        uint32_t column = head->columns[leaf->first_column + k];
        const float *from =
            map->values + map->first_row[column % n_positions] * n_channels + column / n_positions;
        for (size_t t = 0; t < n_rows; t++)
            rows[t * leaf->n_columns + k] = from[t * n_channels];
    }
}

static void gather_weights(const struct table_head *head, const struct term *leaf,
                           float *restrict weights)
{
    size_t n_inputs = head->shape.channels * head->shape.height * head->shape.width;
    const uint32_t *columns = head->columns + leaf->first_column;
    for (size_t o = 0; o < n_outputs(head); o++) {
        const float *from = head->dense.weights + o * n_inputs;
        for (size_t k = 0; k < leaf->n_columns; k++)
            *weights++ = from[columns[k]];
    }
}

static void fill_leaf(const struct table_head *head, const struct table_map *map,
                      const struct term *leaf, float *gathered)
{
    size_t n_rows = subset_count(leaf->players);
    float *weights = gathered + n_rows * leaf->n_columns;
    gather_rows(head, map, leaf, gathered);
    gather_weights(head, leaf, weights);
    gemm(GEMM_AS_IS, GEMM_TRANSPOSED, n_rows, n_outputs(head), leaf->n_columns, 1, gathered,
         weights, 0, leaf->sums);
}

static void fill_merged(const struct table_head *head, const struct term *term)
{
    size_t width = n_outputs(head);
    memset(term->sums, 0, subset_count(term->players) * width * sizeof *term->sums);
    subset_table_add(term->left->sums, term->left->players, term->sums, term->players, width);
    subset_table_add(term->right->sums, term->right->players, term->sums, term->players, width);
}

void table_head_fill(struct table_head *head, const struct table_map *map, float *floats)
{
    for (size_t i = 0; i < head->n_terms; i++) {
        head->terms[i].sums = floats;
        floats += subset_count(head->terms[i].players) * n_outputs(head);
    }
    if (head->dense.biases)
        memcpy(head->terms[0].sums, head->dense.biases, n_outputs(head) * sizeof *floats);
    else
        memset(head->terms[0].sums, 0, n_outputs(head) * sizeof *floats);
    for (size_t i = 1; i < head->n_leaves; i++)
        fill_leaf(head, map, &head->terms[i], floats);
    for (size_t i = head->n_leaves; i < head->n_terms; i++)
        fill_merged(head, &head->terms[i]);
}

static void add_rows(const float *restrict left, const float *restrict right, float *restrict sums,
                     size_t width)
{
    for (size_t k = 0; k < width; k++)
        sums[k] = left[k] + right[k];
}

void table_head_expand(const struct table_head *head, uint32_t first, unsigned n_bits,
                       float *outputs)
{
    size_t width = n_outputs(head);
    uint32_t left[BLOCK], right[BLOCK];
    subset_rows(head->roots[0]->players, first, n_bits, left);
    subset_rows(head->roots[1]->players, first, n_bits, right);
    for (size_t i = 0; i < (size_t)1 << n_bits; i++)
        add_rows(head->roots[0]->sums + left[i] * width, head->roots[1]->sums + right[i] * width,
                 outputs + i * width, width);
}
