/* The command that goes on with a run. */
#ifndef APP_RESUME_COMMAND_H
#define APP_RESUME_COMMAND_H

#include <stdio.h>

/* The command line of this process; it is borrowed. */
void resume_command_note(int argc, char **argv);

/* "to go on: ..." in a line: that command line, quoted for a shell, with --out and --resume. */
void resume_command_print(FILE *stream, const char *directory);

#endif
