/* A run from its configuration to its figures: the one way through the program. */
#include "phasetrace/run.h"

#include "base/clock.h"
#include "base/fsio.h"
#include "study/about.h"
#include "study/analyse.h"
#include "study/baselines.h"
#include "study/events.h"
#include "study/example_inputs.h"
#include "study/run_directory.h"
#include "study/run_open.h"
#include "study/run_progress.h"
#include "study/run_trace.h"
#include "study/run_train.h"
#include "train/checkpoint.h"

#include <string.h>

static int is_traced(const struct run *run, long step)
{
    static const char *const files[][2] = {{"snapshots", "safetensors"}, {"trace", "npz"}};
    char path[PT_PATH_BYTES];
    for (size_t i = 0; i < 2; i++)
        if (run_directory_step_path(run->outcome->directory, files[i][0], step, files[i][1], path,
                                    NULL) != PT_OK ||
            !file_exists(path))
            return 0;
    return 1;
}

/* Those that an earlier process has traced are passed over, but for the last one, which the larger
 * sample is traced with. */
static int find_first(struct run *run, struct pt_error *error)
{
    int status = directory_remove_temporaries(run->outcome->directory, error);
    if (!status)
        status = events_begin(run, error);
    if (!status)
        status = source_start_metrics(run->source, run, error);
    while (!status && run->n_taken + 1 < run->source->n &&
           is_traced(run, run->snapshots[run->n_taken]))
        run->n_taken++;
    run->n_taken_first = run->n_taken;
    return status;
}

/* The networks of the source in turn: of a run they have been evaluated. */
static int visit_source(struct run *run, struct pt_error *error)
{
    int status = find_first(run, error);
    while (!status && run->n_taken < run->source->n) {
        if (run_is_to_stop(run))
            return pt_error_set(error, PT_E_STOPPED, "stopped after %zu of %zu snapshots",
                                run->n_taken, run->source->n);
        status = source_load(run->source, run->n_taken, run, error);
        if (!status && !run->source->is_run)
            status = run_evaluate(run, error);
        if (!status)
            status = run_take_snapshot(run, error);
        if (!status)
            run_progress_report(run, PT_PART_TRACE, PT_MOMENT_SNAPSHOT);
    }
    return status;
}

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

/* What follows the training of a run that is traced: each part of it can be stopped. */
static int trace_and_analyse(struct run *run, struct pt_error *error)
{
    int status = run_trace_end(run, error);
    if (!status)
        status = run_baselines(run, error);
    if (!status && run_is_to_stop(run))
        status = pt_error_set(error, PT_E_STOPPED, "stopped before the analysis");
    if (!status)
        status = analyse(run, error);
    if (!status && run_is_to_stop(run))
        status = pt_error_set(error, PT_E_STOPPED, "stopped before the figures");
    if (!status && run->options->draw)
        status = draw(run, error);
    return status;
}

static int execute(struct run *run, struct pt_error *error)
{
    int status = run->source ? visit_source(run, error) : run_train(run, error);
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
    if (!status)
        status = run_open(run, error);
    if (status)
        return status;
    status = execute(run, error);
    return run_close(run, status, error);
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
    int status = run_look(&run, error);
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
