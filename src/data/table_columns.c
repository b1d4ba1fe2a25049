/* Deciding on the columns and rows of a table: passes over all its cells. */
#include "data/table_columns.h"

#include "base/number.h"
#include "base/suggest.h"

#include <stdio.h>
#include <string.h>

int cell_is_missing(const char *cell)
{
    static const char *const names[] = {"",    "?",   "NA",   "N/A",  "n/a",
                                        "NaN", "nan", "NULL", "null", "None"};
    cell += strspn(cell, " \t");
    size_t n_bytes = strlen(cell);
    while (n_bytes > 0 && (cell[n_bytes - 1] == ' ' || cell[n_bytes - 1] == '\t'))
        n_bytes--;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strlen(names[i]) == n_bytes && memcmp(cell, names[i], n_bytes) == 0)
            return 1;
    return 0;
}

void sighting_note(struct sighting *sighting, size_t row, const char *cell)
{
    if (sighting->n++ == 0) {
        sighting->row = row;
        sighting->cell = cell;
    }
}

/* ---- Kinds of columns ---- */

static size_t find_column(const struct rfc4180_table *table, const char *name, size_t n_bytes)
{
    size_t i = 0;
    while (i < table->n_columns &&
           (strncmp(table->names[i], name, n_bytes) != 0 || table->names[i][n_bytes] != '\0'))
        i++;
    return i;
}

static int refuse_name(const struct rfc4180_table *table, const char *key, const char *name,
                       size_t n_bytes, struct pt_error *error)
{
    char word[64], guess[128] = "";
    snprintf(word, sizeof word, "%.*s", (int)n_bytes, name);
    struct suggestion near = {.word = word};
    for (size_t i = 0; i < table->n_columns; i++)
        suggestion_offer(&near, table->names[i]);
    if (near.best)
        snprintf(guess, sizeof guess, "; did you mean \"%s\"?", near.best);
    return pt_error_at(error, PT_E_CONFIG, table->path, 1, 0,
                       "%s: no column is called \"%.*s\"%s%s", key, (int)n_bytes, name, guess,
                       rfc4180_advice(table));
}

/* Gives the columns of a list, "a, b", a kind. */
static int mark_columns(const struct rfc4180_table *table, const char *key, const char *list,
                        enum column_kind kind, struct column *columns, struct pt_error *error)
{
    while (list && *list) {
        list += strspn(list, " \t");
        size_t n_bytes = strcspn(list, ",");
        const char *next = list + n_bytes + (list[n_bytes] == ',');
        while (n_bytes > 0 && (list[n_bytes - 1] == ' ' || list[n_bytes - 1] == '\t'))
            n_bytes--;
        size_t i = find_column(table, list, n_bytes);
        if (i == table->n_columns)
            return refuse_name(table, key, list, n_bytes, error);
        if (columns[i].kind == COLUMN_LABEL)
            return pt_error_at(error, PT_E_CONFIG, table->path, 1, 0, "%s: \"%s\" is the label",
                               key, table->names[i]);
        if (columns[i].kind != COLUMN_NUMBERS && columns[i].kind != kind)
            return pt_error_at(error, PT_E_CONFIG, table->path, 1, 0,
                               "%s: \"%s\" is in data.categorical too", key, table->names[i]);
        columns[i].kind = kind;
        list = next;
    }
    return PT_OK;
}

static void look_at_cells(const struct rfc4180_table *table, struct column *columns)
{
    const char *cell = table->cells;
    double value;
    for (size_t row = 0; row < table->n_rows; row++)
        for (size_t i = 0; i < table->n_columns; i++, cell = rfc4180_next(cell))
            if (columns[i].kind == COLUMN_NUMBERS && !cell_is_missing(cell))
                sighting_note(cell_number(cell, &value) ? &columns[i].numbers : &columns[i].texts,
                              row, cell);
}

/* Numbers and texts: the rarer kind is taken for the mistake. */
static int refuse_mixture(const struct rfc4180_table *table, const struct column *column,
                          const char *name, struct pt_error *error)
{
    int is_text = column->texts.n <= column->numbers.n;
    const struct sighting *odd = is_text ? &column->texts : &column->numbers;
    double value;
    const char *what = "is a number";
    if (is_text)
        what = number_parse_real(odd->cell, strlen(odd->cell), &value) == NUMBER_JUNK
                   ? "is no number"
                   : "is no number from -1e30 to 1e30";
    return pt_error_at(error, PT_E_DATA, table->path, table->lines[odd->row], 0,
                       "column %s: \"%.100s\" %s, unlike the column's other cells; name it in "
                       "data.categorical or data.ignore, or leave the cell empty (data.missing "
                       "says what is done then)",
                       name, odd->cell, what);
}

