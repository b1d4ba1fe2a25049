/* A run from its configuration to its figures: the one way through the program. */
#include "phasetrace/run.h"

#include "base/clock.h"
#include "base/fsio.h"
#include "base/log.h"
#include "study/about.h"
#include "study/analyse.h"
#include "study/baselines.h"
#include "study/events.h"
#include "study/example_inputs.h"
#include "study/run_directory.h"
#include "study/run_progress.h"
#include "study/run_state.h"
#include "study/run_trace.h"
#include "train/checkpoint.h"

#include <stdio.h>
#include <string.h>

#define MANIFEST_S 30 /* between its versions while a network trains */

/* ---- The beginning ---- */

static int goes_on(const struct run *run)
{
    return run->options->resume && !run->options->source && run->config->run.out[0] &&
           !directory_is_empty(run->config->run.out);
}

/* What lies where the run is to go on, which from now on nobody else changes. */
static int look_at_directory(struct run *run, struct pt_error *error)
{
    const char *directory = run->config->run.out;
    if (!goes_on(run))
        return PT_OK;
    if (!file_is_directory(directory))
        return pt_error_set(error, PT_E_CONFIG, "%s is a file, no run directory", directory);
    snprintf(run->outcome->directory, sizeof run->outcome->directory, "%s", directory);
    int status = lock_take(directory, &run->lock, error);
    if (!status)
        status = member_examine(run->config, run->with_trace, directory, &run->member, error);
    run->with_trace |= run->member.record.with_trace;
    return status;
}

/* Makes a directory of its own, or goes on with the one that is locked already. */
static int enter_directory(struct run *run, struct pt_error *error)
{
    char path[PT_PATH_BYTES];
    if (run->lock)
        return run->member.has_manifest ? manifest_compare(run->outcome->directory, &run->manifest,
                                                           &run->options->log, error)
                                        : PT_OK;
    int status = run_directory_make(run->config, !run->source, path, error);
    if (!status)
        status = lock_take(path, &run->lock, error);
    if (!status)
        snprintf(run->outcome->directory, sizeof run->outcome->directory, "%s", path);
    return status;
}

static void start_manifest(struct run *run)
{
    struct manifest *m = &run->manifest;
    m->config = run->config;
    m->dataset = run->dataset;
    m->weights = &run->weights;
    m->source = run->options->source;
    m->n_threads = run->n_threads;
    m->with_trace = run->with_trace;
    m->state = "running";
    m->reason = "";
    m->outcome = run->outcome;
    memcpy(m->started, run->member.record.started, sizeof m->started);
    manifest_start(m);
}

static void warn_of_full_disk(const struct run *run)
{
    uint64_t n_needed = run_disk_bytes(run);
    uint64_t n_free = directory_free_bytes(run->outcome->directory);
    if (run->member.state == MEMBER_ABSENT && n_free > 0 && n_free < n_needed)
        log_message(&run->options->log, PT_LOG_WARNING,
                    "the run needs about %llu bytes, %llu are free", (unsigned long long)n_needed,
                    (unsigned long long)n_free);
}

/* The configuration of a run that goes on stays as it was written. */
static int write_config(const struct run *run, struct pt_error *error)
{
    char path[PT_PATH_BYTES];
    int status = path_join(path, sizeof path, run->outcome->directory, "config.ini", error);
    if (status || file_exists(path))
        return status;
    return run_directory_write_config(run->outcome->directory, run->config, error);
}

static int open_directory(struct run *run, struct pt_error *error)
{
    start_manifest(run);
    int status = enter_directory(run, error);
    if (!status)
        warn_of_full_disk(run);
    if (!status)
        status = run_directory_fill(run->outcome->directory, run->with_trace, error);
    if (!status)
        status = write_config(run, error);
    if (!status)
        status = events_repair(run, error);
    run->manifest_s = clock_seconds();
    return status ? status : manifest_write(&run->manifest, run->outcome->directory, error);
}

/* ---- The loop ---- */

static int append_metrics(struct run *run, struct pt_error *error)
{
    char path[PT_PATH_BYTES], line[PT_METRICS_LINE_BYTES];
    int status = path_join(path, sizeof path, run->outcome->directory, "metrics.csv", error);
    if (!status && run->n_metrics == 0) {
        pt_metrics_header(line);
        status = file_append(path, line, strlen(line), error);
    }
    if (status)
        return status;
    pt_metrics_format(&run->metrics[run->n_metrics], line);
    return file_append(path, line, strlen(line), error);
}

static int evaluate(struct run *run, struct pt_error *error)
{
    double start = clock_seconds();
    long step = trainer_steps_done(run->trainer);
    struct pt_metrics_row *row = &run->metrics[run->n_metrics];
    if (run->n_metrics > 0 && row[-1].step == step) /* before it went on here */
        return PT_OK;
    row->step = step;
    row->epoch = trainer_epoch(run->trainer);
    row->learning_rate = trainer_rate(run->trainer);
    int status = evaluator_run(run->evaluator, row, error);
    if (status)
        return pt_error_context(error, status, "evaluation at step %ld", step);
    status = append_metrics(run, error);
    if (status)
        return status;
    run->n_metrics++;
    run->outcome->train_accuracy = row->train_accuracy;
    run->outcome->test_accuracy = row->test_accuracy;
    run->outcome->seconds[PT_PART_EVALUATE] += clock_seconds() - start;
    return PT_OK;
}

