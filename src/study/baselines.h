/*
 * Baseline networks (He et al. 2025, arXiv 2505.06993): of other width and seed, trained on the
 * testing samples alone. What the run's network shares with one of them did not come from its own
 * training samples, so it generalises.
 */
#ifndef STUDY_BASELINES_H
#define STUDY_BASELINES_H

#include "study/run_state.h"

/* The epochs that all baseline networks together are trained for. */
long baselines_n_epochs(const struct pt_config *config);

/*
 * Trains them, several at a time, and traces each on the larger sample (without one, on the
 * samples of the snapshots), into RUN/baselines/1, 2, ...: snapshots/last.safetensors,
 * metrics.csv, trace/final.npz. `progress` (may be NULL) is called after each epoch of one of
 * them with the number of epochs done in all, by one thread at a time. PT_E_STOPPED, PT_E_DIVERGED
 * name the network.
 */
int baselines_run(struct run *run, void (*progress)(struct run *run, long n_epochs_done),
                  struct pt_error *error);

#endif
