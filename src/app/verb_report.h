/* The verb `report`: figures and pages from the files of finished runs. */
#ifndef APP_VERB_REPORT_H
#define APP_VERB_REPORT_H

#include "app/options.h"

/* Returns the exit status. */
int verb_report(const struct options *options);

/* Figures, in a build that draws them, then the page of the run in a directory. */
int report_draw(const char *run_directory, struct pt_error *error);

#endif
