/* One table of several runs, averaged row by row. */
#include "study/aggregate.h"

#include "analysis/output.h"
#include "base/mem.h"
#include "base/text.h"
#include "fmt/csv.h"
#include "num/student.h"

#include <limits.h>
#include <math.h>
#include <string.h>

#define NO_ROW SIZE_MAX

enum role { KEY, VALUE, LOW, HIGH };

struct column {
    enum role role;
    size_t value; /* of LOW and HIGH: the column whose interval they are the ends of */
};

/* A row of the result: the rows of the runs that it is made of. */
struct merged_row {
    size_t run;                /* the first that has it */
    size_t rows[PT_MAX_SEEDS]; /* NO_ROW where a run has none */
};

struct merge {
    size_t n_runs;
    struct csv_table *tables[PT_MAX_SEEDS]; /* NULL where a run has no such file */
    const struct csv_table *first;          /* the first that is there */
    struct column *columns;                 /* [first->n_columns] */
    struct merged_row *rows;
    size_t n_rows, capacity;
};

/* ---- Reading ---- */

static int check_columns(const struct csv_table *first, const struct csv_table *other,
                         struct pt_error *error)
{
    int same = first->n_columns == other->n_columns;
    for (size_t i = 0; same && i < first->n_columns; i++)
        same = strcmp(first->names[i], other->names[i]) == 0;
    return same ? PT_OK
                : pt_error_at(error, PT_E_DATA, other->path, 1, 0,
                              "its columns are not those of %s", first->path);
}

static int read_tables(const struct seed_set *set, const char *name, struct merge *merge,
                       struct pt_error *error)
{
    char path[PATH_MAX];
    for (size_t i = 0; i < set->n; i++) {
        int status = path_join(path, sizeof path, set->directories[i], name, error);
        if (!status && file_exists(path))
            status = csv_read(path, &merge->tables[i], error);
        if (!status && merge->tables[i] && !merge->first)
            merge->first = merge->tables[i];
        if (!status && merge->tables[i])
            status = check_columns(merge->first, merge->tables[i], error);
        if (status)
            return status;
    }
    return merge->first ? PT_OK : pt_error_set(error, PT_E_IO, "no run has %s", name);
}

/* ---- Columns ---- */

static size_t find_column(const struct csv_table *table, const char *name, size_t n_bytes)
{
    for (size_t i = 0; i < table->n_columns; i++)
        if (strlen(table->names[i]) == n_bytes && memcmp(table->names[i], name, n_bytes) == 0)
            return i;
    return table->n_columns;
}

/* The column that `name` ends "_low" or "_high" of; "low" and "high" are of what is before them. */
static size_t find_value(const struct csv_table *table, const char *name, const char *end)
{
    size_t n = strlen(name), n_end = strlen(end);
    if (strcmp(name, end) == 0) {
        size_t low = find_column(table, "low", 3);
        return low > 0 && low < table->n_columns ? low - 1 : table->n_columns;
    }
    if (n <= n_end + 1 || name[n - n_end - 1] != '_' || strcmp(name + n - n_end, end) != 0)
        return table->n_columns;
    return find_column(table, name, n - n_end - 1);
}

