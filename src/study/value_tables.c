/* Reading value tables, and refusing what is none. */
#include "study/value_tables.h"

#include "base/mem.h"
#include "fmt/npy.h"
#include "phasetrace/trace.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* "[3, 100]" */
static void format_shape(const struct npy_array *array, char text[NPY_MAX_RANK * 24 + 3])
{
    char *end = text + sprintf(text, "[");
    for (size_t i = 0; i < array->rank; i++)
        end += sprintf(end, "%s%zu", i > 0 ? ", " : "", array->shape[i]);
    sprintf(end, "]");
}

static int take_shape(const char *path, const struct npy_array *array, struct value_tables *tables,
                      struct pt_error *error)
{
    char shape[NPY_MAX_RANK * 24 + 3];
    format_shape(array, shape);
    if (array->rank != 1 && array->rank != 2)
        return pt_error_at(error, PT_E_DATA, path, 0, 0,
                           "the shape is %s, expected one table [2^n] or several [m, 2^n]", shape);
    size_t n_values = array->shape[array->rank - 1];
    tables->n_tables = array->rank == 2 ? array->shape[0] : 1;
    tables->n_players = 0;
    while (tables->n_players < PT_MAX_PLAYERS && (size_t)1 << tables->n_players < n_values)
        tables->n_players++;
    if (n_values < 2 || (size_t)1 << tables->n_players != n_values)
        return pt_error_at(error, PT_E_DATA, path, 0, 0,
                           "the shape is %s: a table of n players has 2^n values, n from 1 to %d",
                           shape, PT_MAX_PLAYERS);
    if (tables->n_tables == 0)
        return pt_error_at(error, PT_E_DATA, path, 0, 0, "the shape is %s: there is no table",
                           shape);
    return PT_OK;
}

int value_tables_check(const struct value_tables *tables, const char *path, struct pt_error *error)
{
    for (size_t i = 0; i < tables->n_tables << tables->n_players; i++) {
        double value = tables->v[i];
        size_t table = i >> tables->n_players;
        size_t mask = i & (((size_t)1 << tables->n_players) - 1);
        if (!isfinite(value))
            return pt_error_at(error, PT_E_DATA, path, 0, 0,
                               "table %zu: the value of mask %zu is %g", table, mask, value);
        if (fabs(value) > VALUE_TABLES_LARGEST)
            return pt_error_at(error, PT_E_DATA, path, 0, 0,
                               "table %zu: the value of mask %zu is %g, more than %g in size",
                               table, mask, value, VALUE_TABLES_LARGEST);
    }
    return PT_OK;
}

int value_tables_read(const char *path, struct value_tables *tables, struct pt_error *error)
{
    struct npy_array array;
    int status = npy_read(path, VALUE_TABLES_LIMIT_BYTES, NPY_F8, &array, error);
    if (status)
        return status;
    tables->v = array.values;
    status = take_shape(path, &array, tables, error);
    return status ? status : value_tables_check(tables, path, error);
}

void value_tables_release(struct value_tables *tables)
{
    mem_free(tables->v);
    tables->v = NULL;
}
