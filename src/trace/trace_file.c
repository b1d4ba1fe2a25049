/* Traces in memory, as the arrays of an .npz file. */
#include "phasetrace/trace.h"

#include "base/mem.h"
#include "fmt/npz.h"
#include "phasetrace/dataset.h"
#include "trace/interactions.h"

#include <float.h>
#include <math.h>
#include <stddef.h>
#include <string.h>

#define MAX_SAMPLES ((size_t)1 << 24)

/* What an array has for each sample. */
enum row { ROW_NUMBER, ROW_PLAYER_MASK, ROW_PLAYERS, ROW_MASKS };

/* Every array of the file: its name, where the structure keeps it. */
static const struct field {
    const char *name;
    size_t offset; /* of the pointer in struct pt_trace */
    enum npy_type type;
    enum row row;
    int32_t most; /* of whole numbers, which begin at 0 */
    enum { ALWAYS, WITH_NOISE, SINCE_GROUPS, WITH_VALUES, NOT_IN_F8 } presence;
} FIELDS[] = {
    {"v", offsetof(struct pt_trace, v), NPY_F8, ROW_MASKS, 0, WITH_VALUES},
    {"v_empty", offsetof(struct pt_trace, v_empty), NPY_F8, ROW_NUMBER, 0, NOT_IN_F8},
    {"v_full", offsetof(struct pt_trace, v_full), NPY_F8, ROW_NUMBER, 0, NOT_IN_F8},
    {"live_players", offsetof(struct pt_trace, live_players), NPY_I4, ROW_PLAYER_MASK, 0,
     NOT_IN_F8},
    {"I_and", offsetof(struct pt_trace, I_and), NPY_F8, ROW_MASKS, 0, ALWAYS},
    {"I_or", offsetof(struct pt_trace, I_or), NPY_F8, ROW_MASKS, 0, ALWAYS},
    {"noise", offsetof(struct pt_trace, noise), NPY_F8, ROW_MASKS, 0, WITH_NOISE},
    {"label", offsetof(struct pt_trace, label), NPY_I4, ROW_NUMBER, PT_MAX_CLASSES - 1, ALWAYS},
    {"sample_index", offsetof(struct pt_trace, sample_index), NPY_I4, ROW_NUMBER, INT32_MAX,
     ALWAYS},
    {"split", offsetof(struct pt_trace, split), NPY_I4, ROW_NUMBER, PT_N_SPLITS - 1, ALWAYS},
    {"group", offsetof(struct pt_trace, group), NPY_I4, ROW_NUMBER, PT_N_GROUPS - 1, SINCE_GROUPS},
    {"mislabelled", offsetof(struct pt_trace, mislabelled), NPY_I4, ROW_NUMBER, 1, ALWAYS},
    {"players", offsetof(struct pt_trace, players), NPY_I4, ROW_PLAYERS, INT32_MAX, ALWAYS},
    {"objective", offsetof(struct pt_trace, objective), NPY_F8, ROW_NUMBER, 0, ALWAYS},
    {"dual_bound", offsetof(struct pt_trace, dual_bound), NPY_F8, ROW_NUMBER, 0, ALWAYS},
    {"iterations", offsetof(struct pt_trace, iterations), NPY_I4, ROW_NUMBER, INT32_MAX, ALWAYS},
    {"status", offsetof(struct pt_trace, status), NPY_I4, ROW_NUMBER, PT_TRACE_ITERATION_CAP,
     ALWAYS},
};
#define N_FIELDS (sizeof FIELDS / sizeof FIELDS[0])

/* Pointers of different types may not be read through one another: they are copied as bytes. */
static void *field_values(const struct pt_trace *trace, const struct field *field)
{
    void *values;
    memcpy(&values, (const char *)trace + field->offset, sizeof values);
    return values;
}

static void set_field_values(struct pt_trace *trace, const struct field *field, void *values)
{
    memcpy((char *)trace + field->offset, &values, sizeof values);
}

