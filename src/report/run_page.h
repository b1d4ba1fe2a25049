/* The page of a run, RUN/report.html. */
#ifndef REPORT_RUN_PAGE_H
#define REPORT_RUN_PAGE_H

#include "report/html_parts.h"

/* Reads what the page shows. PT_E_IO, PT_E_DATA. The caller calls run_page_release() in any case.
 */
int run_page_load(const char *run_directory, struct run_page *page, struct pt_error *error);
void run_page_release(struct run_page *page);

/* Writes RUN/report.html. */
int run_page_write(const char *run_directory, struct pt_error *error);

#endif
