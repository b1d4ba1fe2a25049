/* The training of a run: its steps, with what is due between them. */
#include "study/run_train.h"

#include "base/clock.h"
#include "base/fsio.h"
#include "study/events.h"
#include "study/run_directory.h"
#include "study/run_open.h"
#include "study/run_progress.h"
#include "study/run_trace.h"
#include "train/checkpoint.h"

#include <string.h>

#define MANIFEST_S 30 /* between its versions while a network trains */

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

int run_evaluate(struct run *run, struct pt_error *error)
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

int run_take_snapshot(struct run *run, struct pt_error *error)
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
    int status = snapshot || epoch_end ? run_evaluate(run, error) : PT_OK;
    if (!status && epoch_end && step > 0)
        status = events_epoch(run, error);
    if (!status && snapshot)
        status = run_take_snapshot(run, error);
    if (!status && (snapshot || epoch_end))
        run_progress_report(run, PT_PART_TRAIN,
                            epoch_end && step > 0 ? PT_MOMENT_EPOCH : PT_MOMENT_SNAPSHOT);
    return status;
}

/* The log is on the disk before the checkpoint that builds on it. */
int run_write_checkpoint(struct run *run, struct pt_error *error)
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

static int step(struct run *run, struct pt_error *error)
{
    double start = clock_seconds();
    int status = trainer_step(run->trainer, error);
    double end = clock_seconds();
    run->outcome->seconds[PT_PART_TRAIN] += end - start;
    if (!status)
        run_progress_tick(run, PT_PART_TRAIN);
    if (!status && end - run->checkpoint_s >= run->config->snapshots.checkpoint_s)
        status = run_write_checkpoint(run, error);
    if (!status && end - run->manifest_s >= MANIFEST_S)
        status = run_write_manifest(run, error);
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
        if (run_is_to_stop(run))
            return pt_error_set(error, PT_E_STOPPED, "stopped after step %ld of %ld", done,
                                run->n_steps);
        status = step(run, error);
        if (status)
            return status;
    }
}

int run_train(struct run *run, struct pt_error *error)
{
    int status = run_resume(run, error);
    if (!status)
        status = train(run, error);
    return status ? status : run_write_checkpoint(run, error);
}
