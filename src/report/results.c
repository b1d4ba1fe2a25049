/* Loading of all that figures are drawn from. */
#include "report/results.h"

#include "base/fsio.h"

#include <limits.h>
#include <string.h>

static int load_json(const char *run_directory, struct results *results, struct pt_error *error)
{
    char path[PATH_MAX];
    int status = path_join(path, sizeof path, run_directory, "analysis/about.json", error);
    if (!status)
        status = results_load_about(path, &results->about, &results->arena, error);
    if (!status)
        status = path_join(path, sizeof path, run_directory, "analysis/phases.json", error);
    return status ? status : results_load_phases(path, results, error);
}

static void find_metrics(struct results *results)
{
    const struct result_table *table = &results->tables[TABLE_METRICS];
    struct result_metrics *m = &results->metrics;
    m->loss[PT_TRAIN] = result_curve(table, "train_loss", KEYS(0));
    m->loss[PT_TEST] = result_curve(table, "test_loss", KEYS(0));
    m->accuracy[PT_TRAIN] = result_curve(table, "train_accuracy", KEYS(0));
    m->accuracy[PT_TEST] = result_curve(table, "test_accuracy", KEYS(0));
    m->gap = result_curve(table, "loss_gap", KEYS(0));
    m->clean_loss = result_curve(table, "train_clean_loss", KEYS(0));
}

static void find_orders(struct results *results)
{
    const struct result_table *table = &results->tables[TABLE_ORDERS];
    struct result_orders *orders = &results->orders;
    orders->n_orders = result_n_orders(table);
    for (size_t split = 0; split < RESULTS_N_SPLITS; split++) {
        for (size_t k = 0; k < orders->n_orders; k++) {
            const size_t *place = KEYS(split, KIND_BOTH, k + 1);
            orders->share[split][k] = result_curve(table, "share", place);
            orders->positive[split][k] = result_curve(table, "positive", place);
            orders->negative[split][k] = result_curve(table, "negative", place);
        }
        results->mean_order[split] =
            result_curve(&results->tables[TABLE_MEAN_ORDER], "mean_order", KEYS(split));
    }
}

int results_load(const char *run_directory, struct results *results, struct pt_error *error)
{
    memset(results, 0, sizeof *results);
    int status = load_json(run_directory, results, error);
    for (size_t i = 0; i < RESULTS_N_TABLES && !status; i++)
        status = result_table_read(&results->tables[i], &result_layouts[i], run_directory,
                                   &results->arena, error);
    if (status)
        return status;
    find_metrics(results);
    find_orders(results);
    return PT_OK;
}

void results_release(struct results *results)
{
    arena_release(&results->arena);
}
