/* The end of the program. */
#include "app/outcome.h"

#include "app/signals.h"

#include <stdio.h>

int outcome_exit_status(int status)
{
    if (status == PT_E_STOPPED)
        return 128 + signals_stop;
    return -status;
}

int outcome_fail(const struct pt_error *error)
{
    char text[PT_ERROR_FILE_BYTES + PT_ERROR_MESSAGE_BYTES + 64];
    pt_error_format(error, text, sizeof text);
    fprintf(stderr, "train: %s\n", text);
    return outcome_exit_status(error->code);
}

int outcome_finish(int exit_status)
{
    if (fflush(stdout) != 0 || ferror(stdout)) {
        perror("train: cannot write to standard output");
        return exit_status ? exit_status : -PT_E_IO;
    }
    return exit_status;
}

void outcome_fail_config(const char *report, const struct pt_error *error)
{
    if (report)
        fprintf(stderr, "%s", report);
    else
        outcome_fail(error);
}
