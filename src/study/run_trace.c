/* Tracing of a run's network: at checkpoints, and more thoroughly at the end. */
#include "study/run_trace.h"

#include "base/clock.h"
#include "base/fsio.h"
#include "base/log.h"
#include "study/events.h"
#include "study/run_directory.h"
#include "study/run_progress.h"
#include "trace/plant.h"

#include <stdio.h>
#include <string.h>

/* How hard the extraction was, and whether it reached its gap. */
static int note_trace(struct run *run, struct events_trace *event, struct pt_error *error)
{
    const struct pt_trace *trace = event->trace;
    size_t n_unconverged = 0;
    long iterations = 0;
    for (size_t i = 0; i < trace->n_samples; i++) {
        n_unconverged += trace->status[i] != PT_TRACE_CONVERGED;
        iterations += trace->iterations[i];
    }
    log_message(&run->options->log, PT_LOG_INFO,
                "step %ld: %zu samples traced, %.0f iterations each", trace->step, trace->n_samples,
                (double)iterations / (double)trace->n_samples);
    if (n_unconverged > 0)
        log_message(&run->options->log, PT_LOG_WARNING,
                    "step %ld: %zu of %zu extractions reached the iteration cap (status 1 in the "
                    "trace)",
                    trace->step, n_unconverged, trace->n_samples);
    run->outcome->n_unconverged += n_unconverged;
    event->n_unconverged = n_unconverged;
    return events_trace(run, event, error);
}

/* Traces into a file, by way of one of finished samples beside it. */
static int trace_to_file(struct run *run, struct tracer *tracer, long step, const char *name,
                         struct pt_error *error)
{
    const char *path = run->last_trace_path;
    const struct pt_trace *trace = NULL;
    char work_path[PT_PATH_BYTES + 8];
    double start = clock_seconds(), epoch = (double)step / (double)run->steps_per_epoch;
    snprintf(work_path, sizeof work_path, "%s.work", path);
    int status = tracer_run(tracer, step, epoch, work_path, &trace, error);
    if (!status)
        status = pt_trace_write(trace, path, error);
    if (!status)
        status = file_remove(work_path, error);
    run->last_trace = trace;
    if (!status && tracer == run->tracer)
        status = pt_spectrum_compute(trace, run->config->analysis.salience, &run->spectrum, error);
    struct events_trace event = {.trace = trace,
                                 .path = name,
                                 .seconds = clock_seconds() - start,
                                 .spectrum = tracer == run->tracer ? &run->spectrum : NULL};
    return status ? status : note_trace(run, &event, error);
}

/* Traces the network as it is now, unless RUN/`name` is there. */
static int trace_to(struct run *run, struct tracer *tracer, long step, const char *name,
                    struct pt_error *error)
{
    double start = clock_seconds();
    char *path = run->last_trace_path;
    int status = path_join(path, PT_PATH_BYTES, run->outcome->directory, name, error);
    run_progress_report(run, PT_PART_TRACE, PT_MOMENT_BEGIN);
    run->last_trace = NULL;
    if (!status && !file_exists(path))
        status = trace_to_file(run, tracer, step, name, error);
    run->outcome->seconds[PT_PART_TRACE] += clock_seconds() - start;
    return status;
}

int run_trace_checkpoint(struct run *run, long step, struct pt_error *error)
{
    char name[64];
    snprintf(name, sizeof name, "trace/step_%08ld.npz", step);
    return trace_to(run, run->tracer, step, name, error);
}

/* The last trace, read from its file if it was there before. */
static int recall_trace(struct run *run, struct pt_error *error)
{
    if (run->last_trace)
        return PT_OK;
    pt_trace_free(run->read_trace);
    run->read_trace = NULL;
    int status = pt_trace_read(run->last_trace_path, &run->read_trace, error);
    run->last_trace = run->read_trace;
    return status;
}

/* A planted truth is about masked inputs where an absent input is 0 and the others are kept. */
static int truth_is_known(const struct run *run)
{
    const struct pt_config *config = run->config;
    return run->dataset->plant && strcmp(config->trace.layer, "input") == 0 &&
           config->trace.baseline == PT_BASELINE_BLACK &&
           config->trace.background == PT_BACKGROUND_KEEP;
}