static int is_key_name(const struct csv_table *table, const char *name)
{
    static const char *const keys[] = {"step",  "epoch",  "split",  "kind",
                                       "order", "labels", "sample", "n_players"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (strcmp(name, keys[i]) == 0)
            return 1;
    /* Along training sigma2 is what was fitted, in the table of the theory alone it is given. */
    return strcmp(name, "sigma2") == 0 && find_column(table, "step", 4) == table->n_columns;
}

static int holds_words(const struct merge *merge, const char *name)
{
    size_t column;
    for (size_t i = 0; i < merge->n_runs; i++)
        if (merge->tables[i] &&
            csv_column(merge->tables[i], name, CSV_NUMBERS, &column, NULL) != PT_OK)
            return 1;
    return 0;
}

static int assign_roles(struct merge *merge, struct pt_error *error)
{
    const struct csv_table *table = merge->first;
    merge->columns = mem_alloc(table->n_columns, sizeof *merge->columns, error);
    if (!merge->columns)
        return PT_E_MEMORY;
    for (size_t i = 0; i < table->n_columns; i++) {
        const char *name = table->names[i];
        size_t low = find_value(table, name, "low"), high = find_value(table, name, "high");
        struct column column = {VALUE, i};
        if (is_key_name(table, name) || holds_words(merge, name))
            column.role = KEY;
        else if (low < table->n_columns)
            column = (struct column){LOW, low};
        else if (high < table->n_columns)
            column = (struct column){HIGH, high};
        merge->columns[i] = column;
    }
    return PT_OK;
}

/* ---- Rows ---- */

static int same_key(const struct merge *merge, const struct merged_row *merged, size_t run,
                    size_t row)
{
    for (size_t i = 0; i < merge->first->n_columns; i++)
        if (merge->columns[i].role == KEY &&
            strcmp(csv_text(merge->tables[merged->run], merged->rows[merged->run], i),
                   csv_text(merge->tables[run], row, i)) != 0)
            return 0;
    return 1;
}

static size_t find_row(const struct merge *merge, size_t from, size_t to, size_t run, size_t row)
{
    for (size_t i = from; i < to; i++)
        if (merge->rows[i].rows[run] == NO_ROW && same_key(merge, &merge->rows[i], run, row))
            return i;
    return NO_ROW;
}

static int add_row(struct merge *merge, size_t run, size_t row, struct pt_error *error)
{
    void *rows = merge->rows;
    int status = mem_grow(&rows, &merge->capacity, merge->n_rows + 1, sizeof *merge->rows, error);
    merge->rows = rows;
    if (status)
        return status;
    struct merged_row *merged = &merge->rows[merge->n_rows++];
    merged->run = run;
    for (size_t i = 0; i < PT_MAX_SEEDS; i++)
        merged->rows[i] = NO_ROW;
    merged->rows[run] = row;
    return PT_OK;
}

/* Runs list their rows in the same order nearly always: the search begins after the last find. */
static int match_rows(struct merge *merge, size_t run, struct pt_error *error)
{
    size_t expected = 0, n_before = merge->n_rows;
    for (size_t row = 0; merge->tables[run] && row < merge->tables[run]->n_rows; row++) {
        size_t found = find_row(merge, expected, n_before, run, row);
        if (found == NO_ROW)
            found = find_row(merge, 0, expected, run, row);
        if (found == NO_ROW) {
            int status = add_row(merge, run, row, error);
            if (status)
                return status;
        } else {
            merge->rows[found].rows[run] = row;
            expected = found + 1;
        }
    }
    return PT_OK;
}

/* ---- Writing ---- */

static size_t gather(const struct merge *merge, const struct merged_row *merged, size_t column,
                     double *values)
{
    size_t n = 0;
    for (size_t run = 0; run < merge->n_runs; run++)
        if (merged->rows[run] != NO_ROW)
            values[n++] = csv_number(merge->tables[run], merged->rows[run], column);
    return n;
}

static void write_row(const struct merge *merge, const struct merged_row *merged,
                      struct table *table)
{
    double values[PT_MAX_SEEDS];
    for (size_t i = 0; i < merge->first->n_columns; i++) {
        struct column column = merge->columns[i];
        if (column.role == KEY) {
            table_text(table, csv_text(merge->tables[merged->run], merged->rows[merged->run], i));
            continue;
        }
        size_t n = gather(merge, merged, column.value, values);
        if (column.role == VALUE)
            table_number(table, finite_mean(values, n));
        else
            table_number(table, column.role == LOW ? mean_interval(values, n).low
                                                   : mean_interval(values, n).high);
    }
    table_end_row(table);
}

static int write_table(const struct merge *merge, const char *directory, const char *name,
                       struct pt_error *error)
{
    struct text header = {0};
    char *line;
    for (size_t i = 0; i < merge->first->n_columns; i++)
        text_printf(&header, "%s%s", i ? "," : "", merge->first->names[i]);
    int status = text_take(&header, &line, error);
    if (status)
        return status;
    struct table table;
    table_start(&table, directory, name, line, error);
    mem_free(line);
    for (size_t i = 0; i < merge->n_rows; i++)
        write_row(merge, &merge->rows[i], &table);
    return table_finish(&table);
}

int aggregate_table(const struct seed_set *set, const char *name, const char *directory,
                    struct pt_error *error)
{
    struct merge merge = {.n_runs = set->n};
    int status = read_tables(set, name, &merge, error);
    if (!status)
        status = assign_roles(&merge, error);
    for (size_t run = 0; run < set->n && !status; run++)
        status = match_rows(&merge, run, error);
    if (!status)
        status = write_table(&merge, directory, name, error);
    for (size_t run = 0; run < set->n; run++)
        csv_free(merge.tables[run]);
    mem_free(merge.columns);
    mem_free(merge.rows);
    return status;
}
