/*
 * What was planted against what was found, in analysis/ground_truth.csv, for tasks whose
 * interactions are known.
 *
 * Precision is the part of the salient strength that belongs to planted interactions (same set,
 * type and sign on the same sample), recall the part of the planted strength that is found. The
 * same of generalisability: of what baseline networks call generalisable, how much was planted,
 * and of the planted interactions that were found, how much they call generalisable. A network has
 * many weak interactions beside those of its task, so there is also the R-precision of information
 * retrieval: of the R strongest interactions of a sample, R being the number planted, how many
 * were.
 */
#include "analysis/generality.h"
#include "analysis/output.h"
#include "analysis/state.h"

#include <math.h>
#include <stdlib.h>

#define HEADER                                                                        \
    "step,epoch,split,order,planted_strength,found_strength,precision,precision_low," \
    "precision_high,recall,recall_low,recall_high,gen_precision,gen_recall,r_precision"

/* Sums of strength, of one sample and order. */
enum sum {
    SALIENT,       /* of the network's salient interactions */
    SALIENT_TRUE,  /* of those that were planted */
    PLANTED,       /* of the planted interactions */
    PLANTED_FOUND, /* of those that are salient in the network */
    GENERAL,       /* of the network's generalisable interactions */
    GENERAL_TRUE,  /* of those that were planted */
    N_PLANTED,     /* how many were planted */
    N_TOP_TRUE,    /* how many of as many strongest salient interactions were; all orders only */
    N_SUMS
};

static void add(double *sums, size_t n_orders, enum sum sum, const struct interaction *interaction)
{
    double strength = fabs(interaction->value);
    sums[sum * (n_orders + 1)] += strength;
    sums[sum * (n_orders + 1) + interaction_order(interaction)] += strength;
}

/* The strongest first; of equals the one that comes first in the encoding. */
static int by_strength(const void *left, const void *right)
{
    const struct interaction *a = *(const struct interaction *const *)left;
    const struct interaction *b = *(const struct interaction *const *)right;
    double x = fabs(a->value), y = fabs(b->value);
    return x != y ? (x < y) - (x > y) : (a > b) - (a < b);
}

/* How many of the `n_top` strongest salient interactions of a sample were planted. */
static double count_top(const struct encoding *network, size_t i, const struct encoding *plant,
                        size_t in_plant, size_t n_top, const struct interaction **order)
{
    size_t n = network->start[i + 1] - network->start[i], n_true = 0;
    for (size_t k = 0; k < n; k++)
        order[k] = &network->interactions[network->start[i] + k];
    qsort(order, n, sizeof *order, by_strength);
    for (size_t k = 0; k < n && k < n_top; k++)
        n_true += (size_t)interaction_is_shared(order[k], plant, in_plant);
    return (double)n_true;
}

/* sums [N_SUMS, n_orders + 1]: of all orders together, then of each. */
static void compare_sample(const struct encoding *network, size_t i, const struct encoding *plant,
                           size_t in_plant, const struct interaction **order, double *sums)
{
    size_t n = network->n_players;
    for (size_t k = 0; k < N_SUMS * (n + 1); k++)
        sums[k] = 0;
    for (size_t k = network->start[i]; k < network->start[i + 1]; k++) {
        const struct interaction *found = &network->interactions[k];
        int is_true = interaction_is_shared(found, plant, in_plant);
        int is_general = network->general && network->general[k];
        add(sums, n, SALIENT, found);
        if (is_true)
            add(sums, n, SALIENT_TRUE, found);
        if (is_general)
            add(sums, n, GENERAL, found);
        if (is_general && is_true)
            add(sums, n, GENERAL_TRUE, found);
    }
    for (size_t k = plant->start[in_plant]; k < plant->start[in_plant + 1]; k++) {
        const struct interaction *planted = &plant->interactions[k];
        add(sums, n, PLANTED, planted);
        if (interaction_is_shared(planted, network, i))
            add(sums, n, PLANTED_FOUND, planted);
        sums[N_PLANTED * (n + 1)] += 1;
        sums[N_PLANTED * (n + 1) + interaction_order(planted)] += 1;
    }
    size_t n_planted = plant->start[in_plant + 1] - plant->start[in_plant];
    sums[N_TOP_TRUE * (n + 1)] = count_top(network, i, plant, in_plant, n_planted, order);
}

struct work {
    const struct pt_analysis *analysis;
    size_t n_columns;                 /* N_SUMS (n_players + 1) */
    double *sums;                     /* [n_samples, n_columns] of one checkpoint */
    double *total;                    /* [n_columns] of one split */
    double *replicates;               /* [n_replicates, n_columns] */
    double *values;                   /* [n_replicates] */
    const struct interaction **order; /* [2^(n_players + 1)] */
};

static int allocate(struct work *w, struct arena *arena, struct pt_error *error)
{
    size_t n_replicates = bootstrap_n_replicates(w->analysis->bootstrap);
    w->n_columns = N_SUMS * (w->analysis->n_players + 1);
    w->sums = arena_alloc(arena, w->analysis->n_samples * w->n_columns, sizeof(double), error);
    w->total = arena_alloc(arena, w->n_columns, sizeof(double), error);
    w->replicates = arena_alloc(arena, n_replicates * w->n_columns, sizeof(double), error);
    w->values = arena_alloc(arena, n_replicates, sizeof(double), error);
    w->order = arena_alloc(arena, (size_t)2 << w->analysis->n_players, sizeof *w->order, error);
    return w->sums && w->total && w->replicates && w->values && w->order ? PT_OK : PT_E_MEMORY;
}

