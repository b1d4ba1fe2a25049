/* What noise does to interactions, in memory, as the arrays of an .npz file. */
#include "phasetrace/trace.h"

#include "base/mem.h"
#include "fmt/npz.h"

#include <math.h>
#include <string.h>

#define MAX_SAMPLES ((size_t)1 << 24)
#define MAX_DRAWS ((int64_t)1 << 24)

static int sizes_are_possible(int64_t n_players, size_t n_samples)
{
    return n_players >= 1 && n_players <= PT_MAX_PLAYERS && n_samples >= 1 &&
           n_samples <= MAX_SAMPLES;
}

int pt_stability_create(size_t n_players, size_t n_samples, struct pt_stability **stability,
                        struct pt_error *error)
{
    if (n_players > PT_MAX_PLAYERS || !sizes_are_possible((int64_t)n_players, n_samples))
        return pt_error_set(error, PT_E_CONFIG,
                            "stability of %zu players, %zu samples: expected 1 to %d, 1 to %zu",
                            n_players, n_samples, PT_MAX_PLAYERS, MAX_SAMPLES);
    struct pt_stability *s = mem_alloc(1, sizeof *s, error);
    if (!s)
        return PT_E_MEMORY;
    s->n_players = n_players;
    s->n_samples = n_samples;
    if (!(s->mean = mem_alloc(n_samples, sizeof(double) << n_players, error)) ||
        !(s->variance = mem_alloc(n_samples, sizeof(double) << n_players, error)) ||
        !(s->sample_index = mem_alloc(n_samples, sizeof *s->sample_index, error))) {
        pt_stability_free(s);
        return PT_E_MEMORY;
    }
    *stability = s;
    return PT_OK;
}

void pt_stability_free(struct pt_stability *stability)
{
    if (!stability)
        return;
    mem_free(stability->mean);
    mem_free(stability->variance);
    mem_free(stability->sample_index);
    mem_free(stability);
}

/* Finite, and not negative where that cannot be; `code` says whose fault it is. */
static int check_table(const struct pt_stability *s, const char *name, const double *values,
                       double least, const char *path, int code, struct pt_error *error)
{
    size_t n_sets = (size_t)1 << s->n_players;
    for (size_t k = 0; k < s->n_samples * n_sets; k++)
        if (!isfinite(values[k]) || values[k] < least)
            return pt_error_at(error, code, path, 0, 0, "array %s: sample %zu, entry %zu is %g",
                               name, k / n_sets, k % n_sets, values[k]);
    return PT_OK;
}

static int check_values(const struct pt_stability *s, const char *path, int code,
                        struct pt_error *error)
{
    int status = check_table(s, "mean", s->mean, -INFINITY, path, code, error);
    if (!status)
        status = check_table(s, "variance", s->variance, 0, path, code, error);
    if (!status && !(isfinite(s->deviation) && s->deviation >= 0))
        status = pt_error_at(error, code, path, 0, 0, "array deviation: is %g", s->deviation);
    return status;
}

static int add_arrays(struct npz_writer *writer, const struct pt_stability *s,
                      struct pt_error *error)
{
    const size_t shape[2] = {s->n_samples, (size_t)1 << s->n_players};
    const int64_t n_players = (int64_t)s->n_players, n_draws = (int64_t)s->n_draws, step = s->step;
    int status = npz_add(writer, "mean", NPY_F8, 2, shape, s->mean, error);
    if (!status)
        status = npz_add(writer, "variance", NPY_F8, 2, shape, s->variance, error);
    if (!status)
        status = npz_add(writer, "sample_index", NPY_I4, 1, shape, s->sample_index, error);
    if (!status)
        status = npz_add(writer, "n_players", NPY_I8, 0, NULL, &n_players, error);
    if (!status)
        status = npz_add(writer, "n_draws", NPY_I8, 0, NULL, &n_draws, error);
    if (!status)
        status = npz_add(writer, "deviation", NPY_F8, 0, NULL, &s->deviation, error);
    if (!status)
        status = npz_add(writer, "step", NPY_I8, 0, NULL, &step, error);
    return status;
}

int pt_stability_write(const struct pt_stability *stability, const char *path,
                       struct pt_error *error)
{
    int status = check_values(stability, path, PT_E_DIVERGED, error);
    if (status)
        return status;
    struct npz_writer *writer;
    status = npz_create(path, &writer, error);
    return status ? status : npz_finish(writer, add_arrays(writer, stability, error), error);
}

