/* What a run holds between its preparation and its end. */
#ifndef STUDY_RUN_STATE_H
#define STUDY_RUN_STATE_H

#include "base/lock.h"
#include "phasetrace/crew.h"
#include "phasetrace/run.h"
#include "study/member.h"
#include "study/source.h"
#include "trace/tracer.h"
#include "train/evaluate.h"
#include "train/trainer.h"

/* Everything a run holds; made before the first step, freed after the last. */
struct run {
    const struct pt_config *config;
    const struct pt_run_options *options;
    int with_trace;       /* asked for, or of the run that goes on */
    struct lock *lock;    /* of the run directory; NULL before there is one */
    struct member member; /* what was in the directory */
    struct pt_run_outcome *outcome;
    struct source *source; /* of the networks, instead of training; NULL: trains */
    int n_threads;
    struct pt_crew *crew; /* of training and evaluation */
    struct pt_dataset *dataset;
    struct pt_network *network;
    struct pt_data_file weights; /* model.weights; empty without */
    struct trainer *trainer;
    struct evaluator *evaluator;
    struct tracer *tracer;       /* of every snapshot; NULL without a trace */
    struct tracer *final_tracer; /* of the larger sample of the last one; NULL when there is none */
    size_t last_tracer_bytes;    /* what the last of the two took when it was made */
    const struct pt_trace *last_trace; /* the last that was made, a tracer's, or read_trace */
    struct pt_trace *read_trace;       /* of a file that was there already; NULL: none */
    char last_trace_path[PT_PATH_BYTES];
    struct manifest manifest;
    long steps_per_epoch, n_steps;
    long *snapshots; /* [n_snapshots] steps */
    size_t n_snapshots, n_taken;
    struct pt_metrics_row *metrics;
    size_t n_metrics;
    int is_placed;                  /* 1: network and trainer are where the run stands */
    long first_step;                /* at which this process began */
    size_t n_taken_first;           /* snapshots before it */
    double started_s, checkpoint_s; /* when the last checkpoint was written */
    double manifest_s;              /* likewise */
    /* For whoever watches. */
    enum pt_run_part part; /* at which it is */
    double reported_s;     /* when that was said last */
    size_t n_traced, n_to_trace;
    long n_baseline_epochs;
    struct pt_spectrum spectrum; /* of the checkpoint traced last; n_players 0: none yet */
};

/* Somebody has asked for it. */
static inline int run_is_to_stop(const struct run *run)
{
    return run->options->stop && *run->options->stop;
}

/*
 * Loads the data and makes everything above, from config and options, which the caller sets; the
 * run directory is not touched. Whatever can fail because of the configuration or the data fails
 * here. The caller ends with run_release(), after a failure too.
 */
int run_prepare(struct run *run, struct pt_error *error);

/* Of all files that the run leaves, about. */
uint64_t run_disk_bytes(const struct run *run);

/*
 * Puts a prepared run to where the files in its directory say it stands: network and trainer to the
 * newest checkpoint, metrics.csv cut back to it; snapshots before it that are to be traced, and are
 * not, are traced. A new run, and one without a checkpoint, stays at its beginning.
 */
int run_resume(struct run *run, struct pt_error *error);

/* pt_run() of one that has neighbours: while its own record says nothing, data and weights that are
 * not found are looked for where `beside` says they were. */
int run_beside(const struct pt_config *config, const struct pt_run_options *options,
               const struct manifest_record *beside, struct pt_run_outcome *outcome,
               struct pt_error *error);

/* That, before or instead of run_prepare() of a whole run. */
void run_recall_paths(struct run *run, const struct manifest_record *beside);

void run_release(struct run *run);

#endif
