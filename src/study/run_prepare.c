/* Preparing a run: data, network, trainer, tracer, before anything is written. */
#include "study/run_state.h"
#include "study/run_trace.h"

#include "base/crew.h"
#include "base/fsio.h"
#include "base/mem.h"
#include "base/sha256.h"
#include "base/threads.h"
#include "config/layer_place.h"
#include "fmt/safetensors.h"
#include "num/gemm.h"
#include "phasetrace/weights.h"
#include "study/analyse.h"
#include "study/data_path.h"
#include "study/run_progress.h"
#include "train/snapshot_steps.h"

#include <math.h>
#include <string.h>

#define LOGS_BYTES ((uint64_t)1 << 19) /* metrics, events, manifest */
#define N_CHECKPOINT_SLABS 9           /* at most three checkpoints of three slabs each */

/* data.path, or where the set lies that comes with the source or that datasets/fetch gets. */
static const char *data_path(const struct pt_config *config)
{
    if (config->data.path[0])
        return config->data.path;
    return strcmp(config->data.set, "mnist") == 0 ? "mnist-small" : config->data.set;
}

/* An optional path; `recorded` is where an earlier process of this run has found it, or empty. */
static int resolve(const char *data_path, const char *recorded, const struct run *run,
                   char path[PT_PATH_BYTES], struct pt_error *error)
{
    path[0] = '\0';
    if (!data_path[0])
        return PT_OK;
    int status = data_path_resolve(data_path, run->options->config_path, path, error);
    if (status != PT_E_IO || !recorded[0] || !file_exists(recorded))
        return status;
    memcpy(path, recorded, PT_PATH_BYTES);
    return PT_OK;
}

void run_recall_paths(struct run *run, const struct manifest_record *beside)
{
    struct manifest_record *record = &run->member.record;
    if (run->member.has_manifest)
        return;
    memcpy(record->data_path, beside->data_path, sizeof record->data_path);
    memcpy(record->test_path, beside->test_path, sizeof record->test_path);
    memcpy(record->weights_path, beside->weights_path, sizeof record->weights_path);
}

static int load_data(struct run *run, struct pt_error *error)
{
    const struct pt_config *config = run->config;
    const struct manifest_record *record = &run->member.record;
    char *path = run->manifest.data_path, *test_path = run->manifest.test_path;
    int is_generated = strcmp(config->data.set, "boolean") == 0;
    int status =
        resolve(is_generated ? "" : data_path(config), record->data_path, run, path, error);
    if (!status)
        status = resolve(config->data.test_path, record->test_path, run, test_path, error);
    if (status)
        return status;
    struct pt_data_options options = {
        .set = config->data.set,
        .path = path,
        .train_samples = (size_t)config->data.train_samples,
        .test_samples = (size_t)config->data.test_samples,
        .third_samples = (size_t)config->data.third_samples,
        .classes = config->data.classes.items,
        .n_classes = config->data.classes.n,
        .label_noise = config->data.label_noise,
        .seed = config->run.seed,
        .log = &run->options->log,
        .side = (size_t)config->data.size,
        .channels = (size_t)config->data.channels,
        .test_path = test_path,
        .label = config->data.label,
        .categorical = config->data.categorical,
        .ignore = config->data.ignore,
        .missing = config->data.missing,
        .n_inputs = (size_t)config->data.inputs,
        .n_relevant = (size_t)config->data.relevant,
        .density = config->data.density,
        .terms = config->data.terms.items,
        .n_terms = config->data.terms.n,
    };
    return pt_dataset_load(&options, &run->dataset, error);
}

static int outline_network(struct run *run, struct pt_error *error)
{
    const struct pt_config *config = run->config;
    const struct pt_layer_list *layers = &config->model.layers;
    size_t misfit = layers->n;
    struct pt_network_options options = {
        .preset = config->model.preset,
        .layers = layers->items,
        .n_layers = layers->n,
        .misfit = &misfit,
        .input = {run->dataset->channels, run->dataset->height, run->dataset->width},
        .n_classes = run->dataset->n_classes,
        .hidden = config->model.hidden.items,
        .n_hidden = config->model.hidden.n,
        .width = config->model.width,
    };
    int status = pt_network_outline(&options, &run->network, error);
    return misfit < layers->n
               ? layer_place_note(run->options->config_path, layers, misfit, status, error)
               : status;
}

static int resolve_weights(const struct run *run, char path[PT_PATH_BYTES], struct pt_error *error)
{
    const char *recorded = run->member.record.weights_path;
    int status =
        weights_path_resolve(run->config->model.weights, run->options->config_path, path, error);
    if (status != PT_E_IO || !recorded[0] || !file_exists(recorded))
        return status;
    memcpy(path, recorded, PT_PATH_BYTES);
    return PT_OK;
}

/* Initial parameters from a file; its hash is kept for the manifest. */
static int load_weights(struct run *run, struct pt_error *error)
{
    struct pt_data_file *file = &run->weights;
    unsigned char *bytes;
    size_t n_bytes;
    int status = resolve_weights(run, file->path, error);
    if (!status)
        status = pt_weights_read(run->network, file->path, error);
    if (!status)
        status = file_read(file->path, SAFETENSORS_LIMIT_BYTES, &bytes, &n_bytes, error);
    if (status && run->source && !run->source->is_run)
        return pt_error_context(error, status, "expected the network as a safetensors file");
    if (status)
        return pt_error_context(error, status, "model.weights");
    sha256_hex(bytes, n_bytes, file->sha256);
    file->n_bytes = n_bytes;
    mem_free(bytes);
    return PT_OK;
}

