/* Writing messages to the sink that the caller of the library chose. */
#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>

void log_message(const struct pt_log *log, enum pt_log_level level, const char *format, ...)
{
    if (!log || !log->write)
        return;
    char message[PT_ERROR_MESSAGE_BYTES];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    log->write(log->user, level, message);
}
