/* Common interactions of pairs of baseline networks (doc/METHOD.md), in analysis/common.csv. */
#include "analysis/common.h"

#include "analysis/generality.h"
#include "analysis/output.h"
#include "analysis/state.h"
#include "num/binomial.h"

#include <math.h>
#include <string.h>

/* Sums over samples are vectors [pair, order, part], order from 1. */
enum part { COMMON, EXPECTED, FIRST, SECOND, STRENGTH, N_PARTS };

/* The samples all networks are compared on: the training group of an encoding. */
struct comparison {
    const struct encoding *networks; /* [n_networks] */
    const struct bootstrap *bootstrap;
    size_t n_networks, n_pairs, n_players, n_samples, n_columns;
    size_t *places; /* [n_networks, n_samples] */
    double *rows;   /* [n_samples, n_columns] */
    double *sums;   /* [n_columns] over the samples */
};

/* ---- One pair on one sample ---- */

static double *part_of(double *vector, size_t n_players, size_t pair, size_t order)
{
    return vector + (pair * n_players + order - 1) * N_PARTS;
}

/* counts[2, 2, n_players]: type, sign, order */
static void count_by_sign(const struct encoding *network, size_t sample, double *counts)
{
    size_t n = network->n_players;
    memset(counts, 0, 4 * n * sizeof *counts);
    for (size_t i = network->start[sample]; i < network->start[sample + 1]; i++) {
        const struct interaction *interaction = &network->interactions[i];
        size_t kind = 2 * interaction->is_or + (interaction->value > 0);
        counts[kind * n + interaction_order(interaction) - 1] += 1;
    }
}

/*
 * Were the a sets that one network has of an order, type and sign random among those of its live
 * players, and the b sets of the other one likewise, a set would be in both with probability
 * a / C(l_a, k) * b / C(l_b, k), and there are C(l, k) sets that can be, l being the number of
 * players live in both.
 */
static void expect_common(const struct encoding *a, size_t i, const struct encoding *b, size_t j,
                          double *vector)
{
    size_t n = a->n_players;
    size_t l_a = (size_t)__builtin_popcount(a->live[i]);
    size_t l_b = (size_t)__builtin_popcount(b->live[j]);
    size_t l = (size_t)__builtin_popcount(a->live[i] & b->live[j]);
    double counts_a[4 * PT_MAX_PLAYERS], counts_b[4 * PT_MAX_PLAYERS];
    count_by_sign(a, i, counts_a);
    count_by_sign(b, j, counts_b);
    for (size_t k = 1; k <= l; k++) {
        double scale = binomial(l, k) / (binomial(l_a, k) * binomial(l_b, k));
        double *parts = part_of(vector, n, 0, k);
        for (size_t kind = 0; kind < 4; kind++)
            parts[EXPECTED] += counts_a[kind * n + k - 1] * counts_b[kind * n + k - 1] * scale;
    }
}

static void add_network(const struct encoding *network, size_t sample, enum part count,
                        double *vector)
{
    for (size_t i = network->start[sample]; i < network->start[sample + 1]; i++) {
        const struct interaction *interaction = &network->interactions[i];
        double *parts = part_of(vector, network->n_players, 0, interaction_order(interaction));
        parts[count] += 1;
        parts[STRENGTH] += fabs(interaction->value);
    }
}

/* vector[n_players, N_PARTS] starts at 0. */
static void compare_pair(const struct encoding *a, size_t i, const struct encoding *b, size_t j,
                         double *vector)
{
    add_network(a, i, FIRST, vector);
    add_network(b, j, SECOND, vector);
    expect_common(a, i, b, j, vector);
    for (size_t k = a->start[i]; k < a->start[i + 1]; k++)
        if (interaction_is_shared(&a->interactions[k], b, j))
            part_of(vector, a->n_players, 0, interaction_order(&a->interactions[k]))[COMMON] += 1;
}

/* ---- All pairs, all samples ---- */