static int create_tracers(struct run *run, struct pt_error *error)
{
    struct tracer_options options = {
        .config = run->config,
        .dataset = run->dataset,
        .network = run->network,
        .samples = SAMPLES_OF_CHECKPOINT,
        .n_threads = run->n_threads,
        .stop = run->options->stop,
        .sample_done = run_progress_sample,
        .user = run,
    };
    size_t live_bytes = mem_live_bytes();
    int status = tracer_create(&options, &run->tracer, error);
    run->last_tracer_bytes = mem_live_bytes() - live_bytes;
    if (status || run->config->trace.final_samples == 0)
        return status;
    options.samples = SAMPLES_OF_FINAL;
    live_bytes = mem_live_bytes();
    status = tracer_create(&options, &run->final_tracer, error);
    run->last_tracer_bytes = mem_live_bytes() - live_bytes;
    return status;
}

static int plan_steps(struct run *run, struct pt_error *error)
{
    const struct pt_config *config = run->config;
    run->steps_per_epoch = trainer_steps_per_epoch((long)run->dataset->splits[PT_TRAIN].n_samples,
                                                   config->train.batch_size);
    run->n_steps = run->steps_per_epoch * config->train.epochs;
    size_t count = (size_t)config->snapshots.count;
    run->snapshots = mem_alloc(count, sizeof *run->snapshots, error);
    run->metrics = mem_alloc(count + (size_t)config->train.epochs + 1, sizeof *run->metrics, error);
    if (!run->snapshots || !run->metrics)
        return PT_E_MEMORY;
    run->n_snapshots = snapshot_steps(config->snapshots.schedule, count, run->steps_per_epoch,
                                      run->n_steps, run->snapshots);
    return PT_OK;
}

/* More threads than processors would only wait for each other. */
static int create_crew(struct run *run, struct pt_error *error)
{
    int n_processors = threads_available();
    return pt_crew_create(run->n_threads < n_processors ? run->n_threads : n_processors, &run->crew,
                          error);
}

static double gibibytes(double bytes)
{
    return ldexp(bytes, -30);
}

/* Whether the network can be trained here is asked before any of it is made. */
static int check_memory(const struct run *run, struct pt_error *error)
{
    struct trainer_memory training = trainer_memory(run->config, run->network);
    double parameters = (double)training.parameters_bytes;
    double activations = (double)training.activations_bytes +
                         (double)evaluator_bytes(run->dataset, run->network, crew_size(run->crew));
    double limit = (double)mem_limit_bytes(), used = (double)mem_live_bytes();
    if (limit == 0 || parameters + activations + used <= limit)
        return PT_OK;
    return pt_error_set(error, PT_E_MEMORY,
                        "training this network takes %.3g GiB (parameters, gradients and the "
                        "optimiser's state %.3g, activations of %ld samples %.3g, the data %.3g), "
                        "this machine allows %.3g",
                        gibibytes(parameters + activations + used), gibibytes(parameters),
                        run->config->train.batch_size, gibibytes(activations), gibibytes(used),
                        gibibytes(limit));
}

static int draw_network(struct run *run, struct pt_error *error)
{
    return pt_network_draw(run->network, run->config->model.init, run->config->run.seed, error);
}

/* Of the network, and of the baseline networks, which are trained on the testing split. */
static int check_batches(const struct run *run, struct pt_error *error)
{
    const struct pt_split *splits = run->dataset->splits;
    long batch_size = run->config->train.batch_size;
    int status = PT_OK;
    if (!run->source)
        status = trainer_check_batches(run->network, splits[PT_TRAIN].n_samples, batch_size, error);
    if (status || !run->with_trace || run->config->baselines.count == 0)
        return status;
    status = trainer_check_batches(run->network, splits[PT_TEST].n_samples, batch_size, error);
    return status ? pt_error_context(error, status, "baseline networks") : PT_OK;
}

int run_prepare(struct run *run, struct pt_error *error)
{
    blas_setup();
    run->n_threads = threads_resolve(run->config->run.threads);
    int status = create_crew(run, error);
    if (!status)
        status = load_data(run, error);
    if (!status)
        status = outline_network(run, error);
    if (!status)
        status = check_batches(run, error);
    if (!status)
        status = check_memory(run, error);
    if (!status)
        status = draw_network(run, error);
    if (!status && run->config->model.weights[0])
        status = load_weights(run, error);
    if (!status)
        status = plan_steps(run, error);
    if (!status)
        status = trainer_create(run->config, run->dataset, PT_TRAIN, run->network, run->crew,
                                &run->trainer, error);
    if (!status)
        status = evaluator_create(run->dataset, run->network, run->config->run.seed, run->crew,
                                  &run->evaluator, error);
    if (!status && run->with_trace)
        status = create_tracers(run, error);
    return status;
}

/* And of what is made of them. */
static uint64_t trace_bytes(const struct run *run)
{
    if (!run->tracer)
        return 0;
    struct pt_run_plan plan = {0};
    run_trace_bytes(run, &plan);
    return plan.trace_bytes + ANALYSE_FILES_BYTES;
}

uint64_t run_disk_bytes(const struct run *run)
{
    size_t n_slabs = run->n_snapshots + (run->source ? 0 : N_CHECKPOINT_SLABS);
    return n_slabs * pt_network_n_values(run->network) * sizeof(float) + trace_bytes(run) +
           LOGS_BYTES;
}

void run_release(struct run *run)
{
    tracer_free(run->tracer);
    tracer_free(run->final_tracer);
    evaluator_free(run->evaluator);
    trainer_free(run->trainer);
    pt_crew_free(run->crew);
    pt_network_free(run->network);
    pt_dataset_free(run->dataset);
    mem_free(run->snapshots);
    mem_free(run->metrics);
    pt_trace_free(run->read_trace);
    lock_release(run->lock);
}
