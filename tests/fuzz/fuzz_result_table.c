/* Fuzz target: the tables of RUN/analysis, as figures and averages over seeds read them. */
#include "fuzz_seeds.h"

#include "report/results.h"

#include <string.h>

static int has_orders(const struct table_layout *layout)
{
    return layout->n_keys > 0 && strcmp(layout->keys[layout->n_keys - 1].column, "order") == 0;
}

/* The one file has the names of all tables; it is read as the table of a layout that takes it. */
static int read_tables(const char *path, struct pt_error *error)
{
    (void)path;
    int status = PT_OK;
    for (size_t i = 0; i < RESULTS_N_TABLES; i++) {
        struct arena arena = {0};
        struct result_table table;
        status = result_table_read(&table, &result_layouts[i], fuzz_path("run"), &arena, error);
        if (!status && has_orders(table.layout))
            fuzz_assert(result_n_orders(&table) <= RESULTS_MAX_ORDER);
        arena_release(&arena);
    }
    return status;
}

static int aggregate(const char *path, struct pt_error *error)
{
    (void)path;
    return aggregate_table(fuzz_seeds(2), "table.csv", fuzz_path("seeds"), error);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_make_directory("run/analysis");
    fuzz_make_directory("seeds");
    for (size_t i = 0; i < RESULTS_N_TABLES; i++) {
        char name[256];
        snprintf(name, sizeof name, "run/%s", result_layouts[i].file);
        fuzz_link("run/table.csv", name);
    }
    fuzz_read("run/table.csv", data, size, read_tables, REFUSES_DATA);
    fuzz_read("run/table.csv", data, size, aggregate, REFUSES_DATA);
    fuzz_read("run/table.csv", data, size, fuzz_inspect, REFUSES_DATA);
    return 0;
}
