/* A dense layer on tables: a matrix product for each set of players, then merging. */
#include "trace/head_terms.h"

#include "base/mem.h"
#include "num/gemm.h"
#include "num/kernels.h"
#include "num/row_sums.h"

#include <string.h>

size_t table_head_width(const struct table_head *head)
{
    return (head_n_outputs(head) + 15) / 16 * 16;
}

int table_head_create(const struct table_head_options *options, struct table_head **head,
                      struct pt_error *error)
{
    struct pt_shape shape = options->shape;
    struct table_head *h = mem_alloc(1, sizeof *h, error);
    if (!h)
        return PT_E_MEMORY;
    h->is = *options;
    h->positions = mem_alloc(shape.height * shape.width, sizeof *h->positions, error);
    size_t n_inputs = shape.channels * (options->reads_means ? 1 : shape.height * shape.width);
    size_t n_weights = gemm_packed_floats(options->kernels, table_head_width(h), n_inputs);
    if (h->positions)
        h->weights = mem_alloc(n_weights, sizeof *h->weights, error);
    if (!h->weights) {
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
    mem_free(head->positions);
    mem_free(head->weights);
    mem_free(head);
}

/* ---- The tables ---- */

static const float *table_at(const struct table_map *map, size_t position)
{
    return map->values + map->first_row[position] * map->shape.channels;
}

/* [rows, positions, channels] */
static void gather_rows(const struct table_head *head, const struct table_map *map,
                        const struct term *leaf, float *rows)
{
    size_t n_channels = map->shape.channels, n_rows = subset_count(leaf->players);
    for (size_t i = 0; i < leaf->n_positions; i++, rows += n_channels) {
        const float *from = table_at(map, head->positions[leaf->first_position + i]);
        for (size_t t = 0; t < n_rows; t++)
            memcpy(rows + t * leaf->n_positions * n_channels, from + t * n_channels,
                   n_channels * sizeof *rows);
    }
}

/* [width, positions, channels], zeros behind the outputs. */
static void gather_weights(const struct table_head *head, const struct term *leaf,
                           float *restrict weights)
{
    size_t n_channels = head->is.shape.channels;
    size_t n_positions = head->is.shape.height * head->is.shape.width;
    memset(weights, 0, table_head_width(head) * head_leaf_inputs(head, leaf) * sizeof *weights);
    if (head->is.reads_means) {
        memcpy(weights, head->is.dense.weights,
               head_n_outputs(head) * n_channels * sizeof *weights);
        return;
    }
    const size_t *positions = head->positions + leaf->first_position;
    for (size_t o = 0; o < head_n_outputs(head); o++) {
        const float *from = head->is.dense.weights + o * n_channels * n_positions;
        for (size_t i = 0; i < leaf->n_positions; i++)
            for (size_t c = 0; c < n_channels; c++)
                *weights++ = from[c * n_positions + positions[i]];
    }
}

/* Sums over the positions of a leaf, [rows, channels]. */
static void sum_positions(const struct table_head *head, const struct table_map *map,
                          const struct term *leaf, float *sums)
{
    size_t width = map->shape.channels, n_terms = 0;
    struct subset_term terms[MAX_TERMS_OF_SUM];
    for (size_t i = 0; i < leaf->n_positions; i++) {
        terms[n_terms++] = (struct subset_term){
            table_at(map, head->positions[leaf->first_position + i]), width, leaf->players};
        if (n_terms < MAX_TERMS_OF_SUM && i + 1 < leaf->n_positions)
            continue;
        subset_tables_sum(&(struct subset_sum){.kernels = head->is.kernels,
                                               .set = leaf->players,
                                               .width = width,
                                               .n_terms = n_terms,
                                               .terms = terms,
                                               .factor = 1,
                                               .to = sums});
        terms[0] = (struct subset_term){sums, width, leaf->players};
        n_terms = 1;
    }
}

void table_head_load(struct table_head *head, float *floats)
{
    float *next = head->weights;
    for (size_t i = 1; i < head->n_leaves; i++) {
        struct term *leaf = &head->terms[i];
        size_t n_inputs = head_leaf_inputs(head, leaf);
        leaf->weights = next;
        gather_weights(head, leaf, floats);
        gemm_pack(head->is.kernels, GEMM_TRANSPOSED, table_head_width(head), n_inputs, floats,
                  n_inputs, next);
        if (!head->is.reads_means)
            next += gemm_packed_floats(head->is.kernels, table_head_width(head), n_inputs);
    }
}

static void multiply_leaf(const struct table_head *head, const struct term *leaf, size_t n_rows,
                          const float *rows, float *sums)
{
    size_t n_inputs = head_leaf_inputs(head, leaf), width = table_head_width(head);
    float n_summed =
        head->is.reads_means ? (float)(head->is.shape.height * head->is.shape.width) : 1;
    gemm_run(&(struct gemm_product){.m = n_rows,
                                    .n = width,
                                    .k = n_inputs,
                                    .a = rows,
                                    .a_stride = n_inputs,
                                    .packed_b = leaf->weights,
                                    .c = sums,
                                    .c_stride = width,
                                    .alpha = 1 / n_summed,
                                    .kernels = head->is.kernels});
}

static void fill_leaf(const struct table_head *head, const struct table_map *map,
                      const struct term *leaf, float *gathered)
{
    const float *rows = gathered;
    if (leaf->n_positions == 1)
        rows = table_at(map, head->positions[leaf->first_position]);
    else if (head->is.reads_means)
        sum_positions(head, map, leaf, gathered);
    else
        gather_rows(head, map, leaf, gathered);
    multiply_leaf(head, leaf, subset_count(leaf->players), rows, leaf->sums);
}

static void fill_merged(const struct table_head *head, const struct term *term)
{
    size_t width = table_head_width(head);
    const struct subset_term terms[2] = {{term->left->sums, width, term->left->players},
                                         {term->right->sums, width, term->right->players}};
    subset_tables_sum(&(struct subset_sum){.kernels = head->is.kernels,
                                           .set = term->players,
                                           .width = width,
                                           .n_terms = 2,
                                           .terms = terms,
                                           .factor = 1,
                                           .to = term->sums});
}

void table_head_fill(struct table_head *head, const struct table_map *map, float *floats)
{
    size_t width = table_head_width(head);
    head->map = map;
    for (size_t i = 0; i < head->n_terms; i++) {
        struct term *term = &head->terms[i];
        term->sums = head_term_is_in_place(term) ? term->left->sums : floats;
        floats += head_table_rows(head, term) * width;
    }
    memset(head->terms[0].sums, 0, width * sizeof *floats);
    if (head->is.dense.biases)
        memcpy(head->terms[0].sums, head->is.dense.biases, head_n_outputs(head) * sizeof *floats);
    for (size_t i = 1; i < head->n_leaves; i++)
        if (&head->terms[i] != head->whole)
            fill_leaf(head, map, &head->terms[i], floats);
    for (size_t i = head->n_leaves; i < head->n_terms; i++)
        fill_merged(head, &head->terms[i]);
}

/* The term of the leaf without a table. */
static void multiply_masks(const struct table_head *head, const struct mask_order *order,
                           uint32_t first, unsigned n_bits, float *gathered, float *outputs)
{
    const struct term *leaf = head->whole;
    size_t n_channels = head->is.shape.channels, n_inputs = head_leaf_inputs(head, leaf);
    size_t n_masks = (size_t)1 << n_bits;
    uint32_t masks[BLOCK];
    subset_rows(leaf->players, order, first, n_bits, masks);
    for (size_t i = 0; i < leaf->n_positions; i++) {
        const float *from = table_at(head->map, head->positions[leaf->first_position + i]);
        for (size_t k = 0; k < n_masks; k++)
            memcpy(gathered + k * n_inputs + i * n_channels, from + masks[k] * n_channels,
                   n_channels * sizeof *gathered);
    }
    multiply_leaf(head, leaf, n_masks, gathered, outputs);
}

void table_head_expand(const struct table_head *head, const struct mask_order *order,
                       uint32_t first, unsigned n_bits, float *gathered, float *outputs)
{
    size_t width = table_head_width(head), n_masks = (size_t)1 << n_bits, n = 0;
    uint32_t rows[MAX_ROOTS + 1][BLOCK];
    struct row_term terms[MAX_ROOTS + 1];
    for (; n < head->n_roots; n++) {
        subset_rows(head->roots[n]->players, order, first, n_bits, rows[n]);
        for (size_t k = 0; k < n_masks; k++)
            rows[n][k] *= (uint32_t)width;
        terms[n] = (struct row_term){head->roots[n]->sums, rows[n]};
    }
    if (head->whole) {
        multiply_masks(head, order, first, n_bits, gathered, outputs);
        for (size_t k = 0; k < n_masks; k++)
            rows[n][k] = (uint32_t)(k * width);
        terms[n] = (struct row_term){outputs, rows[n]};
        n++;
    }
    head->is.kernels->sum_rows(&(struct row_sums){.n_rows = n_masks,
                                                  .width = width,
                                                  .n_terms = n,
                                                  .terms = terms,
                                                  .factor = 1,
                                                  .relu = head->is.relu,
                                                  .to = outputs});
}

int table_head_is_sum(const struct table_head *head)
{
    for (size_t i = 0; i < head->n_leaves; i++)
        if (subset_count(head->terms[i].players) > 2)
            return 0;
    return 1;
}

/* The squared change of the sums when a player comes to the empty set. */
static double change_of(const struct table_head *head, unsigned player)
{
    uint32_t bit = (uint32_t)1 << player;
    double change = 0;
    for (size_t i = 0; i < head->n_roots; i++) {
        const struct term *root = head->roots[i];
        if (!(root->players & bit))
            continue;
        size_t row = (size_t)1 << __builtin_popcount(root->players & (bit - 1));
        for (size_t j = 0; j < head_n_outputs(head); j++) {
            double step =
                (double)root->sums[row * table_head_width(head) + j] - (double)root->sums[j];
            change += step * step;
        }
    }
    return change;
}

void table_head_order(const struct table_head *head, size_t n_live, struct mask_order *order)
{
    double changes[32];
    for (unsigned player = 0; player < n_live; player++) {
        double change = change_of(head, player);
        size_t at = player;
        for (; at > 0 && change < changes[at - 1]; at--) {
            changes[at] = changes[at - 1];
            order->player[at] = order->player[at - 1];
        }
        changes[at] = change;
        order->player[at] = (uint8_t)player;
    }
}
