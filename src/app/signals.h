/*
 * SIGINT, SIGTERM and SIGHUP: the first asks for a clean stop, a second one but SIGHUP ends the
 * process at once.
 */
#ifndef APP_SIGNALS_H
#define APP_SIGNALS_H

void signals_install(void); /* SIGHUP stays ignored if it is */

/* A reader of stdout that went away is a failed write from now on, not the end of the process. */
void signals_ignore_pipe(void);

/* What the end at once still prints on stderr, when it is not NULL: it leaves a line that is open.
 */
extern const char *volatile signals_farewell;

/* Becomes the signal's number when one has arrived; for struct pt_run_options. */
extern volatile int signals_stop;

#endif
