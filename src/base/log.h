/* Writing messages to the sink that the caller of the library chose. */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include "phasetrace/log.h"
#include "phasetrace/status.h"

/* `log` may be NULL. Messages are single lines without the newline; what is too long is cut. */
void log_message(const struct pt_log *log, enum pt_log_level level, const char *format, ...)
    PT_PRINTF(3, 4);

#endif
