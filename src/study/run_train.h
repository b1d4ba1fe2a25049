/* The training of a run, and what is due at its steps. */
#ifndef STUDY_RUN_TRAIN_H
#define STUDY_RUN_TRAIN_H

#include "study/run_state.h"

/* Trains from where the files of the run say it stands to the last step, which becomes the last
 * checkpoint. PT_E_STOPPED, PT_E_DIVERGED, PT_E_IO, PT_E_MEMORY. */
int run_train(struct run *run, struct pt_error *error);

/* Appends the losses of the network as it is now to metrics.csv, unless they are its last line. */
int run_evaluate(struct run *run, struct pt_error *error);
/* Writes the network as it is now; in a run with a trace, traces it. */
int run_take_snapshot(struct run *run, struct pt_error *error);
/* Writes network and trainer as they are now, from which training can go on. */
int run_write_checkpoint(struct run *run, struct pt_error *error);

#endif
