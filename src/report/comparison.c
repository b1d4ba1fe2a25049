/* Reading of the files that a comparison of extractions is drawn from. */
#include "report/comparison.h"

#include "fmt/npz.h"
#include "num/statistics.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define LARGEST_STRENGTH 1e300 /* keeps sums and ratios finite */

/* One file's arrays. */
struct arrays {
    struct npy_array v, I_and, I_or, objective, dual_bound, iterations, solver, noise_share,
        tie_gap;
};

static int is_value_tables(const struct npy_array *v)
{
    size_t n_sets = v->rank == 2 ? v->shape[1] : 0;
    return n_sets >= 2 && n_sets <= (size_t)1 << PT_MAX_PLAYERS && (n_sets & (n_sets - 1)) == 0 &&
           v->shape[0] > 0;
}

/* Reads everything; `v` decides which shapes the others must have. */
static int read_arrays(struct npz_reader *reader, const char *path, struct arrays *arrays,
                       struct pt_error *error)
{
    const struct {
        const char *name;
        enum npy_type type;
        size_t rank;
        struct npy_array *array;
    } all[] = {{"v", NPY_F8, 2, &arrays->v},
               {"I_and", NPY_F8, 2, &arrays->I_and},
               {"I_or", NPY_F8, 2, &arrays->I_or},
               {"objective", NPY_F8, 1, &arrays->objective},
               {"dual_bound", NPY_F8, 1, &arrays->dual_bound},
               {"iterations", NPY_I4, 1, &arrays->iterations},
               {"solver", NPY_I4, 0, &arrays->solver},
               {"noise_share", NPY_F8, 0, &arrays->noise_share},
               {"tie_gap", NPY_F8, 0, &arrays->tie_gap}};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        int status = npz_read(reader, all[i].name, all[i].type, all[i].array, error);
        if (status)
            return status;
        int fits = all[i].rank == all[i].array->rank && is_value_tables(&arrays->v);
        for (size_t axis = 0; fits && axis < all[i].rank; axis++)
            fits = all[i].array->shape[axis] == arrays->v.shape[axis];
        if (!fits)
            return pt_error_at(error, PT_E_DATA, path, 0, 0,
                               "array %s has not the shape that `train extract` gives it",
                               all[i].name);
    }
    return PT_OK;
}

static void free_arrays(struct arrays *arrays)
{
    mem_free(arrays->v.values);
    mem_free(arrays->I_and.values);
    mem_free(arrays->I_or.values);
    mem_free(arrays->objective.values);
    mem_free(arrays->dual_bound.values);
    mem_free(arrays->iterations.values);
    mem_free(arrays->solver.values);
    mem_free(arrays->noise_share.values);
    mem_free(arrays->tie_gap.values);
}

/* The file's one number of each kind. */
static int take_options(const struct arrays *arrays, struct compared_file *file,
                        struct pt_error *error)
{
    int32_t solver = *(const int32_t *)arrays->solver.values;
    const int32_t *iterations = arrays->iterations.values;
    file->noise_share = *(const double *)arrays->noise_share.values;
    file->tie_gap = *(const double *)arrays->tie_gap.values;
    if (solver < 0 || solver >= COMPARED_N_SOLVERS || !(file->noise_share >= 0) ||
        !(file->noise_share <= 1) || !(file->tie_gap >= 0))
        return pt_error_at(error, PT_E_DATA, file->path, 0, 0,
                           "solver, noise_share or tie_gap is not what `train extract` writes");
    file->solver = (enum compared_solver)solver;
    for (size_t t = 0; t < arrays->iterations.count; t++)
        if (iterations[t] > file->n_iterations)
            file->n_iterations = iterations[t];
    return PT_OK;
}

static int take_strengths(const struct npy_array *array, const char *name, const char *path,
                          double *strengths, struct pt_error *error)
{
    const double *values = array->values;
    for (size_t t = 0; t < array->count; t++) {
        if (!(values[t] >= 0 && values[t] <= LARGEST_STRENGTH))
            return pt_error_at(error, PT_E_DATA, path, 0, 0, "array %s: table %zu has %g", name, t,
                               values[t]);
        strengths[t] = values[t];
    }
    return PT_OK;
}

/* Each table's shares into columns: shares[order - 1][n_kept]. Tables that are 0 are passed over.
 */
static int collect_shares(const struct arrays *arrays, const char *path, size_t n_players,
                          double *shares, size_t *n_kept, struct pt_error *error)
{
    size_t n_tables = arrays->v.shape[0], n_sets = arrays->v.shape[1];
    *n_kept = 0;
    for (size_t t = 0; t < n_tables; t++) {
        const double *I_and = (const double *)arrays->I_and.values + t * n_sets;
        const double *I_or = (const double *)arrays->I_or.values + t * n_sets;
        double sums[PT_MAX_PLAYERS] = {0}, total = 0;
        for (size_t set = 1; set < n_sets; set++)
            sums[__builtin_popcountll(set) - 1] += fabs(I_and[set]) + fabs(I_or[set]);
        for (size_t k = 0; k < n_players; k++)
            total += sums[k];
        if (!(total <= LARGEST_STRENGTH))
            return pt_error_at(error, PT_E_DATA, path, 0, 0,
                               "the interactions of table %zu add up to %g", t, total);
        for (size_t k = 0; total > 0 && k < n_players; k++)
            shares[k * n_tables + *n_kept] = sums[k] / total;
        *n_kept += total > 0;
    }
    return PT_OK;
}

