/* What a run holds between its preparation and its end. */
#ifndef STUDY_RUN_STATE_H
#define STUDY_RUN_STATE_H

#include "phasetrace/crew.h"
#include "phasetrace/run.h"
#include "study/manifest.h"
#include "trace/tracer.h"
#include "train/evaluate.h"
#include "train/trainer.h"

/* Everything a run holds; made before the first step, freed after the last. */
struct run {
    const struct pt_config *config;
    const struct pt_run_options *options;
    struct pt_run_outcome *outcome;
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
    const struct pt_trace *last_trace; /* the last that was made; a tracer's */
    struct manifest manifest;
    long steps_per_epoch, n_steps;
    long *snapshots; /* [n_snapshots] steps */
    size_t n_snapshots, n_taken;
    struct pt_metrics_row *metrics;
    size_t n_metrics;
    double started_s;
};

/*
 * Loads the data and makes everything above, from config and options, which the caller sets; the
 * run directory is not touched. Whatever can fail because of the configuration or the data fails
 * here. The caller ends with run_release(), after a failure too.
 */
int run_prepare(struct run *run, struct pt_error *error);
void run_release(struct run *run);

#endif
