/* Tracing of a run's network: at checkpoints, and more thoroughly at the end. */
#include "study/run_trace.h"

#include "base/clock.h"
#include "base/fsio.h"
#include "base/log.h"
#include "study/run_directory.h"
#include "trace/plant.h"

#include <stdio.h>
#include <string.h>

/* How hard the extraction was, and whether it reached its gap. */
static void log_trace(struct run *run, const struct pt_trace *trace)
{
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
}

/* Traces the network as it is now and writes RUN/`name`. */
static int trace_to(struct run *run, struct tracer *tracer, const char *name,
                    struct pt_error *error)
{
    double start = clock_seconds();
    const struct pt_trace *trace = NULL;
    char path[PT_PATH_BYTES];
    int status = tracer_run(tracer, trainer_steps_done(run->trainer), trainer_epoch(run->trainer),
                            &trace, error);
    if (!status)
        status = path_join(path, sizeof path, run->outcome->directory, name, error);
    if (!status)
        status = pt_trace_write(trace, path, error);
    if (!status)
        log_trace(run, trace);
    run->last_trace = trace;
    run->outcome->seconds[PT_PART_TRACE] += clock_seconds() - start;
    return status;
}

int run_trace_checkpoint(struct run *run, struct pt_error *error)
{
    char name[64];
    snprintf(name, sizeof name, "trace/step_%08ld.npz", trainer_steps_done(run->trainer));
    return trace_to(run, run->tracer, name, error);
}

/* A planted truth is about masked inputs where an absent input is 0 and the others are kept. */
static int truth_is_known(const struct run *run)
{
    const struct pt_config *config = run->config;
    return run->dataset->plant && strcmp(config->trace.layer, "input") == 0 &&
           config->trace.baseline == PT_BASELINE_BLACK &&
           config->trace.background == PT_BACKGROUND_KEEP;
}

/* The interactions that were planted in the task, on all samples that are traced. */
static int write_plant(const struct run *run, struct pt_error *error)
{
    char path[PT_PATH_BYTES];
    struct pt_trace *plant;
    int status = path_join(path, sizeof path, run->outcome->directory, "trace/plant.npz", error);
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
    int status = tracer_measure_stability(run->tracer, run->config,
                                          trainer_steps_done(run->trainer), &stability, error);
    if (!status && stability)
        status =
            path_join(path, sizeof path, run->outcome->directory, "trace/stability.npz", error);
    if (!status && stability)
        status = pt_stability_write(stability, path, error);
    pt_stability_free(stability);
    run->outcome->seconds[PT_PART_TRACE] += clock_seconds() - start;
    return status;
}

int run_trace_end(struct run *run, struct pt_error *error)
{
    int status = PT_OK;
    if (run->final_tracer) {
        tracer_rest(run->tracer); /* one tracer's solvers at a time */
        tracer_reuse(run->final_tracer, run->last_trace);
        status = trace_to(run, run->final_tracer, "trace/final.npz", error);
    }
    if (!status && truth_is_known(run))
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
    add_tracer_times(run->outcome, run->tracer);
    add_tracer_times(run->outcome, run->final_tracer);
}