static int take_snapshot(struct run *run, struct pt_error *error)
{
    long step = trainer_steps_done(run->trainer);
    char path[PT_PATH_BYTES];
    int status = run_directory_step_path(run->outcome->directory, "snapshots", step, "safetensors",
                                         path, error);
    struct snapshot_moment moment = {step, trainer_epoch(run->trainer)};
    if (!status)
        status = snapshot_write(run->network, NULL, moment, path, error);
    if (!status)
        status = events_snapshot(run, error);
    if (!status && run->tracer)
        status = run_trace_checkpoint(run, step, error);
    if (!status)
        run->n_taken++;
    return status;
}

/* What is due before the next step: an evaluation, a snapshot with its trace. */
static int do_what_is_due(struct run *run, struct pt_error *error)
{
    long step = trainer_steps_done(run->trainer);
    int snapshot = run->n_taken < run->n_snapshots && run->snapshots[run->n_taken] == step;
    int epoch_end = step % run->steps_per_epoch == 0;
    int status = snapshot || epoch_end ? evaluate(run, error) : PT_OK;
    if (!status && epoch_end && step > 0)
        status = events_epoch(run, error);
    if (!status && snapshot)
        status = take_snapshot(run, error);
    if (!status && (snapshot || epoch_end))
        run_progress_report(run, PT_PART_TRAIN,
                            epoch_end && step > 0 ? PT_MOMENT_EPOCH : PT_MOMENT_SNAPSHOT);
    return status;
}

static int stop_wanted(const struct run *run)
{
    return run->options->stop && *run->options->stop;
}

/* The log is on the disk before the checkpoint that builds on it. */
static int write_checkpoint(struct run *run, struct pt_error *error)
{
    char path[PT_PATH_BYTES];
    int status = path_join(path, sizeof path, run->outcome->directory, "metrics.csv", error);
    if (!status && file_exists(path))
        status = file_sync(path, error);
    if (!status)
        status = checkpoint_write(run->outcome->directory, run->network, run->trainer, error);
    run->checkpoint_s = clock_seconds();
    return status;
}

/* With the times so far, which a killed run would else not know. */
static int write_manifest(struct run *run, struct pt_error *error)
{
    run_trace_times(run);
    run->manifest_s = clock_seconds();
    return manifest_write(&run->manifest, run->outcome->directory, error);
}

static int step(struct run *run, struct pt_error *error)
{
    double start = clock_seconds();
    int status = trainer_step(run->trainer, error);
    double end = clock_seconds();
    run->outcome->seconds[PT_PART_TRAIN] += end - start;
    if (!status)
        run_progress_tick(run, PT_PART_TRAIN);
    if (!status && end - run->checkpoint_s >= run->config->snapshots.checkpoint_s)
        status = write_checkpoint(run, error);
    if (!status && end - run->manifest_s >= MANIFEST_S)
        status = write_manifest(run, error);
    return status;
}

/* The networks of the source in turn: of a run they have been evaluated. */
static int visit_source(struct run *run, struct pt_error *error)
{
    int status = events_begin(run, error);
    if (!status && run->source->is_run)
        status = source_copy_metrics(run->source, run, error);
    for (size_t i = 0; i < run->source->n && !status; i++) {
        if (stop_wanted(run))
            return pt_error_set(error, PT_E_STOPPED, "stopped after %zu of %zu snapshots", i,
                                run->source->n);
        status = source_load(run->source, i, run, error);
        if (!status && !run->source->is_run)
            status = evaluate(run, error);
        if (!status)
            status = take_snapshot(run, error);
        if (!status)
            run_progress_report(run, PT_PART_TRACE, PT_MOMENT_SNAPSHOT);
    }
    return status;
}

static int train(struct run *run, struct pt_error *error)
{
    run->checkpoint_s = clock_seconds();
    for (;;) {
        int status = do_what_is_due(run, error);
        if (status)
            return status;
        long done = trainer_steps_done(run->trainer);
        if (done == run->n_steps)
            return PT_OK;
        if (stop_wanted(run))
            return pt_error_set(error, PT_E_STOPPED, "stopped after step %ld of %ld", done,
                                run->n_steps);
        status = step(run, error);
        if (status)
            return status;
    }
}

/* ---- The end ---- */

static int begin_part(struct run *run, enum pt_run_part part, struct pt_error *error)
{
    run_progress_report(run, part, PT_MOMENT_BEGIN);
    return events_part(run, part, error);
}

static int run_baselines(struct run *run, struct pt_error *error)
{
    double start = clock_seconds();
    if (run->config->baselines.count == 0)
        return PT_OK;
    int status = begin_part(run, PT_PART_BASELINES, error);
    if (!status)
        status = baselines_run(run, run_progress_baselines, error);
    run->outcome->seconds[PT_PART_BASELINES] += clock_seconds() - start;
    return status;
}

