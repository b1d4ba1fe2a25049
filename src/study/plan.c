/* What a run will take: the dry run. */
#include "phasetrace/run.h"

#include "base/clock.h"
#include "base/fsio.h"
#include "base/mem.h"
#include "base/threads.h"
#include "study/baselines.h"
#include "study/cost_table.h"
#include "study/layer_table.h"
#include "study/run_directory.h"
#include "study/run_state.h"
#include "study/run_trace.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define N_TIMED_STEPS 8
#define DRAWING_BYTES ((size_t)9 << 20) /* that a figure takes while it is drawn and packed */

/* Seconds of a training step, without the first, which touches memory for the first time. */
static int time_steps(struct run *run, double *step_s, struct pt_error *error)
{
    double start = 0;
    for (int i = 0; i <= N_TIMED_STEPS; i++) {
        if (i == 1)
            start = clock_seconds();
        int status = trainer_step(run->trainer, error);
        if (status)
            return status;
    }
    *step_s = (clock_seconds() - start) / N_TIMED_STEPS;
    return PT_OK;
}

static int time_evaluation(struct run *run, double *evaluation_s, struct pt_error *error)
{
    struct pt_metrics_row row;
    double start = clock_seconds();
    int status = evaluator_run(run->evaluator, &row, error);
    *evaluation_s = clock_seconds() - start;
    return status;
}

/* Threads that work at the same time: no more than processors. */
static double n_useful_threads(const struct run *run)
{
    int n = threads_available();
    return run->n_threads < n ? run->n_threads : n;
}

/* Of `n` samples on threads that share the values of a sample, not its extraction. */
static double tracing_seconds(const struct run *run, const struct pt_run_plan *plan, size_t n)
{
    double n_threads = n_useful_threads(run);
    return plan->sample_values_s * (double)n / n_threads +
           plan->sample_extraction_s * ceil((double)n / n_threads);
}

/* A step of a baseline network takes as much longer as it has parameters more: about the square of
 * its width. */
static void plan_tracing(const struct run *run, double step_s, struct pt_run_plan *plan)
{
    const struct pt_config *config = run->config;
    double n_threads = n_useful_threads(run), n_baselines = (double)plan->n_baselines;
    double width = config->baselines.width;
    double n_steps = (double)(baselines_n_epochs(config) * plan->steps_per_epoch) *
                     (double)plan->n_test / (double)plan->n_train;
    if (!run->tracer)
        return;
    plan->trace_s = tracing_seconds(run, plan, plan->n_traced) * (double)run->n_snapshots +
                    (run->final_tracer ? tracing_seconds(run, plan, plan->n_final) : 0) +
                    plan->sample_values_s / n_threads *
                        (double)(tracer_n_stability(run->tracer, config) *
                                 (size_t)config->trace.stability_draws);
    plan->baselines_s = n_steps * step_s * width * width / fmin(n_threads, fmax(n_baselines, 1)) +
                        n_baselines * tracing_seconds(run, plan, plan->n_final);
}

/* Parameters, gradients and the optimiser's state of baseline networks. */
static double baseline_bytes(const struct run *run)
{
    double width = run->config->baselines.width;
    return (double)run->config->baselines.count * width * width * 4 *
           (double)pt_network_n_values(run->network) * sizeof(float);
}

static size_t larger(size_t a, size_t b)
{
    return a > b ? a : b;
}

/*
 * What is allocated at the same time, at most: all that was prepared, and, one after the other, the
 * solvers of one tracer; the results and tables of stability; the baseline networks with a tracer
 * and its solvers; a trace that the analysis reads, as a file and as arrays; a figure.
 */
static size_t memory_bytes(const struct run *run, const struct pt_run_plan *plan)
{
    if (!run->tracer)
        return mem_live_bytes();
    size_t solvers = tracer_solver_bytes(run->tracer), most = larger(solvers, DRAWING_BYTES);
    size_t file = (size_t)(plan->final_bytes ? plan->final_bytes : plan->snapshot_bytes);
    if (plan->n_baselines > 0)
        most = larger(most, solvers + run->last_tracer_bytes + (size_t)baseline_bytes(run));
    most = larger(most, (size_t)plan->stability_bytes + tracer_value_bytes(run->tracer));
    most = larger(most,
                  2 * larger(file, (size_t)plan->snapshot_bytes) + (size_t)plan->stability_bytes);
    return mem_live_bytes() + most;
}

static int measure(struct run *run, struct pt_run_plan *plan, struct pt_error *error)
{
    double step_s = 0, evaluation_s = 0;
    struct tracer_times sample = {0};
    int status = PT_OK;
    if (run->tracer)
        status = tracer_time_sample(run->tracer, &sample, error);
    if (!status)
        status = time_evaluation(run, &evaluation_s, error);
    if (!status)
        status = time_steps(run, &step_s, error);
    plan->sample_values_s = sample.values_s;
    plan->sample_extraction_s = sample.extraction_s;
    plan->train_s = step_s * (double)run->n_steps;
    plan->evaluate_s = evaluation_s * (double)(run->config->train.epochs + (long)run->n_snapshots);
    plan_tracing(run, step_s, plan);
    return status;
}

/* The table of layers and, with a trace, what its values cost. */
static int describe_layers(const struct run *run, char *text, size_t n_bytes,
                           struct pt_error *error)
{
    struct value_costs costs;
    layer_table(run->network, text, n_bytes);
    if (!run->tracer)
        return PT_OK;
    int status = tracer_value_costs(run->tracer, &costs, error);
    if (status)
        return status;
    size_t n_used = strlen(text);
    cost_table(&costs, (size_t)run->config->trace.players, text + n_used, n_bytes - n_used);
    value_costs_free(&costs);
    return PT_OK;
}

int pt_run_make_plan(const struct pt_config *config, const struct pt_run_options *options,
                     struct pt_run_plan *plan, char *layers, size_t layers_bytes,
                     struct pt_error *error)
{
    struct pt_run_outcome outcome = {0};
    struct run run = {
        .config = config, .options = options, .outcome = &outcome, .with_trace = options->trace};
    *plan = (struct pt_run_plan){0};
    layers[0] = '\0';
    int status = options->resume ? PT_OK : run_directory_check(config, error);
    if (!status)
        status = run_prepare(&run, error);
    if (status && run.network) {
        plan->n_parameters = pt_network_n_parameters(run.network);
        layer_table(run.network, layers, layers_bytes);
    }
    if (status)
        goto done;
    *plan = (struct pt_run_plan){
        .n_parameters = pt_network_n_parameters(run.network),
        .n_train = run.dataset->splits[PT_TRAIN].n_samples,
        .n_test = run.dataset->splits[PT_TEST].n_samples,
        .steps_per_epoch = run.steps_per_epoch,
        .n_steps = run.n_steps,
        .n_snapshots = run.n_snapshots,
        .n_traced = run.tracer ? tracer_n_samples(run.tracer) : 0,
        .n_baselines = run.tracer ? (size_t)config->baselines.count : 0,
        .n_final =
            run.tracer ? tracer_n_samples(run.final_tracer ? run.final_tracer : run.tracer) : 0,
        .n_threads = run.n_threads,
        .free_bytes = directory_free_bytes(config->run.out[0] ? config->run.out : "runs"),
    };
    if (run.tracer)
        run_trace_bytes(&run, plan);
    plan->memory_bytes = memory_bytes(&run, plan);
    plan->disk_bytes = run_disk_bytes(&run);
    status = describe_layers(&run, layers, layers_bytes, error);
    if (!status)
        status = measure(&run, plan, error);
done:
    run_release(&run);
    return status;
}
