/* Messages from the library to whoever runs it: nothing below src/app prints. */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include "phasetrace/status.h"

enum log_level { LOG_WARNING, LOG_INFO, LOG_DEBUG };

/* A sink for messages. `write` may be NULL: messages are dropped. Called from one thread only. */
struct pt_log {
    void (*write)(void *user, enum log_level level, const char *message);
    void *user;
};

/* `log` may be NULL. Messages are single lines without the newline. */
void log_message(const struct pt_log *log, enum log_level level, const char *format, ...)
    PT_PRINTF(3, 4);

#endif
