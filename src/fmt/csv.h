/* Reading of tables in CSV, as this program writes them. */
#ifndef FMT_CSV_H
#define FMT_CSV_H

#include "base/mem.h"
#include "phasetrace/status.h"

#include <stddef.h>

#define CSV_LIMIT_BYTES ((size_t)64 << 20) /* of a file */
#define CSV_MAX_COLUMNS 256

/* A whole file in memory. */
struct csv_table {
    char path[PT_ERROR_FILE_BYTES]; /* for messages */
    size_t n_rows, n_columns;       /* the header line is no row */
    char **names;                   /* [n_columns] */
    char **cells;                   /* [n_rows, n_columns] */
    char *text;                     /* what names and cells point into */
};

enum csv_kind { CSV_TEXT, CSV_NUMBERS };

/*
 * Reads a file of a header line and rows, each with as many cells, separated by commas, ended by
 * a newline or the end of the file. There is no quoting: a quotation mark is refused, as are zero
 * bytes, two columns of one name. PT_E_DATA with the line; PT_E_IO. The caller frees with
 * csv_free().
 */
int csv_read(const char *path, struct csv_table **table, struct pt_error *error);
void csv_free(struct csv_table *table); /* NULL is allowed */

/*
 * Finds the column called `name`; with CSV_NUMBERS each of its cells must be a finite number or
 * empty. PT_E_DATA, with the line of the offending cell.
 */
int csv_column(const struct csv_table *table, const char *name, enum csv_kind kind, size_t *column,
               struct pt_error *error);

/* A cell of a column that csv_column() found to hold numbers; NAN where it is empty. */
double csv_number(const struct csv_table *table, size_t row, size_t column);
const char *csv_text(const struct csv_table *table, size_t row, size_t column);

#endif
