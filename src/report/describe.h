/* What is said beside a figure about the runs it was drawn from. */
#ifndef REPORT_DESCRIBE_H
#define REPORT_DESCRIBE_H

#include "report/results.h"

#include <stddef.h>

#define DESCRIBE_BYTES 4096 /* enough for what the functions below write */

/*
 * Data set, network, samples, traced samples, players, seeds, as far as all of runs[n_runs] agree.
 * Empty without runs.
 */
void describe_runs(const struct result_about *runs, size_t n_runs, char *text, size_t text_bytes);

/* Extraction, masking, version of the program, likewise. */
void describe_method(const struct result_about *runs, size_t n_runs, char *text, size_t text_bytes);

#endif
