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

#include <math.h>
#include <stdio.h>
#include <string.h>

#define N_TIMED_STEPS 8
#define FIGURES_BYTES ((uint64_t)4 << 20) /* figures, tables and the logs of a run */

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

/* A step of a baseline network takes as much longer as it has parameters more: about the square of
 * its width. */
static void plan_tracing(const struct run *run, double step_s, double sample_s,
                         struct pt_run_plan *plan)
{
    const struct pt_config *config = run->config;
    double n_threads = n_useful_threads(run), n_baselines = (double)plan->n_baselines;
    double width = config->baselines.width;
    double n_steps = (double)(baselines_n_epochs(config) * plan->steps_per_epoch) *
                     (double)plan->n_test / (double)plan->n_train;
    if (!run->tracer)
        return;
    size_t n_samples = plan->n_traced * run->n_snapshots + (run->final_tracer ? plan->n_final : 0);
    plan->trace_s = sample_s * (double)n_samples / n_threads;
    plan->baselines_s = n_steps * step_s * width * width / fmin(n_threads, fmax(n_baselines, 1)) +
                        n_baselines * (double)plan->n_final * sample_s / n_threads;
}

/* Of the traces of the network and of its baselines. */
static uint64_t trace_bytes(const struct run *run, const struct pt_run_plan *plan)
{
    if (!run->tracer)
        return 0;
    uint64_t of_snapshot = tracer_file_bytes(run->tracer);
    uint64_t of_final = run->final_tracer ? tracer_file_bytes(run->final_tracer) : 0;
    uint64_t of_baseline = of_final ? of_final : of_snapshot;
    return run->n_snapshots * of_snapshot + of_final + plan->n_baselines * of_baseline;
}

static int measure(struct run *run, struct pt_run_plan *plan, struct pt_error *error)
{
    double step_s = 0, evaluation_s = 0, sample_s = 0;
    int status = PT_OK;
    if (run->tracer)
        status = tracer_time_sample(run->tracer, &sample_s, error);
    if (!status)
        status = time_evaluation(run, &evaluation_s, error);
    if (!status)
        status = time_steps(run, &step_s, error);
    plan->train_s = step_s * (double)run->n_steps;
    plan->evaluate_s = evaluation_s * (double)(run->config->train.epochs + (long)run->n_snapshots);
    plan_tracing(run, step_s, sample_s, plan);
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
    struct run run = {.config = config, .options = options, .outcome = &outcome};
    int status = run_directory_check(config, error);
    if (!status)
        status = run_prepare(&run, error);
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
        .memory_bytes = mem_live_bytes() + (run.tracer ? tracer_solver_bytes(run.tracer) : 0),
        .free_bytes = directory_free_bytes(config->run.out[0] ? config->run.out : "runs"),
    };
    plan->disk_bytes = (run.n_snapshots + 2) * pt_network_n_values(run.network) * sizeof(float) +
                       trace_bytes(&run, plan) + FIGURES_BYTES;
    status = describe_layers(&run, layers, layers_bytes, error);
    if (!status)
        status = measure(&run, plan, error);
done:
    run_release(&run);
    return status;
}