static double sum_of(const struct work *w, const double *columns, enum sum sum, size_t order)
{
    return columns[sum * (w->analysis->n_players + 1) + order];
}

static double ratio(const struct work *w, const double *columns, enum sum part, enum sum whole,
                    size_t order)
{
    return sum_of(w, columns, part, order) / sum_of(w, columns, whole, order);
}

static struct interval bounds(const struct work *w, enum sum part, enum sum whole, size_t order)
{
    size_t n_replicates = bootstrap_n_replicates(w->analysis->bootstrap);
    for (size_t r = 0; r < n_replicates; r++)
        w->values[r] = ratio(w, w->replicates + r * w->n_columns, part, whole, order);
    return bootstrap_interval(w->values, n_replicates);
}

static void write_bounded(struct table *table, const struct work *w, enum sum part, enum sum whole,
                          size_t order)
{
    struct interval interval = bounds(w, part, whole, order);
    table_number(table, ratio(w, w->total, part, whole, order));
    table_number(table, interval.low);
    table_number(table, interval.high);
}

/* The planted part of generalisable strength or the generalisable part of planted strength; NaN
 * without baseline networks. */
static double of_general(const struct work *w, enum sum whole, size_t order)
{
    return w->analysis->n_baselines > 0 ? ratio(w, w->total, GENERAL_TRUE, whole, order) : NAN;
}

static void write_split(struct table *table, struct work *w, const struct checkpoint *checkpoint,
                        size_t split)
{
    const struct pt_analysis *analysis = w->analysis;
    const double *rows = w->sums + analysis->first[split] * w->n_columns;
    double size = (double)split_size(analysis, split);
    for (size_t c = 0; c < w->n_columns; c++) {
        w->total[c] = 0;
        for (size_t i = 0; i < split_size(analysis, split); i++)
            w->total[c] += rows[i * w->n_columns + c];
    }
    bootstrap_sums(analysis->bootstrap, split, rows, w->n_columns, w->replicates);
    for (size_t order = 0; order <= analysis->n_players; order++) {
        table_integer(table, checkpoint->step);
        table_number(table, checkpoint->epoch);
        table_text(table, group_name(split));
        table_integer(table, (long)order);
        table_number(table, sum_of(w, w->total, PLANTED, order) / size);
        table_number(table, sum_of(w, w->total, PLANTED_FOUND, order) / size);
        write_bounded(table, w, SALIENT_TRUE, SALIENT, order);
        write_bounded(table, w, PLANTED_FOUND, PLANTED, order);
        table_number(table, of_general(w, GENERAL, order));
        table_number(table, of_general(w, SALIENT_TRUE, order));
        table_number(table, order ? NAN : ratio(w, w->total, N_TOP_TRUE, N_PLANTED, 0));
        table_end_row(table);
    }
}

static void keep(struct pt_analysis *analysis, const struct work *w, size_t checkpoint,
                 size_t split)
{
    struct ground_truth *truth = &analysis->ground_truth[checkpoint];
    truth->precision[split] = ratio(w, w->total, SALIENT_TRUE, SALIENT, 0);
    truth->recall[split] = ratio(w, w->total, PLANTED_FOUND, PLANTED, 0);
    truth->r_precision[split] = ratio(w, w->total, N_TOP_TRUE, N_PLANTED, 0);
    truth->general_precision[split] = of_general(w, GENERAL, 0);
    truth->general_recall[split] = of_general(w, SALIENT_TRUE, 0);
}

static void compare_checkpoint(const struct work *w, const struct checkpoint *checkpoint)
{
    const struct encoding *network = &checkpoint->encoding, *plant = &w->analysis->plant;
    for (size_t i = 0; i < network->n_samples; i++)
        compare_sample(network, i, plant,
                       encoding_find_sample(plant, network->split[i], network->sample_index[i]),
                       w->order, w->sums + i * w->n_columns);
}

static int ground_truth_finish(struct pt_analysis *analysis, const char *directory,
                               struct pt_error *error)
{
    struct work w = {.analysis = analysis};
    struct arena arena = {0};
    struct table table;
    analysis->ground_truth = NULL;
    if (analysis->plant.n_samples == 0)
        return PT_OK;
    int status = allocate(&w, &arena, error);
    if (!status &&
        !(analysis->ground_truth = arena_alloc(&analysis->results, analysis->n_checkpoints,
                                               sizeof *analysis->ground_truth, error)))
        status = PT_E_MEMORY;
    if (status)
        goto done;
    table_start(&table, directory, "ground_truth.csv", HEADER, error);
    for (size_t c = 0; c < analysis->n_checkpoints; c++) {
        compare_checkpoint(&w, &analysis->checkpoints[c]);
        for (size_t split = 0; split < PT_N_SPLITS; split++)
            if (split_size(analysis, split) > 0) {
                write_split(&table, &w, &analysis->checkpoints[c], split);
                keep(analysis, &w, c, split);
            }
    }
    status = table_finish(&table);
done:
    arena_release(&arena);
    return status;
}

const struct quantity quantity_ground_truth = {NULL, ground_truth_finish};
