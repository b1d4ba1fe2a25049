/* The page that compares runs. */
#ifndef REPORT_COMPARISON_PAGE_H
#define REPORT_COMPARISON_PAGE_H

#include "report/run_page.h"

/* Charts with a curve a run; the class of the i-th (from 1) is run-i. */
void html_compared_curves(struct text *out, const struct run_page *pages, size_t n_pages);

/* Writes the page of 2 to PT_MAX_COMPARED runs to the file `path`. */
int comparison_page_write(const char *const *directories, size_t n, const char *path,
                          struct pt_error *error);

#endif