static void compare_all(struct comparison *c)
{
    for (size_t i = 0; i < c->n_samples; i++) {
        double *row = c->rows + i * c->n_columns, *vector = row;
        for (size_t a = 0; a < c->n_networks; a++)
            for (size_t b = a + 1; b < c->n_networks; b++, vector += c->n_players * N_PARTS)
                compare_pair(&c->networks[a], c->places[a * c->n_samples + i], &c->networks[b],
                             c->places[b * c->n_samples + i], vector);
        for (size_t column = 0; column < c->n_columns; column++)
            c->sums[column] += row[column];
    }
}

static int prepare(const struct pt_analysis *analysis, const struct encoding *samples,
                   const struct bootstrap *bootstrap, struct arena *arena, struct comparison *c,
                   struct pt_error *error)
{
    size_t n = analysis->n_baselines, n_all = samples->n_samples;
    *c = (struct comparison){.networks = analysis->baselines,
                             .bootstrap = bootstrap,
                             .n_networks = n,
                             .n_pairs = n * (n - 1) / 2,
                             .n_players = samples->n_players,
                             .n_samples = encoding_group_size(samples, PT_GROUP_TRAIN)};
    c->n_columns = c->n_pairs * c->n_players * N_PARTS;
    size_t *places = arena_alloc(arena, n_all, sizeof *places, error);
    c->places = arena_alloc(arena, n * c->n_samples, sizeof *c->places, error);
    c->rows = arena_alloc(arena, c->n_samples * c->n_columns, sizeof *c->rows, error);
    c->sums = arena_alloc(arena, c->n_columns, sizeof *c->sums, error);
    int status = places && c->places && c->rows && c->sums ? PT_OK : PT_E_MEMORY;
    for (size_t b = 0; b < n && !status; b++) {
        status = encoding_match_samples(samples, &c->networks[b], places, error);
        if (!status)
            memcpy(c->places + b * c->n_samples, places + samples->first[PT_GROUP_TRAIN],
                   c->n_samples * sizeof *places);
    }
    return status;
}

/* ---- Statistics of a vector of sums ---- */

/* Orders first..last of a pair, added up. */
static void pool(const double *sums, const struct comparison *c, size_t pair, size_t first,
                 size_t last, double parts[N_PARTS])
{
    memset(parts, 0, N_PARTS * sizeof *parts);
    for (size_t order = first; order <= last; order++)
        for (size_t p = 0; p < N_PARTS; p++)
            parts[p] += sums[(pair * c->n_players + order - 1) * N_PARTS + p];
}

/* The mean over the pairs that have anything there of `common` over what could be. */
static double share(const double *sums, const struct comparison *c, size_t first, size_t last,
                    enum part common)
{
    double sum = 0, parts[N_PARTS];
    size_t n = 0;
    for (size_t pair = 0; pair < c->n_pairs; pair++) {
        pool(sums, c, pair, first, last, parts);
        if (parts[FIRST] + parts[SECOND] > 0) {
            sum += 2 * parts[common] / (parts[FIRST] + parts[SECOND]);
            n++;
        }
    }
    return sum / (double)n;
}

static double mean_part(const struct comparison *c, size_t first, size_t last, enum part part)
{
    double sum = 0, parts[N_PARTS];
    for (size_t pair = 0; pair < c->n_pairs; pair++) {
        pool(c->sums, c, pair, first, last, parts);
        sum += parts[part];
    }
    return sum / (double)(c->n_pairs * c->n_samples);
}

static double share_of_order(const double *sums, const struct comparison *c, size_t order)
{
    return share(sums, c, order, order, COMMON);
}

static double fall(const double *sums, const struct comparison *c, size_t unused)
{
    (void)unused;
    if (c->n_players < COMMON_LAST_RAW_ORDER)
        return NAN;
    return share_of_order(sums, c, 1) - share_of_order(sums, c, COMMON_LAST_RAW_ORDER);
}

