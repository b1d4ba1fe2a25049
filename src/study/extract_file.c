/* The file of extracted tables. */
#include "study/extract.h"

#include "base/fsio.h"
#include "fmt/npz.h"

#include <math.h>

#define HEADERS_BYTES 8192 /* of all arrays */

static int check_finite(const char *path, const char *name, const double *values, size_t n,
                        struct pt_error *error)
{
    for (size_t i = 0; i < n; i++)
        if (!isfinite(values[i]))
            return pt_error_at(error, PT_E_DIVERGED, path, 0, 0, "array %s: entry %zu is %g", name,
                               i, values[i]);
    return PT_OK;
}

/* [m, 2^n] with n_columns 2^n, [m] with 1; an array that is NULL is left out. */
static int add_reals(struct npz_writer *writer, const char *path, const char *name,
                     const double *values, size_t n_rows, size_t n_columns, struct pt_error *error)
{
    if (!values)
        return PT_OK;
    int status = check_finite(path, name, values, n_rows * n_columns, error);
    if (status)
        return status;
    size_t shape[2] = {n_rows, n_columns};
    return npz_add(writer, name, NPY_F8, n_columns > 1 ? 2 : 1, shape, values, error);
}

static int add_tables(struct npz_writer *writer, const char *path, const struct extraction *x,
                      struct pt_error *error)
{
    size_t n_sets = (size_t)1 << x->tables->n_players, n_tables = x->tables->n_tables;
    const struct {
        const char *name;
        const double *values;
        size_t n_columns;
    } reals[] = {{"v", x->tables->v, n_sets}, {"I_and", x->I_and, n_sets},
                 {"I_or", x->I_or, n_sets},   {"noise", x->noise, n_sets},
                 {"dual", x->dual, n_sets},   {"objective", x->objective, 1},
                 {"least", x->least, 1},      {"dual_bound", x->dual_bound, 1}};
    int status = PT_OK;
    for (size_t i = 0; !status && i < sizeof reals / sizeof *reals; i++)
        status = add_reals(writer, path, reals[i].name, reals[i].values, n_tables,
                           reals[i].n_columns, error);
    if (!status)
        status = npz_add(writer, "iterations", NPY_I4, 1, &n_tables, x->iterations, error);
    if (!status)
        status = npz_add(writer, "status", NPY_I4, 1, &n_tables, x->status, error);
    return status;
}

static int add_options(struct npz_writer *writer, const struct interaction_options *options,
                       struct pt_error *error)
{
    int32_t solver = (int32_t)options->solver;
    int status = npz_add(writer, "solver", NPY_I4, 0, NULL, &solver, error);
    if (!status)
        status = npz_add(writer, "noise_share", NPY_F8, 0, NULL, &options->noise, error);
    if (!status)
        status = npz_add(writer, "gap", NPY_F8, 0, NULL, &options->gap, error);
    if (!status)
        status = npz_add(writer, "tie_gap", NPY_F8, 0, NULL, &options->tie_gap, error);
    return status;
}

/* All tables with their multipliers and noise, and the short arrays. */
static uint64_t file_bytes(const struct extraction *x)
{
    uint64_t n_sets = (uint64_t)1 << x->tables->n_players;
    uint64_t n_arrays = 3 + (x->noise != NULL) + (x->dual != NULL);
    return x->tables->n_tables * (n_arrays * n_sets + 4) * sizeof(double) + HEADERS_BYTES;
}

int extraction_write(const struct extraction *x, const char *path, struct pt_error *error)
{
    struct npz_writer *writer;
    int status = npz_create(path, &writer, error);
    if (status)
        return status;
    status = add_tables(writer, path, x, error);
    if (!status)
        status = add_options(writer, &x->options, error);
    status = npz_finish(writer, status, error);
    if (status)
        directory_explain_full(path, "the file needs", file_bytes(x), error);
    return status;
}
