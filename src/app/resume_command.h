/* The command that goes on with a run. */
#ifndef APP_RESUME_COMMAND_H
#define APP_RESUME_COMMAND_H

#include "phasetrace/status.h"

/* The command line of this process; it is borrowed. */
void resume_command_note(int argc, char **argv);

/*
 * Prints "to go on: ..." in a line on stderr: that command line, quoted for a shell, with --out and
 * --resume. Nothing when `directory` is empty, or when the run in it would only fail again.
 */
void resume_command_print(const struct pt_error *error, const char *directory);

#endif
