/* What the columns of a table are: inputs of numbers or levels, the label, nothing. */
#ifndef DATA_TABLE_COLUMNS_H
#define DATA_TABLE_COLUMNS_H

#include "data/levels.h"
#include "fmt/rfc4180.h"
#include "phasetrace/dataset.h"

enum column_kind { COLUMN_IGNORED, COLUMN_LABEL, COLUMN_NUMBERS, COLUMN_LEVELS };

/* Cells of one kind in a column: how many, the first of them. */
struct sighting {
    size_t n, row;
    const char *cell;
};

struct column {
    enum column_kind kind;
    struct sighting numbers, texts; /* of what is not missing, unless the kind was given */
    struct levels levels;           /* of a label or of levels */
    int has_value;                  /* some cell of a row that is kept is not missing */
    struct sighting unseen;         /* of the testing file, of levels that training lacks */
};

/* Counts a cell. */
void sighting_note(struct sighting *sighting, size_t row, const char *cell);

/* Empty, "?", "NA", "N/A", "n/a", "NaN", "nan", "NULL", "null" or "None", with or without blanks
 * around it. */
int cell_is_missing(const char *cell);

/*
 * Decides on kinds, into columns[table->n_columns] (zeroed). options->label, categorical and ignore
 * must name columns, none of them twice (PT_E_CONFIG); every other column is an input, of numbers
 * if all of its cells are, of levels if none is. PT_E_DATA: some are, with line and column; no
 * inputs.
 */
int table_columns_choose(const struct rfc4180_table *table, const struct pt_data_options *options,
                         struct column *columns, struct pt_error *error);

/*
 * Marks in keep[n_rows] the rows that stay, by the policy for missing cells of columns that are
 * not ignored. PT_E_DATA, with line and column: a missing cell that may not be; no row is left.
 */
int table_rows_choose(const struct rfc4180_table *table, const struct column *columns,
                      enum pt_missing missing, unsigned char *keep, struct pt_error *error);

/*
 * Collects the levels, and whether there is any value, over the rows that are kept. PT_E_DATA, with
 * line and column: too many levels or classes.
 */
int table_levels_collect(const struct rfc4180_table *table, const unsigned char *keep,
                         struct column *columns, struct pt_error *error);

#endif
