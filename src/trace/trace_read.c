/* Reading a trace from the arrays of an .npz file, all of which are checked. */
#include "phasetrace/trace.h"

#include "base/mem.h"
#include "fmt/npz.h"
#include "trace/trace_fields.h"

#include <string.h>

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
    if (!trace_sizes_are_possible(players.shape[1], players.shape[0]))
        return pt_error_at(error, PT_E_DATA, path, 0, 0,
                           "array players: shape [%zu, %zu], expected [1..%zu, 1..%d]",
                           players.shape[0], players.shape[1], TRACE_MAX_SAMPLES, PT_MAX_PLAYERS);
    *trace = trace_create_empty(players.shape[1], players.shape[0], error);
    return *trace ? PT_OK : PT_E_MEMORY;
}

static int may_be_absent(const struct pt_trace *trace, const struct trace_field *field)
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

static int read_field(const struct npz_reader *reader, const char *path,
                      const struct trace_field *field, struct pt_trace *trace,
                      struct pt_error *error)
{
    struct npy_array array;
    if (!npz_has(reader, field->name) && may_be_absent(trace, field))
        return PT_OK;
    int status = npz_read(reader, field->name, field->type, &array, error);
    if (status)
        return status;
    trace_set_values(trace, field, array.values);
    size_t n_row = trace_row_length(trace, field);
    if (array.rank != trace_field_rank(field) || array.shape[0] != trace->n_samples ||
        array.count != trace->n_samples * n_row)
        return pt_error_at(error, PT_E_DATA, path, 0, 0,
                           "array %s: rank %zu with %zu numbers, expected [%zu, %zu]", field->name,
                           array.rank, array.count, trace->n_samples, n_row);
    return PT_OK;
}

static int check_range(const struct pt_trace *trace, const char *path,
                       const struct trace_field *field, struct pt_error *error)
{
    const int32_t *values = trace_values(trace, field);
    size_t n_row = trace_row_length(trace, field);
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
    for (size_t i = 0; !status && i < TRACE_N_FIELDS; i++)
        status = read_field(reader, path, &TRACE_FIELDS[i], trace, error);
    if (!status)
        status = complete_groups(trace, error);
    if (!status)
        status = npz_read_number(reader, "step", NPY_I8, &step, error);
    trace->step = step;
    if (!status)
        status = trace_check_step(trace, path, PT_E_DATA, error);
    if (!status)
        status = npz_read_number(reader, "epoch", NPY_F8, &trace->epoch, error);
    if (!status)
        status = trace_check_finite(trace, path, PT_E_DATA, error);
    for (size_t i = 0; !status && i < TRACE_N_FIELDS; i++)
        if (TRACE_FIELDS[i].type == NPY_I4)
            status = check_range(trace, path, &TRACE_FIELDS[i], error);
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
