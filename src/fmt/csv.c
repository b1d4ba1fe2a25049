/* Reading of tables in CSV, as this program writes them. */
#include "fmt/csv.h"

#include "base/fsio.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int line_error(const struct csv_table *table, size_t line, const char *what,
                      struct pt_error *error)
{
    return pt_error_at(error, PT_E_DATA, table->path, (long)line, 0, "%s", what);
}

static size_t count(const char *text, size_t n, char wanted)
{
    size_t n_found = 0;
    for (const char *end = text + n; (text = memchr(text, wanted, (size_t)(end - text))); text++)
        n_found++;
    return n_found;
}

/* Cuts a line, in place, at its commas; the number of cells, of which `most` are kept. */
static size_t split_line(char *line, char **cells, size_t most)
{
    size_t n = 0;
    for (char *next = line; next; n++) {
        char *cell = next;
        next = strchr(cell, ',');
        if (next)
            *next++ = '\0';
        if (n < most)
            cells[n] = cell;
    }
    return n;
}

/* Cuts off the line at `*text`, returns it, moves on to the next. */
static char *next_line(char **text)
{
    char *line = *text, *end = strchr(line, '\n');
    *text = end ? end + 1 : line + strlen(line);
    if (!end)
        end = *text;
    *end = '\0';
    if (end > line && end[-1] == '\r')
        end[-1] = '\0';
    return line;
}

static int read_header(struct csv_table *table, char *line, struct pt_error *error)
{
    table->n_columns = count(line, strlen(line), ',') + 1;
    if (table->n_columns > CSV_MAX_COLUMNS)
        return line_error(table, 1, "more than 256 columns", error);
    table->names = mem_alloc(table->n_columns, sizeof *table->names, error);
    if (!table->names)
        return PT_E_MEMORY;
    split_line(line, table->names, table->n_columns);
    for (size_t i = 0; i < table->n_columns; i++)
        for (size_t k = 0; k < i; k++)
            if (strcmp(table->names[i], table->names[k]) == 0)
                return line_error(table, 1, "two columns have the same name", error);
    return PT_OK;
}

static int read_rows(struct csv_table *table, char *text, size_t n_bytes, struct pt_error *error)
{
    /* A cell takes at least the byte that ends it, so this bounds what short rows may claim. */
    size_t n_cells = (count(text, n_bytes, '\n') + 1) * table->n_columns;
    if (n_cells > n_bytes + 1)
        n_cells = n_bytes + 1;
    table->cells = mem_alloc(n_cells, sizeof *table->cells, error);
    if (!table->cells)
        return PT_E_MEMORY;
    while (*text) {
        char *line = next_line(&text);
        char **cells = table->cells + table->n_rows * table->n_columns;
        size_t n = split_line(line, cells, table->n_columns);
        table->n_rows++;
        if (n != table->n_columns)
            return pt_error_at(error, PT_E_DATA, table->path, (long)table->n_rows + 1, 0,
                               "%zu cells, the header has %zu", n, table->n_columns);
    }
    return PT_OK;
}

static int read_table(struct csv_table *table, const char *path, struct pt_error *error)
{
    size_t n_bytes;
    unsigned char *bytes = NULL;
    int status = file_read(path, CSV_LIMIT_BYTES, &bytes, &n_bytes, error);
    if (status)
        return status;
    table->text = (char *)bytes;
    const char *bad = memchr(bytes, '"', n_bytes);
    if (!bad)
        bad = memchr(bytes, '\0', n_bytes);
    if (bad)
        return line_error(table, 1 + count(table->text, (size_t)(bad - table->text), '\n'),
                          *bad ? "a quotation mark: quoted cells are not supported" : "a zero byte",
                          error);
    if (n_bytes == 0)
        return line_error(table, 1, "the file is empty, expected a header line", error);
    char *rest = table->text;
    status = read_header(table, next_line(&rest), error);
    if (!status)
        status = read_rows(table, rest, n_bytes - (size_t)(rest - table->text), error);
    return status;
}

int csv_read(const char *path, struct csv_table **table, struct pt_error *error)
{
    struct csv_table *t = mem_alloc(1, sizeof *t, error);
    if (!t)
        return PT_E_MEMORY;
    snprintf(t->path, sizeof t->path, "%s", path);
    int status = read_table(t, path, error);
    if (status) {
        csv_free(t);
        return status;
    }
    *table = t;
    return PT_OK;
}

void csv_free(struct csv_table *table)
{
    if (!table)
        return;
    mem_free(table->cells);
    mem_free(table->names);
    mem_free(table->text);
    mem_free(table);
}

const char *csv_text(const struct csv_table *table, size_t row, size_t column)
{
    return table->cells[row * table->n_columns + column];
}

double csv_number(const struct csv_table *table, size_t row, size_t column)
{
    const char *text = csv_text(table, row, column);
    return *text ? strtod(text, NULL) : NAN;
}

static int is_number(const char *text)
{
    char *end;
    return isfinite(strtod(text, &end)) && end != text && *end == '\0';
}

int csv_column(const struct csv_table *table, const char *name, enum csv_kind kind, size_t *column,
               struct pt_error *error)
{
    size_t i = 0;
    while (i < table->n_columns && strcmp(table->names[i], name) != 0)
        i++;
    if (i == table->n_columns)
        return pt_error_at(error, PT_E_DATA, table->path, 1, 0, "no column is called %s", name);
    for (size_t row = 0; kind == CSV_NUMBERS && row < table->n_rows; row++) {
        const char *text = csv_text(table, row, i);
        if (*text && !is_number(text))
            return pt_error_at(error, PT_E_DATA, table->path, (long)row + 2, 0,
                               "column %s: \"%s\" is no finite number", name, text);
    }
    *column = i;
    return PT_OK;
}