static int analyse(struct run *run, struct pt_error *error)
{
    struct about about;
    about_describe(run->config, run->dataset, &about);
    int status = begin_part(run, PT_PART_ANALYSE, error);
    if (!status)
        status =
            analyse_directory(run->outcome->directory, run->config, &about, run->outcome, error);
    return status ? status
                  : example_inputs_write(run->outcome->directory, run->config, run->dataset, error);
}

static int draw(struct run *run, struct pt_error *error)
{
    double start = clock_seconds();
    int status = begin_part(run, PT_PART_DRAW, error);
    if (!status)
        status = run->options->draw(run->outcome->directory, error);
    run->outcome->seconds[PT_PART_DRAW] += clock_seconds() - start;
    return status;
}

static const char *state_name(int status)
{
    if (status == PT_OK)
        return "finished";
    if (status == PT_E_STOPPED)
        return "stopped";
    return status == PT_E_DIVERGED ? "diverged" : "failed";
}

static void explain_full_disk(const struct run *run, struct pt_error *error)
{
    directory_explain_full(run->outcome->directory, "the run needs", run_disk_bytes(run), error);
}

static void note_end(struct run *run, int status, const struct pt_error *error)
{
    run->manifest.state = state_name(status);
    run->manifest.reason = status && error ? error->message : "";
}

/* Keeps what a run that ended early still has to say; its own failures do not hide the first. */
static int close_directory(struct run *run, int status, struct pt_error *error)
{
    if (status && run->is_placed)
        write_checkpoint(run, NULL);
    if (status)
        explain_full_disk(run, error);
    note_end(run, status, error);
    int logged = events_end(run, status ? NULL : error);
    if (!status && logged) {
        explain_full_disk(run, error);
        note_end(run, status = logged, error);
    }
    int written = write_manifest(run, status ? NULL : error);
    if (!status && written)
        explain_full_disk(run, error);
    return status ? status : written;
}

/* What follows the training of a run that is traced: each part of it can be stopped. */
static int trace_and_analyse(struct run *run, struct pt_error *error)
{
    int status = run_trace_end(run, error);
    if (!status)
        status = run_baselines(run, error);
    if (!status && stop_wanted(run))
        status = pt_error_set(error, PT_E_STOPPED, "stopped before the analysis");
    if (!status)
        status = analyse(run, error);
    if (!status && stop_wanted(run))
        status = pt_error_set(error, PT_E_STOPPED, "stopped before the figures");
    if (!status && run->options->draw)
        status = draw(run, error);
    return status;
}

static int resume_and_train(struct run *run, struct pt_error *error)
{
    int status = run_resume(run, error);
    if (!status)
        status = train(run, error);
    return status ? status : write_checkpoint(run, error);
}

static int execute(struct run *run, struct pt_error *error)
{
    int status = run->source ? visit_source(run, error) : resume_and_train(run, error);
    if (!status && run->tracer)
        status = trace_and_analyse(run, error);
    return status || run->source ? status : checkpoint_settle(run->outcome->directory, error);
}

static int run_in_directory(struct run *run, struct pt_error *error)
{
    const char *source = run->options->source;
    int status = source ? source_open(source, &run->source, error) : PT_OK;
    if (!status)
        status = run_prepare(run, error);
    if (!status && source)
        status = source_prepare(run->source, run, error);
    run->outcome->seconds[PT_PART_PREPARE] += clock_seconds() - run->started_s;
    if (status)
        return status;
    status = open_directory(run, error);
    if (status) {
        explain_full_disk(run, error);
        return status;
    }
    status = execute(run, error);
    return close_directory(run, status, error);
}

/* Of the processes before this one. */
static void adopt_times(struct pt_run_outcome *outcome, const struct manifest_record *record)
{
    memcpy(outcome->seconds, record->seconds, sizeof outcome->seconds);
    outcome->trace_work = record->trace_work;
    outcome->baselines_work = record->baselines_work;
}

int run_beside(const struct pt_config *config, const struct pt_run_options *options,
               const struct manifest_record *beside, struct pt_run_outcome *outcome,
               struct pt_error *error)
{
    struct run run = {.config = config,
                      .options = options,
                      .outcome = outcome,
                      .with_trace = options->trace,
                      .started_s = clock_seconds()};
    memset(outcome, 0, sizeof *outcome);
    int status = look_at_directory(&run, error);
    adopt_times(outcome, &run.member.record);
    run_recall_paths(&run, beside);
    outcome->was_finished = !status && run.member.state == MEMBER_FINISHED;
    if (!status && !outcome->was_finished)
        status = run_in_directory(&run, error);
    source_free(run.source);
    run_release(&run);
    return status;
}

int pt_run(const struct pt_config *config, const struct pt_run_options *options,
           struct pt_run_outcome *outcome, struct pt_error *error)
{
    const struct manifest_record alone = {0};
    return run_beside(config, options, &alone, outcome, error);
}
