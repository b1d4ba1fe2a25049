/* A table of a run's analysis as curves along the training steps. */
#ifndef REPORT_RESULT_TABLE_H
#define REPORT_RESULT_TABLE_H

#include "base/mem.h"
#include "phasetrace/status.h"
#include "phasetrace/trace.h"

#include <stddef.h>

#define RESULTS_MAX_ORDER PT_MAX_PLAYERS
#define RESULTS_MAX_CHECKPOINTS 100000
#define RESULTS_MAX_STEP 1e15
#define TABLE_MAX_KEYS 3
#define TABLE_MAX_COLUMNS 24

/* A quantity along training. What a file does not have is NaN. */
struct curve {
    size_t n;
    const double *step;               /* [n], ascending */
    const double *value, *low, *high; /* [n], the bounds of a 95% bootstrap interval */
};

/* A quantity by order, at one step; index 0 is all orders together, NaN where there is none. */
struct spectrum {
    size_t n_orders;
    double value[RESULTS_MAX_ORDER + 1], low[RESULTS_MAX_ORDER + 1], high[RESULTS_MAX_ORDER + 1];
};

/* A column that says what a row is about, apart from the step. */
struct table_key {
    const char *column;
    const char *const *words; /* all it may hold, ended by NULL; NULL: a number lowest..20 */
    size_t lowest;
};

enum table_bounds {
    TABLE_BARE,
    TABLE_BOUNDED, /* NAME_low and NAME_high */
    TABLE_LOW_HIGH /* "low" and "high" */
};

struct table_column {
    const char *name;
    enum table_bounds bounds;
};

/* What a file must look like; more columns are allowed. */
struct table_layout {
    const char *file;  /* in the run directory */
    int is_optional;   /* may be absent */
    int is_ragged;     /* not every place of a step must have all orders */
    const char *along; /* what curves run along: "step", or any number; NULL: one point, at 0 */
    struct table_key keys[TABLE_MAX_KEYS]; /* `order`, when there is one, is the last */
    size_t n_keys;
    struct table_column columns[TABLE_MAX_COLUMNS];
    size_t n_columns;
};

/* The table in memory; the arena it was read into owns everything. Zeroed: an empty table. */
struct result_table {
    const struct table_layout *layout;
    size_t n_along;
    const double *along;         /* [n_along], ascending, distinct */
    size_t size[TABLE_MAX_KEYS]; /* values of each key: 0..size-1, or the index of a word */
    double *values[TABLE_MAX_COLUMNS][3]; /* [size..., n_along]: value, low, high */
};

/*
 * Reads the file that `layout` describes. A file that is absent and optional leaves an empty
 * table. PT_E_IO; PT_E_DATA, with file and line: a column is missing or holds what it must not,
 * two rows are of the same place, or rows are missing.
 */
int result_table_read(struct result_table *table, const struct table_layout *layout,
                      const char *run_directory, struct arena *arena, struct pt_error *error);

/* The place in a table: values of its keys, in the order of the layout. */
#define KEYS(...) ((const size_t[TABLE_MAX_KEYS]){__VA_ARGS__})

/* The curve of a column of the layout; no points when the table has no such column or place. */
struct curve result_curve(const struct result_table *table, const char *column, const size_t *keys);

/* The values by order at along[at]. The table has orders; keys[] says the others, and order 0. */
struct spectrum result_spectrum(const struct result_table *table, const char *column,
                                const size_t *keys, size_t at);

/* The highest order in the table; 0 when it is empty. */
size_t result_n_orders(const struct result_table *table);

/* Whether a curve has a finite value. */
int curve_has_values(const struct curve *curve);

#endif
