/* The arrays of a trace, as its file names them: what creating, writing and reading go through. */
#ifndef TRACE_TRACE_FIELDS_H
#define TRACE_TRACE_FIELDS_H

#include "fmt/npy.h"
#include "phasetrace/trace.h"

#include <stddef.h>
#include <stdint.h>

#define TRACE_MAX_SAMPLES ((size_t)1 << 24)
#define TRACE_N_FIELDS 17

/* What an array has for each sample. */
enum trace_row { ROW_NUMBER, ROW_PLAYER_MASK, ROW_PLAYERS, ROW_MASKS };

/* When a trace has an array. */
enum trace_presence { ALWAYS, WITH_NOISE, SINCE_GROUPS, WITH_VALUES, NOT_IN_F8 };

struct trace_field {
    const char *name;
    size_t offset; /* of the pointer in struct pt_trace */
    enum npy_type type;
    enum trace_row row;
    int32_t most; /* of whole numbers, which begin at 0 */
    enum trace_presence presence;
};
extern const struct trace_field TRACE_FIELDS[TRACE_N_FIELDS]; /* in the order of the file */

/* The trace's array; NULL when it has none. */
void *trace_values(const struct pt_trace *trace, const struct trace_field *field);
void trace_set_values(struct pt_trace *trace, const struct trace_field *field, void *values);

/* How many numbers the array has for each sample, and its dimensions in the file. */
size_t trace_row_length(const struct pt_trace *trace, const struct trace_field *field);
size_t trace_field_rank(const struct trace_field *field);

/* Whether the file keeps the array in single precision. */
int trace_is_rounded(const struct pt_trace *trace, const struct trace_field *field);

/* Whether a trace may be so large. */
int trace_sizes_are_possible(size_t n_players, size_t n_samples);

/* A trace of these sizes with all arrays NULL, which the caller frees with pt_trace_free(); NULL:
 * no memory. */
struct pt_trace *trace_create_empty(size_t n_players, size_t n_samples, struct pt_error *error);

/* Steps count from 0; `code` says whose fault another one is. */
int trace_check_step(const struct pt_trace *trace, const char *path, int code,
                     struct pt_error *error);

/* No number that is not finite is stored or believed; `code` says whose fault it is. */
int trace_check_finite(const struct pt_trace *trace, const char *path, int code,
                       struct pt_error *error);

#endif