static int summarise_shares(const struct arrays *arrays, size_t n_players,
                            struct compared_file *file, struct pt_error *error)
{
    size_t n_tables = arrays->v.shape[0], n_kept;
    double *shares = mem_alloc(n_tables * n_players, sizeof *shares, error);
    if (!shares)
        return PT_E_MEMORY;
    int status = collect_shares(arrays, file->path, n_players, shares, &n_kept, error);
    for (size_t k = 0; !status && k < n_players; k++) {
        double *of_order = shares + k * n_tables, sum = 0;
        for (size_t t = 0; t < n_kept; t++)
            sum += of_order[t];
        file->share[k] = n_kept > 0 ? sum / (double)n_kept : NAN;
        file->share_low[k] = percentile(of_order, n_kept, COMPARISON_LOW);
        file->share_high[k] = percentile(of_order, n_kept, COMPARISON_HIGH);
        file->mean_order += (double)(k + 1) * file->share[k];
    }
    mem_free(shares);
    return status;
}

static int summarise(const struct arrays *arrays, struct comparison *c, struct compared_file *file,
                     struct pt_error *error)
{
    file->objective = arena_alloc(&c->arena, c->n_tables, sizeof(double), error);
    file->dual_bound = arena_alloc(&c->arena, c->n_tables, sizeof(double), error);
    file->ratio = arena_alloc(&c->arena, c->n_tables, sizeof(double), error);
    if (!file->objective || !file->dual_bound || !file->ratio)
        return PT_E_MEMORY;
    int status = take_options(arrays, file, error);
    if (!status)
        status =
            take_strengths(&arrays->objective, "objective", file->path, file->objective, error);
    if (!status)
        status =
            take_strengths(&arrays->dual_bound, "dual_bound", file->path, file->dual_bound, error);
    return status ? status : summarise_shares(arrays, c->n_players, file, error);
}

static int same_values(const struct npy_array *a, const struct npy_array *b)
{
    return a->shape[0] == b->shape[0] && a->shape[1] == b->shape[1] &&
           memcmp(a->values, b->values, a->count * sizeof(double)) == 0;
}

/* Leaves v of the first file in `first`. */
static int load_file(const char *path, struct comparison *c, struct npy_array *first,
                     struct pt_error *error)
{
    struct compared_file *file = &c->files[c->n_files];
    struct arrays arrays = {0};
    struct npz_reader *reader;
    int status = npz_open(path, &reader, error);
    if (status)
        return status;
    file->path = path;
    status = read_arrays(reader, path, &arrays, error);
    npz_close(reader);
    if (!status && c->n_files > 0 && !same_values(first, &arrays.v))
        status = pt_error_at(error, PT_E_DATA, path, 0, 0,
                             "these are interactions of other values v than those of %s",
                             c->files[0].path);
    if (!status) {
        c->n_tables = arrays.v.shape[0];
        c->n_players = (size_t)__builtin_ctzll(arrays.v.shape[1]);
        status = summarise(&arrays, c, file, error);
    }
    if (!status && c->n_files++ == 0) {
        *first = arrays.v;
        arrays.v.values = NULL;
    }
    free_arrays(&arrays);
    return status;
}

/* The best bound on the strength of AND/OR decompositions of a table, 0 when there is none. */
static double best_bound(const struct comparison *c, double noise_share, size_t table)
{
    double best = 0;
    for (size_t i = 0; i < c->n_files; i++) {
        const struct compared_file *file = &c->files[i];
        if (file->solver == COMPARED_EXACT && file->noise_share == noise_share)
            best = fmax(best, file->dual_bound[table]);
    }
    return best;
}

static int find_ratios(struct comparison *c, struct pt_error *error)
{
    double *found = mem_alloc(c->n_tables, sizeof *found, error);
    if (!found)
        return PT_E_MEMORY;
    for (size_t i = 0; i < c->n_files; i++) {
        struct compared_file *file = &c->files[i];
        size_t n_found = 0;
        for (size_t t = 0; t < c->n_tables; t++) {
            double bound = best_bound(c, file->noise_share, t);
            file->ratio[t] = bound > 0 ? file->objective[t] / bound : NAN;
            if (isfinite(file->ratio[t]))
                found[n_found++] = file->ratio[t];
        }
        file->ratio_median = percentile(found, n_found, 0.5);
    }
    mem_free(found);
    return PT_OK;
}

int comparison_load(const char *const *paths, size_t n_paths, struct comparison *comparison,
                    struct pt_error *error)
{
    struct npy_array first = {0};
    *comparison = (struct comparison){0};
    if (n_paths < COMPARISON_MIN_FILES || n_paths > COMPARISON_MAX_FILES)
        return pt_error_set(error, PT_E_CONFIG,
                            "a comparison takes %d to %d files of `train extract`, not %zu",
                            COMPARISON_MIN_FILES, COMPARISON_MAX_FILES, n_paths);
    int status = PT_OK;
    for (size_t i = 0; !status && i < n_paths; i++)
        status = load_file(paths[i], comparison, &first, error);
    mem_free(first.values);
    return status ? status : find_ratios(comparison, error);
}

void comparison_release(struct comparison *comparison)
{
    arena_release(&comparison->arena);
}