/* Of the columns that no list names. */
static int detect_levels(const struct rfc4180_table *table, struct column *columns,
                         struct pt_error *error)
{
    look_at_cells(table, columns);
    for (size_t i = 0; i < table->n_columns; i++) {
        struct column *column = &columns[i];
        if (column->numbers.n > 0 && column->texts.n > 0)
            return refuse_mixture(table, column, table->names[i], error);
        if (column->texts.n > 0)
            column->kind = COLUMN_LEVELS;
    }
    return PT_OK;
}

int table_columns_choose(const struct rfc4180_table *table, const struct pt_data_options *options,
                         struct column *columns, struct pt_error *error)
{
    const char *label = options->label ? options->label : "";
    if (!*label && strcmp(options->set, "census") == 0)
        label = "income";
    size_t i = find_column(table, label, strlen(label)), n_features = 0;
    if (i == table->n_columns)
        return refuse_name(table, "data.label", label, strlen(label), error);
    for (size_t k = 0; k < table->n_columns; k++)
        columns[k].kind = k == i ? COLUMN_LABEL : COLUMN_NUMBERS;
    int status = mark_columns(table, "data.categorical", options->categorical, COLUMN_LEVELS,
                              columns, error);
    if (!status)
        status =
            mark_columns(table, "data.ignore", options->ignore, COLUMN_IGNORED, columns, error);
    if (!status)
        status = detect_levels(table, columns, error);
    if (status)
        return status;
    for (size_t k = 0; k < table->n_columns; k++)
        n_features += columns[k].kind == COLUMN_NUMBERS || columns[k].kind == COLUMN_LEVELS;
    if (n_features == 0 || n_features > PT_MAX_FEATURES)
        return pt_error_at(error, PT_E_DATA, table->path, 1, 0,
                           "%zu columns are inputs, expected 1 to %d", n_features, PT_MAX_FEATURES);
    return PT_OK;
}

/* ---- Rows ---- */

static int check_missing(const struct rfc4180_table *table, const struct column *columns,
                         enum pt_missing missing, size_t row, size_t i, struct pt_error *error)
{
    int is_label = columns[i].kind == COLUMN_LABEL;
    if (missing == PT_MISSING_DROP || (missing == PT_MISSING_MEAN && !is_label))
        return PT_OK;
    return pt_error_at(error, PT_E_DATA, table->path, table->lines[row], 0,
                       "column %s: the value is missing; data.missing = drop leaves such rows "
                       "out%s",
                       table->names[i], is_label ? "" : ", mean takes the column's mean");
}

int table_rows_choose(const struct rfc4180_table *table, const struct column *columns,
                      enum pt_missing missing, unsigned char *keep, struct pt_error *error)
{
    const char *cell = table->cells;
    size_t n_kept = 0;
    for (size_t row = 0; row < table->n_rows; row++) {
        keep[row] = 1;
        for (size_t i = 0; i < table->n_columns; i++, cell = rfc4180_next(cell)) {
            if (columns[i].kind == COLUMN_IGNORED || !cell_is_missing(cell))
                continue;
            int status = check_missing(table, columns, missing, row, i, error);
            if (status)
                return status;
            keep[row] &= missing == PT_MISSING_MEAN;
        }
        n_kept += keep[row];
    }
    if (n_kept == 0)
        return pt_error_at(error, PT_E_DATA, table->path, 0, 0,
                           table->n_rows ? "every row has a missing value: none is left"
                                         : "there are no rows, only a header line");
    return PT_OK;
}

/* ---- Levels ---- */

static int add_level(const struct rfc4180_table *table, size_t row, size_t i, const char *cell,
                     struct column *column, struct pt_error *error)
{
    size_t most = column->kind == COLUMN_LABEL ? PT_MAX_CLASSES : PT_MAX_LEVELS;
    int status = levels_add(&column->levels, cell, error);
    if (!status && column->levels.n > most)
        status = pt_error_at(error, PT_E_DATA, table->path, table->lines[row], 0,
                             "column %s: \"%.100s\" is one more than %zu different texts, the most "
                             "that %s may have",
                             table->names[i], cell, most,
                             column->kind == COLUMN_LABEL ? "a label" : "a categorical column");
    return status;
}

int table_levels_collect(const struct rfc4180_table *table, const unsigned char *keep,
                         struct column *columns, struct pt_error *error)
{
    const char *cell = table->cells;
    for (size_t row = 0; row < table->n_rows; row++)
        for (size_t i = 0; i < table->n_columns; i++, cell = rfc4180_next(cell)) {
            int has_levels = columns[i].kind == COLUMN_LABEL || columns[i].kind == COLUMN_LEVELS;
            if (!keep[row] || cell_is_missing(cell))
                continue;
            columns[i].has_value = 1;
            if (!has_levels)
                continue;
            int status = add_level(table, row, i, cell, &columns[i], error);
            if (status)
                return status;
        }
    for (size_t i = 0; i < table->n_columns; i++)
        levels_sort(&columns[i].levels);
    return PT_OK;
}
