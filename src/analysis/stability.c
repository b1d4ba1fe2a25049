/* How interactions vary under noise on the input, by order, in analysis/stability.csv. */
#include "analysis/stability.h"

#include "analysis/output.h"
#include "analysis/state.h"

#include <math.h>

void stability_rows(const struct pt_stability *s, double *rows)
{
    size_t n = s->n_players;
    for (size_t i = 0; i < s->n_samples; i++) {
        double *row = rows + i * 2 * n;
        for (size_t c = 0; c < 2 * n; c++)
            row[c] = 0;
        for (uint32_t set = 1; set >> n == 0; set++) {
            size_t order = (size_t)__builtin_popcount(set);
            row[order - 1] += s->variance[(i << n) + set];
            row[n + order - 1] += fabs(s->mean[(i << n) + set]);
        }
    }
}

static size_t n_sets_of_order(size_t n_players, size_t order)
{
    size_t n = 1;
    for (size_t i = 1; i <= order; i++)
        n = n * (n_players - order + i) / i;
    return n;
}

struct order_stability stability_of_order(const double *total, size_t n_players, size_t n_samples,
                                          size_t order)
{
    struct order_stability s = {.n_sets = n_samples * n_sets_of_order(n_players, order)};
    s.variance = total[order - 1] / (double)s.n_sets;
    s.mean_strength = total[n_players + order - 1] / (double)s.n_sets;
    s.ratio = s.mean_strength / sqrt(s.variance);
    return s;
}

static void write_order(struct table *table, size_t order, const struct order_stability *s)
{
    table_integer(table, (long)order);
    table_integer(table, (long)s->n_sets);
    table_number(table, s->variance);
    table_number(table, s->mean_strength);
    table_number(table, s->ratio);
    table_end_row(table);
}

static int stability_finish(struct pt_analysis *analysis, const char *directory,
                            struct pt_error *error)
{
    const struct pt_stability *s = &analysis->stability;
    size_t n = s->n_players;
    if (s->n_samples == 0)
        return PT_OK;
    double *rows = mem_alloc((s->n_samples + 1) * 2 * n, sizeof *rows, error);
    if (!rows)
        return PT_E_MEMORY;
    double *total = rows + s->n_samples * 2 * n;
    stability_rows(s, rows);
    for (size_t i = 0; i < s->n_samples; i++)
        for (size_t c = 0; c < 2 * n; c++)
            total[c] += rows[i * 2 * n + c];
    struct table table;
    table_start(&table, directory, "stability.csv", "order,n_sets,variance,mean_strength,ratio",
                error);
    for (size_t order = 1; order <= n; order++) {
        struct order_stability of_order = stability_of_order(total, n, s->n_samples, order);
        write_order(&table, order, &of_order);
    }
    mem_free(rows);
    return table_finish(&table);
}

const struct quantity quantity_stability = {NULL, stability_finish};
