/* What a run will take: the dry run. */
#include "phasetrace/run.h"

#include "base/clock.h"
#include "base/crew.h"
#include "base/fsio.h"
#include "base/mem.h"
#include "base/threads.h"
#include "study/baselines.h"
#include "study/column_line.h"
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

/* The first one touches memory for the first time. */
static int time_evaluation(struct run *run, double *evaluation_s, struct pt_error *error)
{
    struct pt_metrics_row row;
    int status = PT_OK;
    for (int i = 0; i < 2 && !status; i++) {
        double start = clock_seconds();
        status = evaluator_run(run->evaluator, &row, error);
        *evaluation_s = clock_seconds() - start;
    }
    return status;
}

/* At the end of each epoch, and at snapshots within one. */
static long n_evaluations(const struct run *run)
{
    long n = run->config->train.epochs;
    for (size_t i = 0; i < run->n_snapshots; i++)
        n += run->snapshots[i] == 0 || run->snapshots[i] % run->steps_per_epoch != 0;
    return n;
}

/* Threads that work at the same time: no more than processors. */
static double n_useful_threads(const struct run *run)
{
    int n = threads_available();
    return run->n_threads < n ? run->n_threads : n;
}

/* Of `n` samples on threads that share the values of a sample, not its extraction, and each lay out
 * the network's parameters. */
static double tracing_seconds(const struct run *run, const struct pt_run_plan *plan, double load_s,
                              size_t n)
{
    double n_threads = n_useful_threads(run);
    return load_s + plan->sample_values_s * (double)n / n_threads +
           plan->sample_extraction_s * ceil((double)n / n_threads);
}

/* A step of a baseline network takes as much longer as it has parameters more, about the square of
 * its width, and is made by one thread: as many are trained at a time as there are threads. */
static double baseline_training_seconds(const struct run *run, double step_s,
                                        const struct pt_run_plan *plan)
{
    const struct pt_config *config = run->config;
    double n_threads = n_useful_threads(run), width = config->baselines.width;
    if (plan->n_baselines == 0)
        return 0;
    long n_epochs = baselines_n_epochs(config) / (long)plan->n_baselines;
    long n_of_epoch = trainer_steps_per_epoch((long)plan->n_test, config->train.batch_size);
    return (double)(n_epochs * n_of_epoch) * step_s * n_threads * width * width *
           ceil((double)plan->n_baselines / n_threads);
}

static void plan_tracing(const struct run *run, double step_s, double load_s,
                         struct pt_run_plan *plan)
{
    const struct pt_config *config = run->config;
    if (!run->tracer)
        return;
    double n_draws =
        (double)(tracer_n_stability(run->tracer, config) * (size_t)config->trace.stability_draws);
    plan->trace_s = tracing_seconds(run, plan, load_s, plan->n_traced) * (double)run->n_snapshots +
                    (run->final_tracer ? tracing_seconds(run, plan, load_s, plan->n_final) : 0) +
                    plan->sample_values_s / n_useful_threads(run) * n_draws;
    plan->baselines_s =
        baseline_training_seconds(run, step_s, plan) +
        (double)plan->n_baselines * tracing_seconds(run, plan, load_s, plan->n_final);
}

/* Of training baseline networks: parameters, about the square of their width, and activations. */
static size_t baseline_bytes(const struct run *run)
{
    double width = run->config->baselines.width;
    struct trainer_memory each = trainer_memory(run->config, run->network);
    return (size_t)((double)run->config->baselines.count * width *
                    (width * (double)each.parameters_bytes + (double)each.activations_bytes));
}

/* Of evaluating one of them. */
static size_t baseline_evaluator_bytes(const struct run *run)
{
    return (size_t)(run->config->baselines.width *
                    (double)evaluator_bytes(run->dataset, run->network, crew_size(run->crew)));
}

static size_t larger(size_t a, size_t b)
{
    return a > b ? a : b;
}

/*
 * What is allocated at the same time, at most: all that was prepared, and, one after the other, the
 * solvers of one tracer; the results and tables of stability; the baseline networks with an
 * evaluator or a tracer and its solvers; a trace that the analysis reads, as a file and as arrays;
 * a figure.
 */
static size_t memory_bytes(const struct run *run, const struct pt_run_plan *plan)
{
    if (!run->tracer)
        return mem_live_bytes();
    size_t solvers = tracer_solver_bytes(run->tracer), most = larger(solvers, DRAWING_BYTES);
    size_t file = (size_t)(plan->final_bytes ? plan->final_bytes : plan->snapshot_bytes);
    if (plan->n_baselines > 0)
        most = larger(most, baseline_bytes(run) + larger(solvers + run->last_tracer_bytes,
                                                         baseline_evaluator_bytes(run)));
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
    plan->evaluate_s = evaluation_s * (double)n_evaluations(run);
    plan_tracing(run, step_s, sample.load_s, plan);
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
    if (status == PT_E_MEMORY && run.network) {
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
    column_line(run.dataset, plan->columns, sizeof plan->columns);
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