static size_t row_length(const struct pt_trace *trace, const struct field *field)
{
    switch (field->row) {
    case ROW_MASKS:
        return (size_t)1 << trace->n_players;
    case ROW_PLAYERS:
        return trace->n_players;
    default:
        return 1;
    }
}

static size_t field_rank(const struct field *field)
{
    return field->row == ROW_NUMBER || field->row == ROW_PLAYER_MASK ? 1 : 2;
}

static int is_rounded(const struct pt_trace *trace, const struct field *field)
{
    return field->presence == WITH_VALUES && trace->values == PT_VALUES_F4;
}

static int sizes_are_possible(size_t n_players, size_t n_samples)
{
    return n_players >= 1 && n_players <= PT_MAX_PLAYERS && n_samples >= 1 &&
           n_samples <= MAX_SAMPLES;
}

/* A trace whose sizes are set, whose arrays are NULL. */
static struct pt_trace *create_empty(size_t n_players, size_t n_samples, struct pt_error *error)
{
    struct pt_trace *trace = mem_alloc(1, sizeof *trace, error);
    if (trace) {
        trace->n_players = n_players;
        trace->n_samples = n_samples;
    }
    return trace;
}

static int allocate_field(struct pt_trace *trace, const struct field *field, struct pt_error *error)
{
    size_t count = trace->n_samples * row_length(trace, field);
    void *values = mem_alloc(count, npy_type_bytes(field->type), error);
    set_field_values(trace, field, values);
    return values ? PT_OK : PT_E_MEMORY;
}

int pt_trace_create(size_t n_players, size_t n_samples, int with_noise, struct pt_trace **trace,
                    struct pt_error *error)
{
    if (!sizes_are_possible(n_players, n_samples))
        return pt_error_set(error, PT_E_CONFIG,
                            "a trace of %zu players, %zu samples: expected 1 to %d, 1 to %zu",
                            n_players, n_samples, PT_MAX_PLAYERS, MAX_SAMPLES);
    struct pt_trace *t = create_empty(n_players, n_samples, error);
    if (!t)
        return PT_E_MEMORY;
    for (size_t i = 0; i < N_FIELDS; i++) {
        if ((FIELDS[i].presence == WITH_NOISE && !with_noise) || FIELDS[i].presence == NOT_IN_F8)
            continue;
        if (allocate_field(t, &FIELDS[i], error)) {
            pt_trace_free(t);
            return PT_E_MEMORY;
        }
    }
    *trace = t;
    return PT_OK;
}

void pt_trace_free(struct pt_trace *trace)
{
    if (!trace)
        return;
    for (size_t i = 0; i < N_FIELDS; i++)
        mem_free(field_values(trace, &FIELDS[i]));
    mem_free(trace);
}

void pt_trace_note_values(struct pt_trace *trace, size_t sample, const double *v)
{
    if (trace->values == PT_VALUES_F8)
        return;
    trace->v_empty[sample] = v[0];
    trace->v_full[sample] = v[((size_t)1 << trace->n_players) - 1];
    trace->live_players[sample] = (int32_t)interaction_live_players(v, (unsigned)trace->n_players);
}

int pt_trace_keep_values(struct pt_trace *trace, enum pt_trace_values values,
                         struct pt_error *error)
{
    for (size_t i = 0; i < N_FIELDS && values != PT_VALUES_F8; i++)
        if (FIELDS[i].presence == NOT_IN_F8 && allocate_field(trace, &FIELDS[i], error))
            return PT_E_MEMORY;
    trace->values = values;
    for (size_t i = 0; i < trace->n_samples; i++)
        pt_trace_note_values(trace, i, trace->v + (i << trace->n_players));
    if (values == PT_VALUES_NONE) {
        mem_free(trace->v);
        trace->v = NULL;
    }
    return PT_OK;
}

