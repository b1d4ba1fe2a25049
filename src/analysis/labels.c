/* Orders of correctly labelled and of mislabelled training samples, in analysis/labels.csv. */
#include "analysis/labels.h"

#include "analysis/order_sums.h"
#include "analysis/output.h"

#define HEADER                                                                     \
    "step,epoch,labels,order,strength,share,positive,negative,count,strength_low," \
    "strength_high,share_low,share_high,positive_low,positive_high,negative_low,"  \
    "negative_high,n_samples"

/* In the order of the file; all but the last have bounds. */
enum statistic { STRENGTH, SHARE, POSITIVE, NEGATIVE, COUNT, N_STATISTICS };

static const char *const names[N_LABELS] = {"normal", "mislabelled"};

/* What the rows of one checkpoint are written from. */
struct view {
    const struct checkpoint *at;
    struct label_sums sums;
    size_t n_replicates;
    double *total;      /* [n_columns] */
    double *replicates; /* [n_replicates, n_columns] of the total */
    double *values;     /* [n_replicates] scratch */
};

/* `total` is the sum over `n` samples of `n_players`. */
static double statistic_of(const double *total, size_t n, size_t n_players, size_t order,
                           enum statistic statistic)
{
    switch (statistic) {
    case STRENGTH:
        return order_strength(total, n_players, KIND_BOTH, order) / (double)n;
    case SHARE: /* 0/0, an empty cell, where nothing is salient */
        return order_strength(total, n_players, KIND_BOTH, order) /
               total_strength(total, n_players, KIND_BOTH);
    case POSITIVE:
        return order_sum(total, n_players, KIND_BOTH, SUM_POSITIVE, order) / (double)n;
    case NEGATIVE:
        return order_sum(total, n_players, KIND_BOTH, SUM_NEGATIVE, order) / (double)n;
    default:
        return order_sum(total, n_players, KIND_BOTH, SUM_COUNT, order) / (double)n;
    }
}

static void write_order(struct table *table, const struct view *view, enum labels labels,
                        size_t order)
{
    const struct label_sums *sums = &view->sums;
    size_t n = sums->n[labels], n_players = sums->n_players;
    table_integer(table, view->at->step);
    table_number(table, view->at->epoch);
    table_text(table, names[labels]);
    table_integer(table, (long)order);
    for (enum statistic s = 0; s < N_STATISTICS; s++)
        table_number(table, statistic_of(view->total, n, n_players, order, s));
    for (enum statistic s = 0; s < COUNT; s++) {
        for (size_t r = 0; r < view->n_replicates; r++)
            view->values[r] =
                statistic_of(view->replicates + r * sums->n_columns, n, n_players, order, s);
        struct interval bounds = bootstrap_interval(view->values, view->n_replicates);
        table_number(table, bounds.low);
        table_number(table, bounds.high);
    }
    table_integer(table, (long)n);
    table_end_row(table);
}

static int write_rows(struct table *table, const struct pt_analysis *analysis, struct view *view,
                      struct arena *arena, struct pt_error *error)
{
    struct bootstrap *bootstrap;
    view->n_replicates = analysis->options.n_replicates;
    view->total = arena_alloc(arena, view->sums.n_columns, sizeof(double), error);
    view->replicates =
        arena_alloc(arena, view->n_replicates * view->sums.n_columns, sizeof(double), error);
    view->values = arena_alloc(arena, view->n_replicates, sizeof(double), error);
    if (!view->total || !view->replicates || !view->values)
        return PT_E_MEMORY;
    int status = label_sums_bootstrap(&view->sums, analysis, &bootstrap, error);
    if (status)
        return status;
    for (enum labels l = 0; l < N_LABELS; l++) {
        if (view->sums.n[l] == 0)
            continue;
        label_sums_total(&view->sums, l, view->total);
        bootstrap_sums(bootstrap, l, view->sums.of[l], view->sums.n_columns, view->replicates);
        for (size_t order = 1; order <= view->sums.n_players; order++)
            write_order(table, view, l, order);
    }
    bootstrap_free(bootstrap);
    return PT_OK;
}

static int add_sample(struct table *table, const struct pt_analysis *analysis,
                      const struct checkpoint *at, const struct encoding *encoding,
                      struct pt_error *error)
{
    struct arena arena = {0};
    struct view view = {.at = at};
    int status = label_sums_create(encoding, &arena, &view.sums, error);
    if (!status)
        status = write_rows(table, analysis, &view, &arena, error);
    arena_release(&arena);
    return status;
}

static int has_mislabelled(const struct encoding *e)
{
    for (size_t i = 0; i < e->n_samples; i++)
        if (e->mislabelled[i] && e->split[i] == PT_TRAIN)
            return 1;
    return 0;
}

static int write_curve(const struct pt_analysis *analysis, const char *directory,
                       struct pt_error *error)
{
    struct table table;
    if (!has_mislabelled(&analysis->checkpoints[0].encoding))
        return PT_OK;
    table_start(&table, directory, "labels.csv", HEADER, error);
    for (size_t c = 0; c < analysis->n_checkpoints && !table.status; c++) {
        const struct checkpoint *at = &analysis->checkpoints[c];
        int status = add_sample(&table, analysis, at, &at->encoding, error);
        if (!table.status)
            table.status = status;
    }
    return table_finish(&table);
}

static int write_final(const struct pt_analysis *analysis, const char *directory,
                       struct pt_error *error)
{
    struct table table;
    if (!has_mislabelled(&analysis->final))
        return PT_OK;
    table_start(&table, directory, "labels_final.csv", HEADER, error);
    int status = add_sample(&table, analysis, last_checkpoint(analysis), &analysis->final, error);
    if (!table.status)
        table.status = status;
    return table_finish(&table);
}

static int labels_finish(struct pt_analysis *analysis, const char *directory,
                         struct pt_error *error)
{
    int status = write_curve(analysis, directory, error);
    return status ? status : write_final(analysis, directory, error);
}

const struct quantity quantity_labels = {NULL, labels_finish};
