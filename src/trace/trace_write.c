/* Writing a trace as the arrays of an .npz file. */
#include "phasetrace/trace.h"

#include "fmt/npz.h"
#include "trace/trace_fields.h"

static int add_field(struct npz_writer *writer, const struct pt_trace *trace,
                     const struct trace_field *f, struct pt_error *error)
{
    size_t shape[2] = {trace->n_samples, trace_row_length(trace, f)};
    if (trace_is_rounded(trace, f))
        return npz_add_rounded(writer, f->name, trace_field_rank(f), shape, trace->v, error);
    return npz_add(writer, f->name, f->type, trace_field_rank(f), shape, trace_values(trace, f),
                   error);
}

static int add_arrays(struct npz_writer *writer, const struct pt_trace *trace,
                      struct pt_error *error)
{
    int status = PT_OK;
    for (size_t i = 0; !status && i < TRACE_N_FIELDS; i++)
        if (trace_values(trace, &TRACE_FIELDS[i]))
            status = add_field(writer, trace, &TRACE_FIELDS[i], error);
    int64_t step = trace->step;
    if (!status)
        status = npz_add(writer, "step", NPY_I8, 0, NULL, &step, error);
    if (!status)
        status = npz_add(writer, "epoch", NPY_F8, 0, NULL, &trace->epoch, error);
    return status;
}

int pt_trace_write(const struct pt_trace *trace, const char *path, struct pt_error *error)
{
    int status = trace_check_step(trace, path, PT_E_CONFIG, error);
    if (!status)
        status = trace_check_finite(trace, path, PT_E_DIVERGED, error);
    if (status)
        return status;
    struct npz_writer *writer;
    status = npz_create(path, &writer, error);
    return status ? status : npz_finish(writer, add_arrays(writer, trace, error), error);
}

uint64_t pt_trace_file_bytes(const struct pt_trace *trace)
{
    uint64_t bytes = npz_empty_bytes() + npz_array_bytes("step", NPY_I8, 0, NULL) +
                     npz_array_bytes("epoch", NPY_F8, 0, NULL);
    for (size_t i = 0; i < TRACE_N_FIELDS; i++) {
        const struct trace_field *f = &TRACE_FIELDS[i];
        size_t shape[2] = {trace->n_samples, trace_row_length(trace, f)};
        if (trace_values(trace, f))
            bytes += npz_array_bytes(f->name, trace_is_rounded(trace, f) ? NPY_F4 : f->type,
                                     trace_field_rank(f), shape);
    }
    return bytes;
}
