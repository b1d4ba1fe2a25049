/* Telling whoever watches a run where it stands. */
#ifndef STUDY_RUN_PROGRESS_H
#define STUDY_RUN_PROGRESS_H

#include "study/run_state.h"

/* Reports at once. */
void run_progress_report(struct run *run, enum pt_run_part part, enum pt_run_moment moment);

/* The same of PT_MOMENT_TICK, unless the last report was a moment ago. */
void run_progress_tick(struct run *run, enum pt_run_part part);

/* Of PT_PART_BASELINES: epochs of all baseline networks. */
void run_progress_baselines(struct run *run, long n_epochs_done);

/* For struct tracer_options; `user` is the struct run. What is traced belongs to run->part. */
void run_progress_sample(void *user, size_t n_done, size_t n_samples);

#endif
