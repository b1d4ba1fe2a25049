/* What a run traces of its network, and the files it goes to. */
#ifndef STUDY_RUN_TRACE_H
#define STUDY_RUN_TRACE_H

#include "study/run_state.h"

/* The network as it is now, after step `step`, on the samples of every snapshot:
 * RUN/trace/step_NNNNNNNN.npz. Like all traces it is made unless its file is there. */
int run_trace_checkpoint(struct run *run, long step, struct pt_error *error);

/*
 * The network at the end of training: a larger sample in RUN/trace/final.npz, how interactions vary
 * under noise on the input in stability.npz, and where the task's interactions are known, these in
 * plant.npz; each when the configuration asks for it. Comes after the last checkpoint.
 */
int run_trace_end(struct run *run, struct pt_error *error);

/* The sizes of the files that these will write, and of the baseline networks' traces. */
void run_trace_bytes(const struct run *run, struct pt_run_plan *plan);

/* Thread-seconds of both tracers, with those of earlier processes, for the outcome. */
void run_trace_times(struct run *run);

#endif
