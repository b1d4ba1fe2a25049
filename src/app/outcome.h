/* How the program ends: what it says about a failure, and its exit status. */
#ifndef APP_OUTCOME_H
#define APP_OUTCOME_H

#include "phasetrace/status.h"

/* The exit status that stands for an enum pt_status. */
int outcome_exit_status(int status);

/* Prints the error on stderr; returns its exit status. */
int outcome_fail(const struct pt_error *error);

/* Returns the exit status `exit_status`, or that of a failed write when what was printed did not
 * reach stdout: that is not a success. */
int outcome_finish(int exit_status);

/* Prints why a configuration cannot be used: `report` lists all its problems, or is NULL when it
 * could not be read. */
void outcome_fail_config(const char *report, const struct pt_error *error);

#endif
