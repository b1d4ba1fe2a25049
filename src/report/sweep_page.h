/* The page of a sweep, DIRECTORY/report.html. */
#ifndef REPORT_SWEEP_PAGE_H
#define REPORT_SWEEP_PAGE_H

#include "phasetrace/status.h"

/* Whether the directory is that of a finished sweep: it has analysis/sweep.csv. */
int sweep_page_is_wanted(const char *directory);

/* Shows figures/sweep.svg and analysis/claims.json as far as they are there. PT_E_IO, PT_E_DATA. */
int sweep_page_write(const char *directory, struct pt_error *error);

#endif
