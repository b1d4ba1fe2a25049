/* RUN/manifest.json: what made a run, on what machine, and how it ended. */
#ifndef STUDY_MANIFEST_H
#define STUDY_MANIFEST_H

#include "phasetrace/config.h"
#include "phasetrace/dataset.h"
#include "phasetrace/run.h"

struct manifest {
    const struct pt_config *config;
    const struct pt_dataset *dataset;
    const struct pt_data_file *weights; /* initial ones; its path is empty when they were drawn */
    int n_threads;
    const char *state;  /* "running", "finished", "stopped", "diverged", "failed" */
    const char *reason; /* empty, or the error that ended the run */
    char started[32];   /* UTC, ISO 8601; set by manifest_start() */
    const struct pt_run_outcome *outcome; /* times of the parts */
};

void manifest_start(struct manifest *manifest);
/* Writes the file anew; it is the only one of a run with times in it. */
int manifest_write(const struct manifest *manifest, const char *directory, struct pt_error *error);

#endif