uint64_t pt_stability_file_bytes(size_t n_players, size_t n_samples)
{
    static const char *const numbers[] = {"n_players", "n_draws", "deviation", "step"};
    const size_t shape[2] = {n_samples, (size_t)1 << n_players};
    uint64_t bytes = npz_empty_bytes() + npz_array_bytes("mean", NPY_F8, 2, shape) +
                     npz_array_bytes("variance", NPY_F8, 2, shape) +
                     npz_array_bytes("sample_index", NPY_I4, 1, shape);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        bytes += npz_array_bytes(numbers[i], NPY_F8, 0, NULL); /* all have eight bytes */
    return bytes;
}

static int read_count(const struct npz_reader *reader, const char *path, const char *name,
                      int64_t least, int64_t most, int64_t *count, struct pt_error *error)
{
    int status = npz_read_number(reader, name, NPY_I8, count, error);
    if (!status && (*count < least || *count > most))
        return pt_error_at(error, PT_E_DATA, path, 0, 0, "array %s: is %lld, expected %lld to %lld",
                           name, (long long)*count, (long long)least, (long long)most);
    return status;
}

/* An array whose first size is the number of samples, with `n_row` numbers for each. */
static int read_rows(const struct npz_reader *reader, const char *path, const char *name,
                     enum npy_type type, size_t n_samples, size_t n_row, void **values,
                     struct pt_error *error)
{
    struct npy_array array;
    int status = npz_read(reader, name, type, &array, error);
    if (status)
        return status;
    *values = array.values;
    if (array.rank != 2 || array.shape[0] != n_samples || array.shape[1] != n_row)
        return pt_error_at(error, PT_E_DATA, path, 0, 0,
                           "array %s: rank %zu with %zu numbers, expected [%zu, %zu]", name,
                           array.rank, array.count, n_samples, n_row);
    return PT_OK;
}

static int read_samples(const struct npz_reader *reader, const char *path, struct pt_stability *s,
                        struct pt_error *error)
{
    struct npy_array array;
    int status = npz_read(reader, "sample_index", NPY_I4, &array, error);
    if (status)
        return status;
    s->sample_index = array.values;
    s->n_samples = array.count;
    if (array.rank != 1 || !sizes_are_possible((int64_t)s->n_players, s->n_samples))
        return pt_error_at(error, PT_E_DATA, path, 0, 0,
                           "array sample_index: rank %zu with %zu numbers, expected [1..%zu]",
                           array.rank, array.count, MAX_SAMPLES);
    for (size_t i = 0; i < s->n_samples; i++)
        if (s->sample_index[i] < 0)
            return pt_error_at(error, PT_E_DATA, path, 0, 0,
                               "array sample_index: sample %zu is %d, expected 0 or more", i,
                               (int)s->sample_index[i]);
    return PT_OK;
}

static int read_arrays(const struct npz_reader *reader, const char *path, struct pt_stability *s,
                       struct pt_error *error)
{
    int64_t n_players = 0, n_draws = 0, step = 0;
    void *mean = NULL, *variance = NULL;
    int status = read_count(reader, path, "n_players", 1, PT_MAX_PLAYERS, &n_players, error);
    if (!status)
        status = read_count(reader, path, "n_draws", 2, MAX_DRAWS, &n_draws, error);
    if (!status)
        status = read_count(reader, path, "step", 0, INT64_MAX, &step, error);
    if (!status)
        status = npz_read_number(reader, "deviation", NPY_F8, &s->deviation, error);
    s->n_players = (size_t)n_players;
    s->n_draws = (size_t)n_draws;
    s->step = step;
    if (!status)
        status = read_samples(reader, path, s, error);
    size_t n_sets = status ? 0 : (size_t)1 << s->n_players;
    if (!status)
        status = read_rows(reader, path, "mean", NPY_F8, s->n_samples, n_sets, &mean, error);
    s->mean = mean;
    if (!status)
        status =
            read_rows(reader, path, "variance", NPY_F8, s->n_samples, n_sets, &variance, error);
    s->variance = variance;
    return status ? status : check_values(s, path, PT_E_DATA, error);
}

int pt_stability_read(const char *path, struct pt_stability **stability, struct pt_error *error)
{
    struct npz_reader *reader;
    int status = npz_open(path, &reader, error);
    if (status)
        return status;
    struct pt_stability *s = mem_alloc(1, sizeof *s, error);
    status = s ? read_arrays(reader, path, s, error) : PT_E_MEMORY;
    npz_close(reader);
    if (status)
        pt_stability_free(s);
    else
        *stability = s;
    return status;
}
