/* The analysis of a run directory, from its files alone. */
#ifndef STUDY_ANALYSE_H
#define STUDY_ANALYSE_H

#include "phasetrace/analysis.h"
#include "phasetrace/run.h"
#include "study/about.h"

#include <stdint.h>

/* The tables, figures and page of a run, about: an upper end, which a disk must have room for. */
#define ANALYSE_FILES_BYTES ((uint64_t)12 << 20)

/*
 * Reads RUN/trace, RUN/baselines/N/trace and RUN/metrics.csv, writes RUN/analysis and fills the
 * claims of `outcome`. Salience, resamples and seed come from `config`, the rest of what the
 * analysis is told from `about`. Traces are read one at a time. PT_E_DATA: no traces.
 */
int analyse_directory(const char *run_directory, const struct pt_config *config,
                      const struct about *about, struct pt_run_outcome *outcome,
                      struct pt_error *error);

#endif
