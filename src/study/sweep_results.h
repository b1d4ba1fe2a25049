/* What the settings of a sweep say, side by side. */
#ifndef STUDY_SWEEP_RESULTS_H
#define STUDY_SWEEP_RESULTS_H

#include "phasetrace/config.h"
#include "phasetrace/metrics.h"
#include "phasetrace/status.h"

#include <jansson.h>

/*
 * Numbers of one run of the sweep. `phases` and `claims` are its documents, NULL without a trace.
 */
struct sweep_run {
    size_t setting;
    uint64_t seed;
    json_t *phases, *claims;
    struct pt_metrics_row last; /* of metrics.csv */
};

struct sweep_runs {
    size_t n;
    struct sweep_run *items;
};

/* Reads the members of a sweep; the caller ends with sweep_runs_release(), in any case. */
int sweep_runs_read(const struct pt_config *config, int with_analysis, struct sweep_runs *runs,
                    struct pt_error *error);
void sweep_runs_release(struct sweep_runs *runs);

/*
 * analysis/sweep.csv: a row for each run: the swept values, setting, seed, then numbers of the
 * end of the run and its phases, and the value of each claim.
 */
int sweep_table_write(const struct pt_config *config, const struct sweep_runs *runs,
                      struct pt_error *error);

/* analysis/claims_by_setting.csv, from the claims over the seeds of each setting
 * [n_settings]. */
int sweep_claims_write(const struct pt_config *config, json_t *const *claims,
                       struct pt_error *error);

/* The claims about the sweep as a whole, as claims.json has them: D15 when data.label_noise is
 * swept. The caller ends with json_decref(). PT_E_MEMORY. */
int sweep_judge(const struct pt_config *config, const struct sweep_runs *runs, json_t **claims,
                struct pt_error *error);

/* The value of a run's claim and one of its details; NaN when there is none. */
double sweep_value(const struct sweep_run *run, const char *id);
double sweep_detail(const struct sweep_run *run, const char *id, const char *name);

#endif
