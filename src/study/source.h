/* Networks that exist already: the snapshots of a run, or one that was trained elsewhere. */
#ifndef STUDY_SOURCE_H
#define STUDY_SOURCE_H

#include "base/mem.h"
#include "phasetrace/analysis.h"
#include "phasetrace/log.h"
#include "phasetrace/network.h"
#include "phasetrace/status.h"

struct run;
struct trainer;

struct source {
    const char *path; /* a run directory or a safetensors file */
    int is_run;
    size_t n;                       /* networks; 1 of a file */
    char **files;                   /* [n] safetensors files, in the order of steps */
    long *steps;                    /* [n]; of a file without a step, what source_prepare() says */
    struct pt_metrics_row *metrics; /* [n] of a run: the evaluation at each of them; else NULL */
    int has_baselines; /* the run's baseline networks are those that its tracing would train */
    struct arena arena;
};

/*
 * Lists what there is. PT_E_DATA: a directory that is no run, has no snapshots or no metrics.csv;
 * PT_E_IO. The caller ends with source_free().
 */
int source_open(const char *path, struct source **source, struct pt_error *error);
void source_free(struct source *source); /* NULL is allowed */

/*
 * Makes the networks of the source the snapshots of a prepared run: its steps end with the last of
 * them. A file without a step counts as the network at the end of training. Every network is read
 * once. PT_E_DATA: one does not fit or is damaged, the run has been trained on other data, its
 * metrics.csv is damaged.
 */
int source_prepare(struct source *source, struct run *run, struct pt_error *error);

/* Puts network and trainer of the run to network `index`, and its metrics to the evaluation there
 * if the source has it. */
int source_load(const struct source *source, size_t index, struct run *run, struct pt_error *error);

/* Puts the evaluations of the source's run into the run's directory; of a file there are none, and
 * those of an earlier process are removed. */
int source_start_metrics(const struct source *source, const struct run *run,
                         struct pt_error *error);

/*
 * Puts a baseline network, `number` counting from 1, and its trainer to where the source's run has
 * left it: at the end of its training, or on the way there; both stay as they are where the source
 * has none. What is passed over is told to `log`. PT_E_MEMORY.
 */
int source_read_baseline(const struct source *source, size_t number, struct pt_network *network,
                         struct trainer *trainer, const struct pt_log *log, struct pt_error *error);

#endif
