/* RUN/manifest.json: what made a run, on what machine, and how it ended. */
#ifndef STUDY_MANIFEST_H
#define STUDY_MANIFEST_H

#include "phasetrace/config.h"
#include "phasetrace/dataset.h"
#include "phasetrace/run.h"

#define MANIFEST_FORMAT 1

struct manifest {
    const struct pt_config *config;
    const struct pt_dataset *dataset;
    const struct pt_data_file *weights; /* initial ones; its path is empty when they were drawn */
    int n_threads, with_trace;
    const char *source; /* of the networks of a run that did not train; NULL */
    const char *state;  /* "running", "finished", "stopped", "diverged", "failed" */
    const char *reason; /* empty, or the error that ended the run */
    char started[32];   /* UTC, ISO 8601; set by manifest_start() unless it is known */
    char resumed[32];   /* the same of the process that went on with it last; empty: none did */
    char data_path[PT_PATH_BYTES], test_path[PT_PATH_BYTES]; /* where they were found, or empty */
    const struct pt_run_outcome *outcome;                    /* times of the parts */
};

/* The keys of outcome->seconds, in the files of a run. */
extern const char *const manifest_times[PT_N_PARTS];

/* Notes the time: of the start, or, when that is known already, of going on. */
void manifest_start(struct manifest *manifest);
/* Writes the file anew; it is the only one of a run with times in it. */
int manifest_write(const struct manifest *manifest, const char *directory, struct pt_error *error);

/* What a manifest says about going on with its run. */
struct manifest_record {
    int is_finished, with_trace;
    char started[32];
    double seconds[PT_N_PARTS]; /* of the outcome, as far as they are known */
    struct pt_trace_work trace_work, baselines_work;
    /* Where they were found; empty: not known. */
    char data_path[PT_PATH_BYTES], test_path[PT_PATH_BYTES], weights_path[PT_PATH_BYTES];
    char source[PT_PATH_BYTES]; /* empty: the run trains its network */
};

/* PT_E_DATA: no manifest, or one of a newer version's; PT_E_IO. */
int manifest_read(const char *directory, struct manifest_record *record, struct pt_error *error);

/*
 * Compares data and initial weights with what the manifest in `directory` says: PT_E_DATA names the
 * first file that is another. That the run was begun by another program or on other kernels, so
 * that bytes may differ, is a warning.
 */
int manifest_compare(const char *directory, const struct manifest *manifest,
                     const struct pt_log *log, struct pt_error *error);

#endif