static double beyond(const double *sums, const struct comparison *c, size_t unused)
{
    (void)unused;
    double chance = share(sums, c, COMMON_LAST_RAW_ORDER + 1, c->n_players, EXPECTED);
    return (share(sums, c, COMMON_LAST_RAW_ORDER + 1, c->n_players, COMMON) - chance) /
           (1 - chance);
}

static struct interval
bounds(const struct comparison *c, const double *replicates, double *values,
       double (*statistic)(const double *, const struct comparison *, size_t), size_t order)
{
    size_t n_replicates = bootstrap_n_replicates(c->bootstrap);
    for (size_t r = 0; r < n_replicates; r++)
        values[r] = statistic(replicates + r * c->n_columns, c, order);
    return bootstrap_interval(values, n_replicates);
}

static int summarise(const struct comparison *c, struct arena *arena, struct common *common,
                     struct pt_error *error)
{
    size_t n_replicates = bootstrap_n_replicates(c->bootstrap);
    double *values = arena_alloc(arena, n_replicates, sizeof *values, error);
    double *replicates = arena_alloc(arena, n_replicates * c->n_columns, sizeof *values, error);
    if (!values || !replicates)
        return PT_E_MEMORY;
    bootstrap_sums(c->bootstrap, PT_GROUP_TRAIN, c->rows, c->n_columns, replicates);
    for (size_t k = 1; k <= c->n_players; k++)
        common->orders[k] = (struct common_order){
            .share = share_of_order(c->sums, c, k),
            .chance = share(c->sums, c, k, k, EXPECTED),
            .share_bounds = bounds(c, replicates, values, share_of_order, k),
            .n_first = mean_part(c, k, k, FIRST),
            .n_second = mean_part(c, k, k, SECOND),
            .n_common = mean_part(c, k, k, COMMON),
            .strength = mean_part(c, k, k, STRENGTH) / mean_part(c, 1, c->n_players, STRENGTH),
        };
    common->n_pairs = c->n_pairs;
    common->n_samples = c->n_samples;
    common->fall = fall(c->sums, c, 0);
    common->fall_bounds = bounds(c, replicates, values, fall, 0);
    common->beyond = beyond(c->sums, c, 0);
    common->beyond_bounds = bounds(c, replicates, values, beyond, 0);
    return PT_OK;
}

static int write_file(const struct common *common, size_t n_players, const char *directory,
                      struct pt_error *error)
{
    struct table table;
    table_start(&table, directory, "common.csv",
                "order,share,chance,n_first,n_second,n_common,share_low,share_high", error);
    for (size_t k = 1; k <= n_players; k++) {
        const struct common_order *order = &common->orders[k];
        table_integer(&table, (long)k);
        table_number(&table, order->share);
        table_number(&table, order->chance);
        table_number(&table, order->n_first);
        table_number(&table, order->n_second);
        table_number(&table, order->n_common);
        table_number(&table, order->share_bounds.low);
        table_number(&table, order->share_bounds.high);
        table_end_row(&table);
    }
    return table_finish(&table);
}

static int common_finish(struct pt_analysis *analysis, const char *directory,
                         struct pt_error *error)
{
    const struct encoding *samples = &analysis->checkpoints[0].encoding;
    const struct bootstrap *bootstrap = analysis->bootstrap;
    if (encoding_group_size(&analysis->final, PT_GROUP_TRAIN) > 0) {
        samples = &analysis->final;
        bootstrap = analysis->final_bootstrap;
    }
    analysis->common = (struct common){0};
    if (analysis->n_baselines < 2 || encoding_group_size(samples, PT_GROUP_TRAIN) == 0)
        return PT_OK;
    struct arena arena = {0};
    struct comparison comparison;
    int status = prepare(analysis, samples, bootstrap, &arena, &comparison, error);
    if (!status) {
        compare_all(&comparison);
        status = summarise(&comparison, &arena, &analysis->common, error);
    }
    if (!status)
        status = write_file(&analysis->common, samples->n_players, directory, error);
    arena_release(&arena);
    return status;
}

const struct quantity quantity_common = {NULL, common_finish};
