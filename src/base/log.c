/* Messages from the library to the sink its caller chose. */
#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>

void log_message(const struct pt_log *log, enum log_level level, const char *format, ...)
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
