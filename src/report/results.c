/* Reading of a run's tables into curves. */
#include "report/results.h"

#include "base/fsio.h"
#include "fmt/csv.h"

#include <limits.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_NAME_BYTES 64
#define ALL_ORDERS(n) (((uint32_t)1 << (n)) - 1)

/* A table being read. Its rows are put where their step belongs, in whatever order they come. */
struct reader {
    struct csv_table *table;
    size_t step_column;
    double *steps;  /* [n_steps], ascending, distinct */
    uint32_t *seen; /* [n_steps, RESULTS_N_SPLITS], bit k - 1: the row of order k was there */
    size_t n_steps;
    struct arena *arena;
    struct pt_error *error;
};

/* The columns of a quantity and of its bounds. */
struct columns {
    size_t value, low, high;
};

static int row_error(const struct reader *r, size_t row, const char *message)
{
    return pt_error_at(r->error, PT_E_DATA, r->table->path, (long)row + 2, 0, "%s", message);
}

static int compare_doubles(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static int collect_steps(struct reader *r)
{
    size_t n_rows = r->table->n_rows;
    r->steps = arena_alloc(r->arena, n_rows, sizeof *r->steps, r->error);
    if (!r->steps)
        return PT_E_MEMORY;
    for (size_t row = 0; row < n_rows; row++) {
        double step = csv_number(r->table, row, r->step_column);
        if (!(step >= 0 && step <= RESULTS_MAX_STEP && step == floor(step)))
            return row_error(r, row, "column step: no step number");
        r->steps[row] = step;
    }
    qsort(r->steps, n_rows, sizeof *r->steps, compare_doubles);
    for (size_t i = 0; i < n_rows; i++)
        if (i == 0 || r->steps[i] != r->steps[i - 1])
            r->steps[r->n_steps++] = r->steps[i];
    if (r->n_steps > RESULTS_MAX_CHECKPOINTS)
        return pt_error_at(r->error, PT_E_DATA, r->table->path, 0, 0,
                           "%zu different steps, at most %d", r->n_steps, RESULTS_MAX_CHECKPOINTS);
    r->seen = arena_alloc(r->arena, r->n_steps * RESULTS_N_SPLITS, sizeof *r->seen, r->error);
    return r->seen ? PT_OK : PT_E_MEMORY;
}

/* The caller calls csv_free(r->table) in any case. */
static int reader_open(struct reader *r, const char *run_directory, const char *name,
                       struct results *results, struct pt_error *error)
{
    char path[PATH_MAX];
    *r = (struct reader){.arena = &results->arena, .error = error};
    int status = path_join(path, sizeof path, run_directory, name, error);
    if (!status)
        status = csv_read(path, &r->table, error);
    if (!status)
        status = csv_column(r->table, "step", CSV_NUMBERS, &r->step_column, error);
    return status ? status : collect_steps(r);
}

static int find_columns(const struct reader *r, const char *name, const char *low, const char *high,
                        struct columns *columns)
{
    int status = csv_column(r->table, name, CSV_NUMBERS, &columns->value, r->error);
    if (!status)
        status = csv_column(r->table, low, CSV_NUMBERS, &columns->low, r->error);
    return status ? status : csv_column(r->table, high, CSV_NUMBERS, &columns->high, r->error);
}

/* `name` with its bounds `name`_low and `name`_high. */
static int find_bounded(const struct reader *r, const char *name, struct columns *columns)
{
    char low[MAX_NAME_BYTES], high[MAX_NAME_BYTES];
    snprintf(low, sizeof low, "%s_low", name);
    snprintf(high, sizeof high, "%s_high", name);
    return find_columns(r, name, low, high, columns);
}

static int make_curve(const struct reader *r, struct curve *curve)
{
    double *values = arena_alloc(r->arena, 3 * r->n_steps, sizeof *values, r->error);
    if (!values)
        return PT_E_MEMORY;
    for (size_t i = 0; i < 3 * r->n_steps; i++)
        values[i] = NAN;
    *curve =
        (struct curve){r->n_steps, r->steps, values, values + r->n_steps, values + 2 * r->n_steps};
    return PT_OK;
}

/* The checkpoint a row is of; PT_E_DATA when an earlier row had this step, split and order. */
static int find_place(const struct reader *r, size_t row, size_t split, size_t order, size_t *place)
{
    double step = csv_number(r->table, row, r->step_column);
    const double *found = bsearch(&step, r->steps, r->n_steps, sizeof step, compare_doubles);
    *place = (size_t)(found - r->steps);
    uint32_t *seen = &r->seen[*place * RESULTS_N_SPLITS + split];
    uint32_t bit = (uint32_t)1 << (order - 1);
    if (*seen & bit)
        return row_error(r, row, "the same step once more");
    *seen |= bit;
    return PT_OK;
}

static void fill_point(const struct reader *r, size_t row, const struct columns *columns,
                       struct curve *curve, size_t place)
{
    curve->value[place] = csv_number(r->table, row, columns->value);
    curve->low[place] = csv_number(r->table, row, columns->low);
    curve->high[place] = csv_number(r->table, row, columns->high);
}

/* *split is RESULTS_N_SPLITS for the third split, which no figure shows. */
static int read_split(const struct reader *r, size_t row, size_t column, size_t *split)
{
    static const char *const names[] = {"train", "test", "third"};
    const char *text = csv_text(r->table, row, column);
    for (*split = 0; *split <= RESULTS_N_SPLITS; ++*split)
        if (strcmp(text, names[*split]) == 0)
            return PT_OK;
    return row_error(r, row, "column split: none of train, test and third");
}

#define N_METRICS 6

static int fill_metrics(const struct reader *r, struct curve *const curves[N_METRICS],
                        const struct columns columns[N_METRICS])
{
    for (size_t row = 0; row < r->table->n_rows; row++) {
        size_t place;
        int status = find_place(r, row, 0, 1, &place);
        if (status)
            return status;
        for (size_t i = 0; i < N_METRICS; i++)
            fill_point(r, row, &columns[i], curves[i], place);
    }
    return PT_OK;
}

static int load_metrics(const char *run_directory, struct results *results, struct pt_error *error)
{
    static const char *const names[N_METRICS - 1] = {"train_loss", "test_loss", "train_accuracy",
                                                     "test_accuracy", "loss_gap"};
    struct result_metrics *m = &results->metrics;
    struct curve *const curves[N_METRICS] = {
        &m->loss[PT_TRAIN],    &m->loss[PT_TEST], &m->accuracy[PT_TRAIN],
        &m->accuracy[PT_TEST], &m->gap,           &m->clean_loss};
    const char *clean = "train_clean_loss";
    struct columns columns[N_METRICS];
    struct reader r;
    int status = reader_open(&r, run_directory, "metrics.csv", results, error);
    for (size_t i = 0; i < N_METRICS && !status; i++)
        status = make_curve(&r, curves[i]);
    for (size_t i = 0; i < N_METRICS - 1 && !status; i++)
        status = find_bounded(&r, names[i], &columns[i]);
    if (!status)
        status = find_columns(&r, clean, clean, clean, &columns[N_METRICS - 1]);
    if (!status)
        status = fill_metrics(&r, curves, columns);
    csv_free(r.table);
    return status;
}

static int load_mean_order(const char *run_directory, struct results *results,
                           struct pt_error *error)
{
    struct reader r;
    struct columns columns;
    size_t split_column;
    int status = reader_open(&r, run_directory, "analysis/mean_order.csv", results, error);
    if (!status)
        status = find_columns(&r, "mean_order", "low", "high", &columns);
    if (!status)
        status = csv_column(r.table, "split", CSV_TEXT, &split_column, error);
    for (size_t split = 0; split < RESULTS_N_SPLITS && !status; split++)
        status = make_curve(&r, &results->mean_order[split]);
    for (size_t row = 0; !status && row < r.table->n_rows; row++) {
        size_t split, place;
        status = read_split(&r, row, split_column, &split);
        if (status || split == RESULTS_N_SPLITS)
            continue;
        status = find_place(&r, row, split, 1, &place);
        if (!status)
            fill_point(&r, row, &columns, &results->mean_order[split], place);
    }
    csv_free(r.table);
    return status;
}

struct order_columns {
    size_t split, kind, order;
    struct columns share, positive, negative;
};

static int find_order_columns(const struct reader *r, struct order_columns *columns)
{
    int status = csv_column(r->table, "split", CSV_TEXT, &columns->split, r->error);
    if (!status)
        status = csv_column(r->table, "kind", CSV_TEXT, &columns->kind, r->error);
    if (!status)
        status = csv_column(r->table, "order", CSV_NUMBERS, &columns->order, r->error);
    if (!status)
        status = find_bounded(r, "share", &columns->share);
    if (!status)
        status = find_bounded(r, "positive", &columns->positive);
    return status ? status : find_bounded(r, "negative", &columns->negative);
}

static int find_n_orders(const struct reader *r, const struct order_columns *columns,
                         size_t *n_orders)
{
    *n_orders = 0;
    for (size_t row = 0; row < r->table->n_rows; row++) {
        double order = csv_number(r->table, row, columns->order);
        if (!(order >= 1 && order <= RESULTS_MAX_ORDER && order == floor(order)))
            return row_error(r, row, "column order: no order");
        if ((size_t)order > *n_orders)
            *n_orders = (size_t)order;
    }
    return PT_OK;
}

static int make_order_curves(const struct reader *r, struct result_orders *orders)
{
    int status = PT_OK;
    for (size_t split = 0; split < RESULTS_N_SPLITS; split++)
        for (size_t k = 0; k < orders->n_orders && !status; k++) {
            status = make_curve(r, &orders->share[split][k]);
            if (!status)
                status = make_curve(r, &orders->positive[split][k]);
            if (!status)
                status = make_curve(r, &orders->negative[split][k]);
        }
    return status;
}

static int fill_orders_row(const struct reader *r, size_t row, const struct order_columns *columns,
                           struct result_orders *orders)
{
    if (strcmp(csv_text(r->table, row, columns->kind), "both") != 0)
        return PT_OK;
    size_t split, place, order = (size_t)csv_number(r->table, row, columns->order);
    int status = read_split(r, row, columns->split, &split);
    if (status || split == RESULTS_N_SPLITS)
        return status;
    status = find_place(r, row, split, order, &place);
    if (status)
        return status;
    fill_point(r, row, &columns->share, &orders->share[split][order - 1], place);
    fill_point(r, row, &columns->positive, &orders->positive[split][order - 1], place);
    fill_point(r, row, &columns->negative, &orders->negative[split][order - 1], place);
    return PT_OK;
}

/* A checkpoint has all orders of a split or none: a file cut between two lines shows here. */
static int check_complete(const struct reader *r, size_t n_orders)
{
    for (size_t i = 0; i < r->n_steps * RESULTS_N_SPLITS; i++)
        if (r->seen[i] != 0 && r->seen[i] != ALL_ORDERS(n_orders))
            return pt_error_at(r->error, PT_E_DATA, r->table->path, (long)r->table->n_rows + 1, 0,
                               "the file ends without all orders of step %.0f, split %s",
                               r->steps[i / RESULTS_N_SPLITS],
                               i % RESULTS_N_SPLITS == PT_TRAIN ? "train" : "test");
    return PT_OK;
}

static int load_orders(const char *run_directory, struct results *results, struct pt_error *error)
{
    struct reader r;
    struct order_columns columns;
    int status = reader_open(&r, run_directory, "analysis/orders.csv", results, error);
    if (!status)
        status = find_order_columns(&r, &columns);
    if (!status)
        status = find_n_orders(&r, &columns, &results->orders.n_orders);
    if (!status)
        status = make_order_curves(&r, &results->orders);
    for (size_t row = 0; !status && row < r.table->n_rows; row++)
        status = fill_orders_row(&r, row, &columns, &results->orders);
    if (!status)
        status = check_complete(&r, results->orders.n_orders);
    csv_free(r.table);
    return status;
}

static int load_json(const char *run_directory, struct results *results, struct pt_error *error)
{
    char path[PATH_MAX];
    int status = path_join(path, sizeof path, run_directory, "analysis/about.json", error);
    if (!status)
        status = results_load_about(path, results, error);
    if (!status)
        status = path_join(path, sizeof path, run_directory, "analysis/phases.json", error);
    return status ? status : results_load_phases(path, results, error);
}

int results_load(const char *run_directory, struct results *results, struct pt_error *error)
{
    memset(results, 0, sizeof *results);
    int status = load_json(run_directory, results, error);
    if (!status)
        status = load_metrics(run_directory, results, error);
    if (!status)
        status = load_orders(run_directory, results, error);
    return status ? status : load_mean_order(run_directory, results, error);
}

void results_release(struct results *results)
{
    arena_release(&results->arena);
}
