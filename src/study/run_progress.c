/* Where a run stands, for whoever watches it. */
#include "study/run_progress.h"

#include "base/clock.h"
#include "study/baselines.h"

#include <math.h>

#define TICK_S 0.1 /* between reports that only time brings about */

/* What this process has spent on a part. */
static double seconds_of(const struct run *run, enum pt_run_part part)
{
    return run->outcome->seconds[part] - run->member.record.seconds[part];
}

/* Seconds that training and tracing will still take if they go on as before. */
static double seconds_left(const struct run *run)
{
    long done = trainer_steps_done(run->trainer), n = done - run->first_step;
    size_t n_taken = run->n_taken - run->n_taken_first;
    double left = 0;
    if (n > 0)
        left += (seconds_of(run, PT_PART_TRAIN) + seconds_of(run, PT_PART_EVALUATE)) / (double)n *
                (double)(run->n_steps - done);
    if (n_taken > 0)
        left += seconds_of(run, PT_PART_TRACE) / (double)n_taken *
                (double)(run->n_snapshots - run->n_taken);
    return left;
}

/* NaN before the first step. */
static double samples_per_second(const struct run *run)
{
    double n_epochs =
        (double)(trainer_steps_done(run->trainer) - run->first_step) / (double)run->steps_per_epoch;
    return n_epochs * (double)run->dataset->splits[PT_TRAIN].n_samples /
           seconds_of(run, PT_PART_TRAIN);
}

static struct pt_run_progress describe(const struct run *run)
{
    const struct pt_metrics_row *last = run->n_metrics ? &run->metrics[run->n_metrics - 1] : NULL;
    int of_baselines = run->part == PT_PART_BASELINES;
    return (struct pt_run_progress){
        .part = run->part,
        .step = trainer_steps_done(run->trainer),
        .n_steps = run->n_steps,
        .epoch = of_baselines ? (double)run->n_baseline_epochs : trainer_epoch(run->trainer),
        .n_epochs = of_baselines ? baselines_n_epochs(run->config) : run->config->train.epochs,
        .n_snapshots_done = run->n_taken,
        .n_snapshots = run->n_snapshots,
        .n_traced = run->n_traced,
        .n_to_trace = run->n_to_trace,
        .train_loss = last ? last->train_loss : NAN,
        .test_loss = last ? last->test_loss : NAN,
        .train_accuracy = last ? last->train_accuracy : NAN,
        .test_accuracy = last ? last->test_accuracy : NAN,
        .samples_per_s = samples_per_second(run),
        .elapsed_s = clock_seconds() - run->started_s,
        .left_s = seconds_left(run),
        .spectrum = run->spectrum.n_players > 0 ? &run->spectrum : NULL,
    };
}

void run_progress_report(struct run *run, enum pt_run_part part, enum pt_run_moment moment)
{
    if (part != run->part || moment == PT_MOMENT_BEGIN)
        run->n_traced = run->n_to_trace = 0;
    run->part = part;
    run->reported_s = clock_seconds();
    if (!run->options->progress)
        return;
    struct pt_run_progress progress = describe(run);
    progress.moment = moment;
    run->options->progress(run->options->user, &progress);
}

void run_progress_tick(struct run *run, enum pt_run_part part)
{
    if (clock_seconds() - run->reported_s >= TICK_S)
        run_progress_report(run, part, PT_MOMENT_TICK);
}

void run_progress_baselines(struct run *run, long n_epochs_done)
{
    run->n_baseline_epochs = n_epochs_done;
    run_progress_report(run, PT_PART_BASELINES, PT_MOMENT_EPOCH);
}

void run_progress_sample(void *user, size_t n_done, size_t n_samples)
{
    struct run *run = user;
    run->n_traced = n_done;
    run->n_to_trace = n_samples;
    run_progress_tick(run, run->part == PT_PART_BASELINES ? run->part : PT_PART_TRACE);
}
