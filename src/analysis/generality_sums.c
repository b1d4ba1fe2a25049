/* Adds up salient strength by order, sign and generality. */
#include "analysis/generality_sums.h"

#include "analysis/generality.h"

#include <math.h>

#define LEAST_REST 1e-9 /* of 1 - chance: below it the excess is rounding over rounding */

size_t generality_columns(size_t n_players)
{
    return N_GENERALITY_PARTS * (n_players + 1);
}

static enum generality_part part_of(double value, int general)
{
    if (general)
        return value > 0 ? GENERAL_POSITIVE : GENERAL_NEGATIVE;
    return value > 0 ? OTHER_POSITIVE : OTHER_NEGATIVE;
}

void generality_reduce(const struct encoding *encoding, size_t sample, const struct encoding *known,
                       double *sums)
{
    size_t n = encoding->n_players;
    const double *chance = encoding->chance + sample * 2 * n;
    for (size_t c = 0; c < generality_columns(n); c++)
        sums[c] = 0;
    for (size_t i = encoding->start[sample]; i < encoding->start[sample + 1]; i++) {
        const struct interaction *interaction = &encoding->interactions[i];
        if (known && interaction_is_shared(interaction, known, sample))
            continue;
        size_t order = interaction_order(interaction);
        double *of_order = sums + order * N_GENERALITY_PARTS;
        of_order[part_of(interaction->value, encoding->general[i])] += interaction->value;
        of_order[BY_CHANCE] +=
            fabs(interaction->value) * chance[interaction->is_or * n + order - 1];
    }
    for (size_t c = N_GENERALITY_PARTS; c < generality_columns(n); c++)
        sums[c % N_GENERALITY_PARTS] += sums[c];
}

double generality_sum(const double *sums, size_t order, enum generality_part part)
{
    return sums[order * N_GENERALITY_PARTS + part];
}

double generality_generalisable(const double *sums, size_t order)
{
    return generality_sum(sums, order, GENERAL_POSITIVE) -
           generality_sum(sums, order, GENERAL_NEGATIVE);
}

double generality_strength(const double *sums, size_t order)
{
    return generality_generalisable(sums, order) + generality_sum(sums, order, OTHER_POSITIVE) -
           generality_sum(sums, order, OTHER_NEGATIVE);
}

double generality_gamma(const double *sums, size_t order)
{
    return generality_generalisable(sums, order) / generality_strength(sums, order);
}

double generality_chance(const double *sums, size_t order)
{
    return generality_sum(sums, order, BY_CHANCE) / generality_strength(sums, order);
}

double generality_excess(const double *sums, size_t order)
{
    double chance = generality_chance(sums, order);
    return 1 - chance > LEAST_REST ? (generality_gamma(sums, order) - chance) / (1 - chance) : NAN;
}

double generality_mean_order(const double *sums, size_t n_players)
{
    double weighted = 0;
    for (size_t order = 1; order <= n_players; order++)
        weighted += (double)order * generality_strength(sums, order);
    return weighted / generality_strength(sums, 0);
}

int generality_table_create(struct arena *arena, size_t n_players, size_t n_samples,
                            size_t n_replicates, struct generality_table *table,
                            struct pt_error *error)
{
    size_t n = generality_columns(n_players), bytes = sizeof(double);
    *table = (struct generality_table){.n_columns = n, .n_replicates = n_replicates};
    if (!(table->rows = arena_alloc(arena, n_samples * n, bytes, error)) ||
        !(table->mean = arena_alloc(arena, n, bytes, error)) ||
        !(table->replicates = arena_alloc(arena, n_replicates * n, bytes, error)) ||
        !(table->values = arena_alloc(arena, n_replicates, bytes, error)))
        return PT_E_MEMORY;
    return PT_OK;
}

void generality_table_load(struct generality_table *table, const struct encoding *encoding,
                           const struct encoding *known, size_t group)
{
    size_t n_columns = table->n_columns, n_samples = encoding_group_size(encoding, group);
    for (size_t c = 0; c < n_columns; c++)
        table->mean[c] = 0;
    for (size_t i = 0; i < n_samples; i++) {
        double *row = table->rows + i * n_columns;
        generality_reduce(encoding, encoding->first[group] + i, known, row);
        for (size_t c = 0; c < n_columns; c++)
            table->mean[c] += row[c];
    }
    for (size_t c = 0; c < n_columns; c++)
        table->mean[c] /= (double)n_samples;
}

void generality_table_resample(struct generality_table *table, const struct bootstrap *bootstrap,
                               size_t group)
{
    bootstrap_sums(bootstrap, group, table->rows, table->n_columns, table->replicates);
}

struct interval generality_interval(const struct generality_table *table,
                                    double (*statistic)(const double *sums, size_t order),
                                    size_t order)
{
    for (size_t r = 0; r < table->n_replicates; r++)
        table->values[r] = statistic(table->replicates + r * table->n_columns, order);
    return bootstrap_interval(table->values, table->n_replicates);
}
