/* Error records: formatting them and adding context on the way up. */
#include "phasetrace/status.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void set_va(struct pt_error *error, int code, const char *file, long line, long column,
                   const char *format, va_list arguments)
{
    if (!error)
        return;
    error->code = code;
    error->line = line;
    error->column = column;
    snprintf(error->file, sizeof error->file, "%s", file ? file : "");
    vsnprintf(error->message, sizeof error->message, format, arguments);
}

int pt_error_set(struct pt_error *error, int code, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    set_va(error, code, NULL, 0, 0, format, arguments);
    va_end(arguments);
    return code;
}

int pt_error_at(struct pt_error *error, int code, const char *file, long line, long column,
                const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    set_va(error, code, file, line, column, format, arguments);
    va_end(arguments);
    return code;
}

int pt_error_context(struct pt_error *error, int code, const char *format, ...)
{
    if (!error)
        return code;
    char old[PT_ERROR_MESSAGE_BYTES];
    snprintf(old, sizeof old, "%s", error->message);

    va_list arguments;
    va_start(arguments, format);
    int used = vsnprintf(error->message, sizeof error->message, format, arguments);
    va_end(arguments);
    size_t n_used = used < 0 ? 0 : (size_t)used;
    if (n_used + sizeof ": " > sizeof error->message)
        return code;
    memcpy(error->message + n_used, ": ", sizeof ": ");
    n_used += 2;
    size_t n_kept = strnlen(old, sizeof error->message - n_used - 1);
    memcpy(error->message + n_used, old, n_kept);
    error->message[n_used + n_kept] = '\0';
    return code;
}

void pt_error_format(const struct pt_error *error, char *text, size_t text_bytes)
{
    if (!error->file[0])
        snprintf(text, text_bytes, "%s", error->message);
    else if (error->line > 0 && error->column > 0)
        snprintf(text, text_bytes, "%s:%ld:%ld: %s", error->file, error->line, error->column,
                 error->message);
    else if (error->line > 0)
        snprintf(text, text_bytes, "%s:%ld: %s", error->file, error->line, error->message);
    else
        snprintf(text, text_bytes, "%s: %s", error->file, error->message);
}
