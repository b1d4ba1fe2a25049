/* Order sums: the interactions of a sample, or of many, added up by sign and order. */
#include "analysis/order_sums.h"

#include <math.h>

size_t order_columns(size_t n_players)
{
    return (size_t)N_KINDS * N_SUMS * n_players;
}

static size_t column(size_t n_players, enum kind kind, enum order_sum sum, size_t order)
{
    return ((size_t)kind * N_SUMS + (size_t)sum) * n_players + order - 1;
}

static void add_interaction(size_t n, enum kind kind, size_t order, double value, double *sums)
{
    sums[column(n, kind, value > 0 ? SUM_POSITIVE : SUM_NEGATIVE, order)] += value;
    sums[column(n, kind, SUM_COUNT, order)] += 1;
}

static void reduce_kind(size_t n, const double *interactions, double tau, uint32_t within,
                        enum kind kind, double *sums)
{
    for (uint32_t set = 1; set >> n == 0; set++) {
        double value = interactions[set];
        if (set & ~within || value == 0 || !(fabs(value) >= tau))
            continue;
        add_interaction(n, kind, (size_t)__builtin_popcount(set), value, sums);
    }
}

void order_sums_reduce(size_t n_players, const double *I_and, const double *I_or, double tau,
                       uint32_t within, double *sums)
{
    for (size_t c = 0; c < order_columns(n_players); c++)
        sums[c] = 0;
    reduce_kind(n_players, I_and, tau, within, KIND_AND, sums);
    reduce_kind(n_players, I_or, tau, within, KIND_OR, sums);
}

void order_sums_encoding(const struct encoding *encoding, size_t sample, double *sums)
{
    for (size_t c = 0; c < order_columns(encoding->n_players); c++)
        sums[c] = 0;
    for (size_t i = encoding->start[sample]; i < encoding->start[sample + 1]; i++) {
        const struct interaction *interaction = &encoding->interactions[i];
        add_interaction(encoding->n_players, interaction->is_or ? KIND_OR : KIND_AND,
                        interaction_order(interaction), interaction->value, sums);
    }
}

void order_sums_mean_of(const double *sums, size_t n_players, size_t first, size_t end,
                        double *mean)
{
    size_t n_columns = order_columns(n_players);
    for (size_t c = 0; c < n_columns; c++) {
        double sum = 0;
        for (size_t i = first; i < end; i++)
            sum += sums[i * n_columns + c];
        mean[c] = sum / (double)(end - first);
    }
}

void order_sums_mean(const struct pt_analysis *analysis, const double *sums, size_t split,
                     double *mean)
{
    order_sums_mean_of(sums, analysis->n_players, analysis->first[split],
                       analysis->first[split + 1], mean);
}

double order_sum(const double *sums, size_t n_players, enum kind kind, enum order_sum sum,
                 size_t order)
{
    if (kind == KIND_BOTH)
        return order_sum(sums, n_players, KIND_AND, sum, order) +
               order_sum(sums, n_players, KIND_OR, sum, order);
    return sums[column(n_players, kind, sum, order)];
}

double order_strength(const double *sums, size_t n_players, enum kind kind, size_t order)
{
    return order_sum(sums, n_players, kind, SUM_POSITIVE, order) -
           order_sum(sums, n_players, kind, SUM_NEGATIVE, order);
}

double total_strength(const double *sums, size_t n_players, enum kind kind)
{
    double total = 0;
    for (size_t order = 1; order <= n_players; order++)
        total += order_strength(sums, n_players, kind, order);
    return total;
}

size_t strongest_order(const double *sums, size_t n_players)
{
    size_t best = 1;
    for (size_t order = 2; order <= n_players; order++)
        if (order_strength(sums, n_players, KIND_BOTH, order) >
            order_strength(sums, n_players, KIND_BOTH, best))
            best = order;
    return best;
}

size_t most_frequent_order(const double *sums, size_t n_players)
{
    size_t best = 1;
    for (size_t order = 2; order <= n_players; order++)
        if (order_sum(sums, n_players, KIND_BOTH, SUM_COUNT, order) >
            order_sum(sums, n_players, KIND_BOTH, SUM_COUNT, best))
            best = order;
    return best;
}