/* No number that is not finite is stored or believed; `code` says whose fault it is. */
static int check_finite(const struct pt_trace *trace, const char *path, int code,
                        struct pt_error *error)
{
    for (size_t i = 0; i < N_FIELDS; i++) {
        if (FIELDS[i].type != NPY_F8)
            continue;
        const double *values = field_values(trace, &FIELDS[i]);
        size_t n_row = row_length(trace, &FIELDS[i]);
        double most = is_rounded(trace, &FIELDS[i]) ? (double)FLT_MAX : DBL_MAX;
        for (size_t k = 0; values && k < trace->n_samples * n_row; k++)
            if (!(fabs(values[k]) <= most))
                return pt_error_at(error, code, path, 0, 0, "array %s: sample %zu, entry %zu is %g",
                                   FIELDS[i].name, k / n_row, k % n_row, values[k]);
    }
    if (!isfinite(trace->epoch))
        return pt_error_at(error, code, path, 0, 0, "array epoch: is %g", trace->epoch);
    return PT_OK;
}

static int add_field(struct npz_writer *writer, const struct pt_trace *trace, const struct field *f,
                     struct pt_error *error)
{
    size_t shape[2] = {trace->n_samples, row_length(trace, f)};
    if (is_rounded(trace, f))
        return npz_add_rounded(writer, f->name, field_rank(f), shape, trace->v, error);
    return npz_add(writer, f->name, f->type, field_rank(f), shape, field_values(trace, f), error);
}

static int add_arrays(struct npz_writer *writer, const struct pt_trace *trace,
                      struct pt_error *error)
{
    int status = PT_OK;
    for (size_t i = 0; !status && i < N_FIELDS; i++)
        if (field_values(trace, &FIELDS[i]))
            status = add_field(writer, trace, &FIELDS[i], error);
    int64_t step = trace->step;
    if (!status)
        status = npz_add(writer, "step", NPY_I8, 0, NULL, &step, error);
    if (!status)
        status = npz_add(writer, "epoch", NPY_F8, 0, NULL, &trace->epoch, error);
    return status;
}

int pt_trace_write(const struct pt_trace *trace, const char *path, struct pt_error *error)
{
    int status = check_finite(trace, path, PT_E_DIVERGED, error);
    if (status)
        return status;
    struct npz_writer *writer;
    status = npz_create(path, &writer, error);
    if (status)
        return status;
    status = add_arrays(writer, trace, error);
    if (status) {
        npz_abandon(writer);
        return status;
    }
    return npz_commit(writer, error);
}

uint64_t pt_trace_file_bytes(const struct pt_trace *trace)
{
    uint64_t bytes = npz_empty_bytes() + npz_array_bytes("step", NPY_I8, 0, NULL) +
                     npz_array_bytes("epoch", NPY_F8, 0, NULL);
    for (size_t i = 0; i < N_FIELDS; i++) {
        const struct field *f = &FIELDS[i];
        size_t shape[2] = {trace->n_samples, row_length(trace, f)};
        if (field_values(trace, f))
            bytes += npz_array_bytes(f->name, is_rounded(trace, f) ? NPY_F4 : f->type,
                                     field_rank(f), shape);
    }
    return bytes;
}

/* The sizes of the trace, which the shape of `players` tells: [n_samples, n_players]. */
static int read_sizes(const struct npz_reader *reader, const char *path, struct pt_trace **trace,
                      struct pt_error *error)
{
    struct npy_array players;
    int status = npz_read(reader, "players", NPY_I4, &players, error);
    if (status)
        return status;
    mem_free(players.values);
    if (players.rank != 2)
        return pt_error_at(error, PT_E_DATA, path, 0, 0, "array players: rank %zu, expected 2",
                           players.rank);
    if (!sizes_are_possible(players.shape[1], players.shape[0]))
        return pt_error_at(error, PT_E_DATA, path, 0, 0,
                           "array players: shape [%zu, %zu], expected [1..%zu, 1..%d]",
                           players.shape[0], players.shape[1], MAX_SAMPLES, PT_MAX_PLAYERS);
    *trace = create_empty(players.shape[1], players.shape[0], error);
    return *trace ? PT_OK : PT_E_MEMORY;
}

