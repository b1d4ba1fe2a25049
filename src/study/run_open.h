/* Entering and leaving the directory of a run. */
#ifndef STUDY_RUN_OPEN_H
#define STUDY_RUN_OPEN_H

#include "study/run_state.h"

/* Locks what lies where the run is to go on, if it is to, and fills run->member. PT_E_BUSY;
 * PT_E_CONFIG, PT_E_DATA: it is something else, see member_examine(); PT_E_IO. */
int run_look(struct run *run, struct pt_error *error);

/* Enters the directory of a prepared run: makes it, locked, unless run_look() has found it,
 * compares its data, writes what says which run it is. PT_E_BUSY, PT_E_CONFIG, PT_E_DATA, PT_E_IO.
 */
int run_open(struct run *run, struct pt_error *error);

/* Keeps what a run that ends with `status` still has to say; its own failures do not hide the
 * first. Returns `status`, or why an end that was good could not be written. */
int run_close(struct run *run, int status, struct pt_error *error);

/* The manifest with the times so far, which a killed run would else not know. PT_E_IO. */
int run_write_manifest(struct run *run, struct pt_error *error);

#endif
