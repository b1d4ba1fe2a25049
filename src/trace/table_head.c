/* A dense layer on tables: one matrix product for each set of players, then merging. */
#include "trace/table_head.h"

#include "base/mem.h"
#include "num/gemm.h"
#include "num/kernels.h"
#include "num/row_sums.h"

#include <string.h>

enum {
    MAX_TERMS = 128, /* merging looks at all pairs of them, again and again */
    MAX_ROOTS = 16,
    MERGE_COST = 3 /* of an element of a merged table, in elements that a mask adds up */
};

/* A table [2^|players|, outputs]: of a set's positions, or the sum of two others. */
struct term {
    uint32_t players;
    size_t first_position, n_positions; /* its part of head->positions */
    float *weights;                     /* of a leaf: its part of head->weights */
    const struct term *left, *right;
    float *sums;
};

struct table_head {
    struct table_head_options is;
    size_t *positions; /* of the map, grouped by term */
    float *weights;    /* of the layer, packed for each leaf */
    size_t n_leaves, n_terms;
    struct term terms[2 * MAX_TERMS];    /* leaves first; the first is the biases */
    const struct term *roots[MAX_ROOTS]; /* what a mask adds up */
    size_t n_roots, n_rows;              /* the last: of all players' set */
    const struct term *whole;            /* the leaf of all players, without a table; or NULL */
    const struct table_map *map;         /* of the last fill */
};

static size_t n_outputs(const struct table_head *head)
{
    return head->is.dense.output.channels;
}

size_t table_head_width(const struct table_head *head)
{
    return (n_outputs(head) + 15) / 16 * 16;
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

static void list_positions(struct table_head *head, const struct table_map *map)
{
    size_t n_positions = map->shape.height * map->shape.width, n_listed = 0;
    for (size_t i = 1; i < head->n_leaves; i++) {
        struct term *leaf = &head->terms[i];
        leaf->first_position = n_listed;
        for (size_t q = 0; q < n_positions; q++)
            if (map->players[q] == leaf->players)
                head->positions[n_listed++] = q;
        leaf->n_positions = n_listed - leaf->first_position;
    }
}

/* `left` is the larger one. */
static struct term merged(const struct term *a, const struct term *b)
{
    int swaps = subset_count(b->players) > subset_count(a->players);
    return (struct term){
        .players = a->players | b->players, .left = swaps ? b : a, .right = swaps ? a : b};
}

/* Whether a sum has the players of one of its terms: then it takes that one's place. */
static int is_in_place(const struct term *term)
{
    return term->left && term->left->players == term->players;
}

/* The two open terms with the smallest union; returns its rows. */
static size_t find_pair(const struct term *const *open, size_t n_open, size_t *left, size_t *right)
{
    size_t smallest = SIZE_MAX;
    for (size_t i = 0; i < n_open; i++)
        for (size_t j = i + 1; j < n_open; j++) {
            size_t size = subset_count(open[i]->players | open[j]->players);
            if (size < smallest) {
                smallest = size;
                *left = i;
                *right = j;
            }
        }
    return smallest;
}

/* Smallest union first, until it is cheaper to have each mask add up one more. */
static void plan_merges(struct table_head *head)
{
    const struct term *open[MAX_TERMS];
    size_t n_open = 0, left = 0, right = 0;
    uint32_t players = 0;
    head->n_terms = head->n_leaves;
    head->whole = NULL;
    for (size_t i = 0; i < head->n_leaves; i++)
        players |= head->terms[i].players;
    for (size_t i = 0; i < head->n_leaves; i++) {
        if (i > 0 && head->terms[i].players == players && !head->is.reads_means)
            head->whole = &head->terms[i];
        else
            open[n_open++] = &head->terms[i];
    }
    head->n_rows = subset_count(players);
    while (n_open > 1) {
        size_t size = find_pair(open, n_open, &left, &right);
        if (n_open <= MAX_ROOTS && MERGE_COST * size > head->n_rows)
            break;
        struct term *sum = &head->terms[head->n_terms++];
        *sum = merged(open[left], open[right]);
        open[left] = sum;
        open[right] = open[--n_open];
    }
    memcpy(head->roots, open, n_open * sizeof(const struct term *));
    head->n_roots = n_open;
}

/* Inputs of the layer that belong to a leaf. */
static size_t n_leaf_inputs(const struct table_head *head, const struct term *leaf)
{
    size_t n_positions = head->is.reads_means ? 1 : leaf->n_positions;
    return n_positions * head->is.shape.channels;
}

static size_t n_table_rows(const struct table_head *head, const struct term *term)
{
    return term == head->whole || is_in_place(term) ? 0 : subset_count(term->players);
}

/* Rows of one leaf, gathered for its matrix product, or its weights while they are packed. */
static size_t gathered_floats(const struct table_head *head, const struct term *leaf)
{
    size_t n_rows = n_table_rows(head, leaf), width = table_head_width(head);
    return n_leaf_inputs(head, leaf) * (n_rows > width ? n_rows : width);
}

static void add_leaf_cost(const struct table_head *head, const struct term *leaf,
                          struct table_cost *cost)
{
    double n_rows = (double)subset_count(leaf->players);
    double width = (double)table_head_width(head);
    cost->products += n_rows * (double)n_leaf_inputs(head, leaf) * width;
    cost->moves += (double)(leaf->n_positions * head->is.shape.channels) * n_rows;
    cost->calls += 2;
}

struct table_cost table_head_plan(struct table_head *head, const struct table_map *map)
{
    struct table_cost cost = {.scratch_floats = SIZE_MAX};
    if (!find_leaves(head, map))
        return cost;
    list_positions(head, map);
    plan_merges(head);
    size_t n_rows = 0, most_gathered = 0, width = table_head_width(head);
    for (size_t i = 0; i < head->n_terms; i++)
        n_rows += n_table_rows(head, &head->terms[i]);
    for (size_t i = 1; i < head->n_leaves; i++) {
        size_t floats = gathered_floats(head, &head->terms[i]);
        most_gathered = floats > most_gathered ? floats : most_gathered;
        add_leaf_cost(head, &head->terms[i], &cost);
    }
    for (size_t i = head->n_leaves; i < head->n_terms; i++)
        cost.moves += 2 * (double)subset_count(head->terms[i].players) * (double)width;
    cost.moves += (double)(head->n_roots + 1) * (double)head->n_rows * (double)width;
    cost.calls += (double)(head->n_terms - head->n_leaves);
    cost.scratch_floats = n_rows * width + most_gathered;
    return cost;
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
    memset(weights, 0, table_head_width(head) * n_leaf_inputs(head, leaf) * sizeof *weights);
    if (head->is.reads_means) {
        memcpy(weights, head->is.dense.weights, n_outputs(head) * n_channels * sizeof *weights);
        return;
    }
    const size_t *positions = head->positions + leaf->first_position;
    for (size_t o = 0; o < n_outputs(head); o++) {
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
        size_t n_inputs = n_leaf_inputs(head, leaf);
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
    size_t n_inputs = n_leaf_inputs(head, leaf), width = table_head_width(head);
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
        term->sums = is_in_place(term) ? term->left->sums : floats;
        floats += n_table_rows(head, term) * width;
    }
    memset(head->terms[0].sums, 0, width * sizeof *floats);
    if (head->is.dense.biases)
        memcpy(head->terms[0].sums, head->is.dense.biases, n_outputs(head) * sizeof *floats);
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
    size_t n_channels = head->is.shape.channels, n_inputs = n_leaf_inputs(head, leaf);
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
        for (size_t j = 0; j < n_outputs(head); j++) {
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