static int may_be_absent(const struct pt_trace *trace, const struct field *field)
{
    switch (field->presence) {
    case WITH_NOISE:
    case SINCE_GROUPS:
        return 1;
    case WITH_VALUES:
        return trace->values == PT_VALUES_NONE;
    case NOT_IN_F8:
        return trace->values == PT_VALUES_F8;
    default:
        return 0;
    }
}

/* The columns that stand in for an exact v tell that there is none. */
static enum pt_trace_values values_of_file(const struct npz_reader *reader)
{
    if (!npz_has(reader, "v_empty"))
        return PT_VALUES_F8;
    return npz_has(reader, "v") ? PT_VALUES_F4 : PT_VALUES_NONE;
}

static int read_field(const struct npz_reader *reader, const char *path, const struct field *field,
                      struct pt_trace *trace, struct pt_error *error)
{
    struct npy_array array;
    if (!npz_has(reader, field->name) && may_be_absent(trace, field))
        return PT_OK;
    int status = npz_read(reader, field->name, field->type, &array, error);
    if (status)
        return status;
    set_field_values(trace, field, array.values);
    size_t n_row = row_length(trace, field);
    if (array.rank != field_rank(field) || array.shape[0] != trace->n_samples ||
        array.count != trace->n_samples * n_row)
        return pt_error_at(error, PT_E_DATA, path, 0, 0,
                           "array %s: rank %zu with %zu numbers, expected [%zu, %zu]", field->name,
                           array.rank, array.count, trace->n_samples, n_row);
    return PT_OK;
}

static int check_range(const struct pt_trace *trace, const char *path, const struct field *field,
                       struct pt_error *error)
{
    const int32_t *values = field_values(trace, field);
    size_t n_row = row_length(trace, field);
    int32_t most = field->row == ROW_PLAYER_MASK ? (1 << trace->n_players) - 1 : field->most;
    for (size_t k = 0; values && k < trace->n_samples * n_row; k++)
        if (values[k] < 0 || values[k] > most)
            return pt_error_at(error, PT_E_DATA, path, 0, 0,
                               "array %s: sample %zu, entry %zu is %d, expected 0 to %d",
                               field->name, k / n_row, k % n_row, (int)values[k], (int)most);
    return PT_OK;
}

/* Files from before there were groups: each split was one. */
static int complete_groups(struct pt_trace *trace, struct pt_error *error)
{
    if (trace->group)
        return PT_OK;
    trace->group = mem_alloc(trace->n_samples, sizeof *trace->group, error);
    if (!trace->group)
        return PT_E_MEMORY;
    memcpy(trace->group, trace->split, trace->n_samples * sizeof *trace->group);
    return PT_OK;
}

static int read_arrays(const struct npz_reader *reader, const char *path, struct pt_trace *trace,
                       struct pt_error *error)
{
    int64_t step = 0;
    int status = PT_OK;
    trace->values = values_of_file(reader);
    for (size_t i = 0; !status && i < N_FIELDS; i++)
        status = read_field(reader, path, &FIELDS[i], trace, error);
    if (!status)
        status = complete_groups(trace, error);
    if (!status)
        status = npz_read_number(reader, "step", NPY_I8, &step, error);
    trace->step = step;
    if (!status)
        status = npz_read_number(reader, "epoch", NPY_F8, &trace->epoch, error);
    if (!status)
        status = check_finite(trace, path, PT_E_DATA, error);
    for (size_t i = 0; !status && i < N_FIELDS; i++)
        if (FIELDS[i].type == NPY_I4)
            status = check_range(trace, path, &FIELDS[i], error);
    return status;
}

int pt_trace_read(const char *path, struct pt_trace **trace, struct pt_error *error)
{
    struct npz_reader *reader;
    int status = npz_open(path, &reader, error);
    if (status)
        return status;
    struct pt_trace *t = NULL;
    status = read_sizes(reader, path, &t, error);
    if (!status)
        status = read_arrays(reader, path, t, error);
    npz_close(reader);
    if (status)
        pt_trace_free(t);
    else
        *trace = t;
    return status;
}
