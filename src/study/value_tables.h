/* Value tables from a file: what a model says on every mask, for one sample or many. */
#ifndef STUDY_VALUE_TABLES_H
#define STUDY_VALUE_TABLES_H

#include "phasetrace/status.h"

#include <stddef.h>

#define VALUE_TABLES_LIMIT_BYTES (1ull << 33) /* of a file that is read */
#define VALUE_TABLES_LARGEST 1e290 /* sums over 2^20 values of this size still are doubles */

/* Index = mask, bit i set when player i is present. Start with {0}. */
struct value_tables {
    size_t n_players, n_tables;
    double *v; /* [n_tables, 2^n_players], all finite */
};

/*
 * Reads a .npy file with one table [2^n] or several [m, 2^n], n = 1 to PT_MAX_PLAYERS, of doubles
 * or of numbers that doubles hold exactly. PT_E_DATA: it is something else, or a value is NaN,
 * infinite or beyond VALUE_TABLES_LARGEST, and the message names table and mask; PT_E_IO;
 * PT_E_MEMORY. The caller ends with value_tables_release(), after failures too.
 */
int value_tables_read(const char *path, struct value_tables *tables, struct pt_error *error);
/* What is said about values there; `path` (may be NULL) is the place of the error. */
int value_tables_check(const struct value_tables *tables, const char *path, struct pt_error *error);
void value_tables_release(struct value_tables *tables);

#endif
