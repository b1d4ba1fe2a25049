/* Which terms a dense layer on tables is a sum of, and how they are merged. */
#include "trace/head_terms.h"

#include <string.h>

#define MERGE_COST 3 /* of an element of a merged table, in elements that a mask adds up */

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

/* Rows of one leaf, gathered for its matrix product, or its weights while they are packed. */
static size_t gathered_floats(const struct table_head *head, const struct term *leaf)
{
    size_t n_rows = head_table_rows(head, leaf), width = table_head_width(head);
    return head_leaf_inputs(head, leaf) * (n_rows > width ? n_rows : width);
}

static void add_leaf_cost(const struct table_head *head, const struct term *leaf,
                          struct table_cost *cost)
{
    double n_rows = (double)subset_count(leaf->players);
    double width = (double)table_head_width(head);
    cost->products += n_rows * (double)head_leaf_inputs(head, leaf) * width;
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
        n_rows += head_table_rows(head, &head->terms[i]);
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
