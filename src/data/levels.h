/* The different texts of a column of a table, in order. */
#ifndef DATA_LEVELS_H
#define DATA_LEVELS_H

#include "phasetrace/status.h"

#include <stddef.h>

/* Empty when zeroed. */
struct levels {
    size_t n, capacity;
    const char **texts; /* [n], borrowed */
    int are_numbers;    /* sorted by value, and texts of one value ("1", "1.0") are one level */
};

#define LEVEL_NONE ((size_t)-1)

/* Adds a text that is not there yet. PT_E_MEMORY. */
int levels_add(struct levels *levels, const char *text, struct pt_error *error);
/* To be called after the last levels_add(), before levels_find(): by value if all are numbers. */
void levels_sort(struct levels *levels);
/* The number of the level, or LEVEL_NONE. */
size_t levels_find(const struct levels *levels, const char *text);
void levels_free(struct levels *levels);

/* 1 and the value when the text is a number of at most 1e30. */
int cell_number(const char *text, double *value);

#endif
