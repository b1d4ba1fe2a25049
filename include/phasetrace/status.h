/* Status codes and error records: how every function of the library reports failure. */
#ifndef PHASETRACE_STATUS_H
#define PHASETRACE_STATUS_H

#include <stddef.h>

#if defined(__GNUC__)
#define PT_API __attribute__((visibility("default")))
#define PT_PRINTF(format_index, first_index) \
    __attribute__((format(printf, format_index, first_index)))
#else
#define PT_API
#define PT_PRINTF(format_index, first_index)
#endif

#ifdef __cplusplus
extern "C" {
#endif

/*
 * What a function that can fail returns. The negated value is the exit status the command line
 * program ends with, so that a script sees the same classes of failure as a C caller.
 */
enum pt_status {
    PT_OK = 0,
    PT_E_INTERNAL = -1, /* a defect of this program */
    PT_E_CONFIG = -2,   /* usage or configuration */
    PT_E_DATA = -3,     /* input data or a model that is not what it should be */
    PT_E_IO = -4,       /* the operating system refused to read or write */
    PT_E_DIVERGED = -5, /* NaN or infinity in the training or in a value */
    PT_E_BUSY = -6,     /* another process holds the run directory */
    PT_E_MEMORY = -7,   /* out of memory, or over a stated limit */
    PT_E_STOPPED = -9   /* ended early, as a signal or the caller's own function asked */
};

#define PT_ERROR_FILE_BYTES 512
#define PT_ERROR_MESSAGE_BYTES 16384 /* the names of all tensors of a deep network */

/*
 * Filled by the function that fails, given context by its callers, printed by src/app alone.
 * `file` is empty when the failure has no place; line and column count from 1, 0 is unknown.
 */
struct pt_error {
    int code; /* an enum pt_status */
    long line;
    long column;
    char file[PT_ERROR_FILE_BYTES];
    char message[PT_ERROR_MESSAGE_BYTES];
};

/*
 * Sets the record and returns `code`, so that a failing function ends with
 * `return pt_error_set(error, PT_E_DATA, "...")`. `error` may be NULL. Text that does not fit is
 * cut, never overrun.
 */
PT_API int pt_error_set(struct pt_error *error, int code, const char *format, ...) PT_PRINTF(3, 4);

/* The same with a place: `file` may be NULL, `line` and `column` 0. */
PT_API int pt_error_at(struct pt_error *error, int code, const char *file, long line, long column,
                       const char *format, ...) PT_PRINTF(6, 7);

/*
 * Puts "context: " before the message, on the way up; returns `code` unchanged, so that a caller
 * writes `return pt_error_context(error, status, "snapshot step %ld", step)`.
 */
PT_API int pt_error_context(struct pt_error *error, int code, const char *format, ...)
    PT_PRINTF(3, 4);

/* Writes "file:line:column: message" (as far as known) into `text`. */
PT_API void pt_error_format(const struct pt_error *error, char *text, size_t text_bytes);

#ifdef __cplusplus
}
#endif

#endif
