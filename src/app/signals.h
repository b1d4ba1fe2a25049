/*
 * SIGINT and SIGTERM: the first asks for a clean stop, the second ends the process at once. SIGPIPE
 * becomes an error of the write.
 */
#ifndef APP_SIGNALS_H
#define APP_SIGNALS_H

void signals_install(void);

/* Becomes the signal's number when one has arrived; for struct pt_run_options. */
extern volatile int signals_stop;

#endif