/* "RUN/trace/NAME" in `path`; whether it is not there yet. */
static int is_missing(const struct run *run, const char *name, char path[PT_PATH_BYTES])
{
    return path_join(path, PT_PATH_BYTES, run->outcome->directory, name, NULL) != PT_OK ||
           !file_exists(path);
}

/* The interactions that were planted in the task, on all samples that are traced. */
static int write_plant(struct run *run, struct pt_error *error)
{
    char path[PT_PATH_BYTES];
    struct pt_trace *plant;
    if (!truth_is_known(run) || !is_missing(run, "trace/plant.npz", path))
        return PT_OK;
    int status = recall_trace(run, error);
    if (!status)
        status = plant_trace(run->dataset, run->last_trace, &plant, error);
    if (status)
        return status;
    status = pt_trace_write(plant, path, error);
    pt_trace_free(plant);
    return status;
}

/* How interactions vary under noise on the input, where the network is at the end. */
static int measure_stability(struct run *run, struct pt_error *error)
{
    double start = clock_seconds();
    char path[PT_PATH_BYTES];
    struct pt_stability *stability = NULL;
    if (!is_missing(run, "trace/stability.npz", path))
        return PT_OK;
    int status = tracer_measure_stability(run->tracer, run->config,
                                          trainer_steps_done(run->trainer), &stability, error);
    if (!status && stability)
        status = pt_stability_write(stability, path, error);
    pt_stability_free(stability);
    run->outcome->seconds[PT_PART_TRACE] += clock_seconds() - start;
    return status;
}

/* The larger sample has the smaller one in it. */
static int trace_final(struct run *run, struct pt_error *error)
{
    static const char name[] = "trace/final.npz";
    char path[PT_PATH_BYTES];
    int status = is_missing(run, name, path) ? recall_trace(run, error) : PT_OK;
    if (status)
        return status;
    tracer_rest(run->tracer); /* one tracer's solvers at a time */
    tracer_reuse(run->final_tracer, run->last_trace);
    return trace_to(run, run->final_tracer, trainer_steps_done(run->trainer), name, error);
}

int run_trace_end(struct run *run, struct pt_error *error)
{
    int status = run->final_tracer ? trace_final(run, error) : PT_OK;
    if (!status)
        status = write_plant(run, error);
    if (run->final_tracer)
        tracer_rest(run->final_tracer);
    tracer_rest(run->tracer);
    return status ? status : measure_stability(run, error);
}

void run_trace_bytes(const struct run *run, struct pt_run_plan *plan)
{
    const struct tracer *last = run->final_tracer ? run->final_tracer : run->tracer;
    size_t n_players = (size_t)run->config->trace.players;
    size_t n_stable = tracer_n_stability(run->tracer, run->config);
    plan->snapshot_bytes = tracer_file_bytes(run->tracer);
    plan->sample_bytes = plan->snapshot_bytes / tracer_n_samples(run->tracer);
    plan->final_bytes = run->final_tracer ? tracer_file_bytes(last) : 0;
    plan->baselines_bytes = (uint64_t)run->config->baselines.count * tracer_file_bytes(last);
    plan->stability_bytes = n_stable ? pt_stability_file_bytes(n_players, n_stable) : 0;
    plan->plant_bytes = truth_is_known(run) ? tracer_plant_bytes(last) : 0;
    plan->trace_bytes = run->n_snapshots * plan->snapshot_bytes + plan->final_bytes +
                        plan->baselines_bytes + plan->stability_bytes + plan->plant_bytes;
}

static void add_tracer_times(struct pt_run_outcome *outcome, const struct tracer *tracer)
{
    if (!tracer)
        return;
    struct tracer_times times = tracer_times(tracer);
    outcome->trace_work.values_s += times.values_s;
    outcome->trace_work.extraction_s += times.extraction_s;
}

void run_trace_times(struct run *run)
{
    run->outcome->trace_work = run->member.record.trace_work;
    add_tracer_times(run->outcome, run->tracer);
    add_tracer_times(run->outcome, run->final_tracer);
}
