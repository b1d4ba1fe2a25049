/* The arrays of a trace: their names, types, shapes, and whether their numbers are possible. */
#include "trace/trace_fields.h"

#include "phasetrace/dataset.h"

#include <float.h>
#include <math.h>
#include <string.h>

const struct trace_field TRACE_FIELDS[] = {
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
_Static_assert(sizeof TRACE_FIELDS / sizeof TRACE_FIELDS[0] == TRACE_N_FIELDS,
               "TRACE_N_FIELDS counts them");

/* Pointers of different types may not be read through one another: they are copied as bytes. */
void *trace_values(const struct pt_trace *trace, const struct trace_field *field)
{
    void *values;
    memcpy(&values, (const char *)trace + field->offset, sizeof values);
    return values;
}

void trace_set_values(struct pt_trace *trace, const struct trace_field *field, void *values)
{
    memcpy((char *)trace + field->offset, &values, sizeof values);
}

size_t trace_row_length(const struct pt_trace *trace, const struct trace_field *field)
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

size_t trace_field_rank(const struct trace_field *field)
{
    return field->row == ROW_NUMBER || field->row == ROW_PLAYER_MASK ? 1 : 2;
}

int trace_is_rounded(const struct pt_trace *trace, const struct trace_field *field)
{
    return field->presence == WITH_VALUES && trace->values == PT_VALUES_F4;
}

int trace_check_step(const struct pt_trace *trace, const char *path, int code,
                     struct pt_error *error)
{
    if (trace->step < 0)
        return pt_error_at(error, code, path, 0, 0, "array step: is %ld, expected 0 or more",
                           trace->step);
    return PT_OK;
}

int trace_check_finite(const struct pt_trace *trace, const char *path, int code,
                       struct pt_error *error)
{
    for (size_t i = 0; i < TRACE_N_FIELDS; i++) {
        if (TRACE_FIELDS[i].type != NPY_F8)
            continue;
        const double *values = trace_values(trace, &TRACE_FIELDS[i]);
        size_t n_row = trace_row_length(trace, &TRACE_FIELDS[i]);
        double most = trace_is_rounded(trace, &TRACE_FIELDS[i]) ? (double)FLT_MAX : DBL_MAX;
        for (size_t k = 0; values && k < trace->n_samples * n_row; k++)
            if (!(fabs(values[k]) <= most))
                return pt_error_at(error, code, path, 0, 0, "array %s: sample %zu, entry %zu is %g",
                                   TRACE_FIELDS[i].name, k / n_row, k % n_row, values[k]);
    }
    if (!isfinite(trace->epoch))
        return pt_error_at(error, code, path, 0, 0, "array epoch: is %g", trace->epoch);
    return PT_OK;
}
