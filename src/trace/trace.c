/* Traces in memory. */
#include "phasetrace/trace.h"

#include "base/mem.h"
#include "trace/interactions.h"
#include "trace/trace_fields.h"

int trace_sizes_are_possible(size_t n_players, size_t n_samples)
{
    return n_players >= 1 && n_players <= PT_MAX_PLAYERS && n_samples >= 1 &&
           n_samples <= TRACE_MAX_SAMPLES;
}

struct pt_trace *trace_create_empty(size_t n_players, size_t n_samples, struct pt_error *error)
{
    struct pt_trace *trace = mem_alloc(1, sizeof *trace, error);
    if (trace) {
        trace->n_players = n_players;
        trace->n_samples = n_samples;
    }
    return trace;
}

static int allocate_field(struct pt_trace *trace, const struct trace_field *field,
                          struct pt_error *error)
{
    size_t count = trace->n_samples * trace_row_length(trace, field);
    void *values = mem_alloc(count, npy_type_bytes(field->type), error);
    trace_set_values(trace, field, values);
    return values ? PT_OK : PT_E_MEMORY;
}

int pt_trace_create(size_t n_players, size_t n_samples, int with_noise, struct pt_trace **trace,
                    struct pt_error *error)
{
    if (!trace_sizes_are_possible(n_players, n_samples))
        return pt_error_set(error, PT_E_CONFIG,
                            "a trace of %zu players, %zu samples: expected 1 to %d, 1 to %zu",
                            n_players, n_samples, PT_MAX_PLAYERS, TRACE_MAX_SAMPLES);
    struct pt_trace *t = trace_create_empty(n_players, n_samples, error);
    if (!t)
        return PT_E_MEMORY;
    for (size_t i = 0; i < TRACE_N_FIELDS; i++) {
        if ((TRACE_FIELDS[i].presence == WITH_NOISE && !with_noise) ||
            TRACE_FIELDS[i].presence == NOT_IN_F8)
            continue;
        if (allocate_field(t, &TRACE_FIELDS[i], error)) {
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
    for (size_t i = 0; i < TRACE_N_FIELDS; i++)
        mem_free(trace_values(trace, &TRACE_FIELDS[i]));
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
    for (size_t i = 0; i < TRACE_N_FIELDS && values != PT_VALUES_F8; i++)
        if (TRACE_FIELDS[i].presence == NOT_IN_F8 && allocate_field(trace, &TRACE_FIELDS[i], error))
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
