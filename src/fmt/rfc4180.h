/*
 * Tables in CSV as other programs write them.
 *
 * Source: RFC 4180. Beyond it: a byte order mark is skipped, lines may end in LF, blanks around a
 * cell that is not quoted do not count, nor do blank lines of a table with two columns or more.
 */
#ifndef FMT_RFC4180_H
#define FMT_RFC4180_H

#include "phasetrace/status.h"

#include <stddef.h>
#include <stdint.h>

#define RFC4180_MAX_COLUMNS 4096
#define RFC4180_ROW_LIMIT_BYTES ((size_t)1 << 20)
#define RFC4180_MAX_ROWS ((size_t)100000000)

/* A parsed file. */
struct rfc4180_table {
    char path[PT_ERROR_FILE_BYTES]; /* for messages */
    size_t n_columns, n_rows;       /* the header line is no row */
    const char **names;             /* [n_columns], all different, none empty */
    const char *cells;              /* of all rows in turn, each ended by a zero byte */
    uint32_t *lines;                /* [n_rows] the line of the file on which a row begins */
};

/*
 * Parses the `n_bytes` of a file, behind which a zero byte stands, and overwrites them: names and
 * cells point there. A table has a header line, and in each row as many cells. PT_E_DATA with the
 * line: no UTF-8, zero bytes, a quotation mark that is not closed or in the middle of a cell, a row
 * longer than RFC4180_ROW_LIMIT_BYTES, ragged rows, unnamed or duplicate columns. The caller ends,
 * after a failure too, with rfc4180_release().
 */
int rfc4180_parse(const char *path, char *bytes, size_t n_bytes, struct rfc4180_table *table,
                  struct pt_error *error);
void rfc4180_release(struct rfc4180_table *table);

/* For the end of a message about columns: that cells are separated by commas, where the header has
 * one cell only with semicolons or tabs in it, else nothing. */
const char *rfc4180_advice(const struct rfc4180_table *table);

/* The cell behind `cell`: in the same row, or the first of the next. */
const char *rfc4180_next(const char *cell);

#endif
