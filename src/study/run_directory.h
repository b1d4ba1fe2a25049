/* The run directory: its name and the files that say what the run is. */
#ifndef STUDY_RUN_DIRECTORY_H
#define STUDY_RUN_DIRECTORY_H

#include "base/lock.h"
#include "phasetrace/config.h"
#include "phasetrace/status.h"

#include <stddef.h>

/* PT_E_BUSY, PT_E_CONFIG when run.out is given, exists and is in use, is not empty but for a lock
 * that nobody holds. Writes nothing. */
int run_directory_check(const struct pt_config *config, struct pt_error *error);

/*
 * Makes the directory, locks it and writes its path to `path` [PT_PATH_BYTES]: run.out when it is
 * given, otherwise runs/NAME-001 or the first free number. PT_E_BUSY, PT_E_CONFIG as above: nothing
 * is ever written over, and of processes that begin in the same instant one gets it. PT_E_IO. The
 * caller ends with lock_release().
 */
int run_directory_make(const struct pt_config *config, char *path, struct lock **lock,
                       struct pt_error *error);

/* Makes the sub-directories of a run. */
int run_directory_fill(const char *directory, int with_trace, struct pt_error *error);

/* "DIRECTORY/snapshots/step_00000012.safetensors" and the like. */
int run_directory_step_path(const char *directory, const char *folder, long step,
                            const char *extension, char *path, struct pt_error *error);

/* The configuration that repeats the run: all keys, run.out left empty. */
int run_directory_write_config(const char *directory, const struct pt_config *config,
                               struct pt_error *error);

#endif
