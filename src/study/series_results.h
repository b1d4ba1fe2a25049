/* What the members of a series say together. */
#ifndef STUDY_SERIES_RESULTS_H
#define STUDY_SERIES_RESULTS_H

#include "phasetrace/series.h"

/*
 * Sums up finished members: the means over the seeds of each setting with their figures, then the
 * table and the claims of the sweep, into files and into `outcome`. config->run.out is the series'
 * directory, which has more than one member.
 */
int series_sum_up(const struct pt_config *config, const struct pt_run_options *options,
                  struct pt_series_outcome *outcome, struct pt_error *error);

/* The same for a series of one member: its claims, into `outcome`. */
int series_adopt_claims(const struct pt_run_options *options, struct pt_series_outcome *outcome,
                        struct pt_error *error);

/* The directory of a setting: config->run.out itself without a sweep. */
int series_setting_path(const struct pt_config *config, size_t setting, char *path,
                        struct pt_error *error);

/* Seeds of the configuration: those of run.seeds, or run.seed alone. */
size_t series_n_seeds(const struct pt_config *config);
uint64_t series_seed(const struct pt_config *config, size_t index);

#endif
