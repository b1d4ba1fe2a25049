/* Messages from the library to whoever runs it: the library itself never prints. */
#ifndef PHASETRACE_LOG_H
#define PHASETRACE_LOG_H

#ifdef __cplusplus
extern "C" {
#endif

enum pt_log_level {
    PT_LOG_WARNING, /* the result is not what one would expect */
    PT_LOG_INFO     /* what was done, for those who want to follow */
};

/* A sink for messages. `write` may be NULL: messages are dropped. Called from one thread only. */
struct pt_log {
    void (*write)(void *user, enum pt_log_level level, const char *message);
    void *user;
};

#ifdef __cplusplus
}
#endif

#endif
