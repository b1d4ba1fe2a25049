/* J_pos, J_neg, strength, share (doc/METHOD.md, "Strength and share"), in analysis/orders.csv. */
#include "analysis/order_sums.h"
#include "analysis/output.h"

#define HEADER                                                                    \
    "step,epoch,split,kind,order,strength,share,positive,negative,count,"         \
    "strength_low,strength_high,share_low,share_high,positive_low,positive_high," \
    "negative_low,negative_high"

/* The columns that have bounds, in the order of the file. */
enum statistic { STRENGTH, SHARE, POSITIVE, NEGATIVE, N_STATISTICS };

static const char *const kind_names[] = {"and", "or", "both"};

/* Of one split at one checkpoint; vectors of order_columns(). */
struct orders {
    const struct pt_analysis *analysis;
    size_t n_replicates, n_columns;
    double *mean;       /* over the samples */
    double *replicates; /* [n_replicates] means over resamples */
    double *values;     /* [n_replicates] scratch: one statistic */
};

static double statistic_of(const double *sums, size_t n, enum kind kind, size_t order,
                           enum statistic statistic)
{
    switch (statistic) {
    case STRENGTH:
        return order_strength(sums, n, kind, order);
    case POSITIVE:
        return order_sum(sums, n, kind, SUM_POSITIVE, order);
    case NEGATIVE:
        return order_sum(sums, n, kind, SUM_NEGATIVE, order);
    default: /* SHARE; 0/0, an empty cell, where nothing is salient */
        return order_strength(sums, n, kind, order) / total_strength(sums, n, kind);
    }
}

static void load_split(struct orders *orders, const struct checkpoint *checkpoint, size_t split)
{
    const struct pt_analysis *analysis = orders->analysis;
    size_t n_columns = orders->n_columns;
    order_sums_mean(analysis, checkpoint->sums, split, orders->mean);
    bootstrap_sums(analysis->bootstrap, split,
                   checkpoint->sums + analysis->first[split] * n_columns, n_columns,
                   orders->replicates);
    double size = (double)split_size(analysis, split);
    for (size_t i = 0; i < orders->n_replicates * n_columns; i++)
        orders->replicates[i] /= size;
}

static void write_row(struct table *table, const struct orders *orders, enum kind kind,
                      size_t order)
{
    size_t n = orders->analysis->n_players;
    for (enum statistic s = 0; s < N_STATISTICS; s++)
        table_number(table, statistic_of(orders->mean, n, kind, order, s));
    table_number(table, order_sum(orders->mean, n, kind, SUM_COUNT, order));
    for (enum statistic s = 0; s < N_STATISTICS; s++) {
        for (size_t r = 0; r < orders->n_replicates; r++)
            orders->values[r] =
                statistic_of(orders->replicates + r * orders->n_columns, n, kind, order, s);
        struct interval bounds = bootstrap_interval(orders->values, orders->n_replicates);
        table_number(table, bounds.low);
        table_number(table, bounds.high);
    }
    table_end_row(table);
}

static void write_split(struct table *table, struct orders *orders,
                        const struct checkpoint *checkpoint, size_t split)
{
    load_split(orders, checkpoint, split);
    for (enum kind kind = 0; kind <= KIND_BOTH; kind++)
        for (size_t order = 1; order <= orders->analysis->n_players; order++) {
            table_integer(table, checkpoint->step);
            table_number(table, checkpoint->epoch);
            table_text(table, group_name(split));
            table_text(table, kind_names[kind]);
            table_integer(table, (long)order);
            write_row(table, orders, kind, order);
        }
}

static int orders_finish(struct pt_analysis *analysis, const char *directory,
                         struct pt_error *error)
{
    struct orders orders = {.analysis = analysis,
                            .n_replicates = bootstrap_n_replicates(analysis->bootstrap),
                            .n_columns = order_columns(analysis->n_players)};
    struct arena arena = {0};
    int status = PT_E_MEMORY;
    orders.mean = arena_alloc(&arena, orders.n_columns, sizeof(double), error);
    orders.replicates =
        arena_alloc(&arena, orders.n_replicates * orders.n_columns, sizeof(double), error);
    orders.values = arena_alloc(&arena, orders.n_replicates, sizeof(double), error);
    if (!orders.mean || !orders.replicates || !orders.values)
        goto done;
    struct table table;
    table_start(&table, directory, "orders.csv", HEADER, error);
    for (size_t c = 0; c < analysis->n_checkpoints; c++)
        for (size_t split = 0; split < PT_N_SPLITS; split++)
            if (split_size(analysis, split) > 0)
                write_split(&table, &orders, &analysis->checkpoints[c], split);
    status = table_finish(&table);
done:
    arena_release(&arena);
    return status;
}

const struct quantity quantity_orders = {NULL, orders_finish};
