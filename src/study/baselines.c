/* Training and tracing of the baseline networks. */
#include "study/baselines.h"

#include "base/clock.h"
#include "base/fsio.h"
#include "base/mem.h"
#include "base/threads.h"
#include "study/run_progress.h"
#include "train/checkpoint.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

/* One baseline network. */
struct baseline {
    struct pt_config config; /* the run's, with its own seed and epochs */
    struct pt_network *network;
    struct trainer *trainer;
    char directory[PT_PATH_BYTES];
    int is_done;           /* all its files are there */
    struct pt_error error; /* of its training, which has a thread of its own */
};

struct baselines {
    struct run *run;
    size_t n;
    struct baseline *items;
    long n_epochs_done; /* of all */
    void (*progress)(struct run *run, long n_epochs_done);
};

static long epochs_of_each(const struct pt_config *config)
{
    return config->baselines.epochs ? config->baselines.epochs : config->train.epochs;
}

long baselines_n_epochs(const struct pt_config *config)
{
    return config->baselines.count * epochs_of_each(config);
}

/* ---- Making ---- */

/* The trace is the last file that is written. */
static int trace_path(const struct baseline *b, char path[PT_PATH_BYTES], struct pt_error *error)
{
    return path_join(path, PT_PATH_BYTES, b->directory, "trace/final.npz", error);
}

static int make_directories(const struct run *run, size_t i, struct baseline *b,
                            struct pt_error *error)
{
    static const char *const folders[] = {"snapshots", "trace"};
    char path[PT_PATH_BYTES], name[64];
    snprintf(name, sizeof name, "baselines/%zu", i + 1);
    int status = path_join(b->directory, sizeof b->directory, run->outcome->directory, name, error);
    for (size_t k = 0; k < 2 && !status; k++) {
        status = path_join(path, sizeof path, b->directory, folders[k], error);
        if (!status)
            status = directory_create(path, error);
    }
    return status;
}

static int create(const struct run *run, size_t i, struct baseline *b, struct pt_error *error)
{
    const struct pt_dataset *dataset = run->dataset;
    b->config = *run->config;
    b->config.run.seed = run->config->run.seed + run->config->baselines.seed + i;
    b->config.train.epochs = epochs_of_each(run->config);
    struct pt_network_options options = {
        .preset = b->config.model.preset,
        .layers = b->config.model.layers.items,
        .n_layers = b->config.model.layers.n,
        .input = {dataset->channels, dataset->height, dataset->width},
        .n_classes = dataset->n_classes,
        .hidden = b->config.model.hidden.items,
        .n_hidden = b->config.model.hidden.n,
        .init = b->config.model.init,
        .width = b->config.model.width * b->config.baselines.width,
        .seed = b->config.run.seed,
    };
    char path[PT_PATH_BYTES];
    int status = make_directories(run, i, b, error);
    if (!status)
        status = trace_path(b, path, error);
    b->is_done = !status && file_exists(path);
    if (status || b->is_done)
        return status ? status : checkpoint_settle(b->directory, error);
    if (!status)
        status = pt_network_create(&options, &b->network, error);
    if (!status)
        status = trainer_create(&b->config, dataset, PT_TEST, b->network, NULL, &b->trainer, error);
    if (!status && run->source)
        return source_read_baseline(run->source, i + 1, b->network, b->trainer, &run->options->log,
                                    error);
    if (!status)
        status = checkpoint_read(b->directory, LONG_MAX, b->network, b->trainer, &run->options->log,
                                 error);
    return status;
}

static long steps_per_epoch(const struct run *run)
{
    return trainer_steps_per_epoch((long)run->dataset->splits[PT_TEST].n_samples,
                                   run->config->train.batch_size);
}

/* What an earlier process has done. */
static long n_epochs_before(const struct run *run, const struct baseline *b)
{
    return b->is_done ? b->config.train.epochs
                      : trainer_steps_done(b->trainer) / steps_per_epoch(run);
}

static int create_all(struct baselines *all, struct pt_error *error)
{
    all->items = mem_alloc(all->n, sizeof *all->items, error);
    int status = all->items ? PT_OK : PT_E_MEMORY;
    for (size_t i = 0; i < all->n && !status; i++) {
        status = create(all->run, i, &all->items[i], error);
        if (!status)
            all->n_epochs_done += n_epochs_before(all->run, &all->items[i]);
    }
    return status;
}

static void free_all(struct baselines *all)
{
    for (size_t i = 0; all->items && i < all->n; i++) {
        trainer_free(all->items[i].trainer);
        pt_network_free(all->items[i].network);
    }
    mem_free(all->items);
}

/* ---- Training ---- */

static int stop_wanted(const struct run *run)
{
    return run->options->stop && *run->options->stop;
}

static void count_epoch(struct baselines *all)
{
#pragma omp critical(baseline_progress)
    {
        all->n_epochs_done++;
        if (all->progress)
            all->progress(all->run, all->n_epochs_done);
    }
}

/* What is counted for a fault of a write is not made for several threads. */
static int write_checkpoint(const struct baseline *b, struct pt_error *error)
{
    int status;
#pragma omp critical(baseline_checkpoint)
    status = checkpoint_write(b->directory, b->network, b->trainer, error);
    return status;
}

static int train_step(struct baseline *b, double *checkpoint_s)
{
    int status = trainer_step(b->trainer, &b->error);
    double now_s = clock_seconds();
    if (status || now_s - *checkpoint_s < b->config.snapshots.checkpoint_s)
        return status;
    *checkpoint_s = now_s;
    return write_checkpoint(b, &b->error);
}

static void train(struct baselines *all, struct baseline *b)
{
    double checkpoint_s = clock_seconds();
    long n_of_epoch = steps_per_epoch(all->run), n_steps = b->config.train.epochs * n_of_epoch;
    for (long step = trainer_steps_done(b->trainer); step < n_steps; step++) {
        if (stop_wanted(all->run)) {
            write_checkpoint(b, NULL);
            pt_error_set(&b->error, PT_E_STOPPED, "stopped in epoch %ld of %ld",
                         step / n_of_epoch + 1, b->config.train.epochs);
            return;
        }
        if (train_step(b, &checkpoint_s))
            return;
        if ((step + 1) % n_of_epoch == 0)
            count_epoch(all);
    }
    write_checkpoint(b, &b->error);
}

static int train_all(struct baselines *all, struct pt_error *error)
{
    int n_threads = all->run->n_threads;
#pragma omp parallel for schedule(dynamic, 1) num_threads(n_threads)
    for (size_t i = 0; i < all->n; i++)
        if (!all->items[i].is_done)
            train(all, &all->items[i]);
    for (size_t i = 0; i < all->n; i++)
        if (all->items[i].error.code) {
            if (error)
                *error = all->items[i].error;
            return pt_error_context(error, all->items[i].error.code, "baseline network %zu", i + 1);
        }
    return PT_OK;
}

/* ---- What is kept of one ---- */

static int write_metrics(const struct run *run, const struct baseline *b, struct pt_error *error)
{
    struct evaluator *evaluator;
    struct pt_metrics_row row = {.step = trainer_steps_done(b->trainer),
                                 .epoch = trainer_epoch(b->trainer),
                                 .learning_rate = trainer_rate(b->trainer)};
    char path[PT_PATH_BYTES], text[2 * PT_METRICS_LINE_BYTES], line[PT_METRICS_LINE_BYTES];
    int status = evaluator_create(run->dataset, b->network, b->config.run.seed, run->crew,
                                  &evaluator, error);
    if (status)
        return status;
    status = evaluator_run(evaluator, &row, error);
    evaluator_free(evaluator);
    if (!status)
        status = path_join(path, sizeof path, b->directory, "metrics.csv", error);
    if (status)
        return status;
    pt_metrics_header(text);
    pt_metrics_format(&row, line);
    strcat(text, line);
    return file_replace(path, text, strlen(text), error);
}

static int write_trace(struct run *run, const struct baseline *b, struct pt_error *error)
{
    struct tracer_options options = {
        .config = run->config, /* the same samples and players as the run's network */
        .dataset = run->dataset,
        .network = b->network,
        .samples = run->final_tracer ? SAMPLES_OF_FINAL : SAMPLES_OF_CHECKPOINT,
        .n_threads = run->n_threads,
        .stop = run->options->stop,
        .sample_done = run_progress_sample,
        .user = run,
    };
    char path[PT_PATH_BYTES], work_path[PT_PATH_BYTES + 8];
    const struct pt_trace *trace;
    struct tracer *tracer = NULL;
    int status = trace_path(b, path, error);
    snprintf(work_path, sizeof work_path, "%s.work", status ? "" : path);
    if (!status)
        status = tracer_create(&options, &tracer, error);
    if (!status)
        status = tracer_run(tracer, trainer_steps_done(b->trainer), trainer_epoch(b->trainer),
                            work_path, &trace, error);
    if (!status)
        status = pt_trace_write(trace, path, error);
    if (!status)
        status = file_remove(work_path, error);
    if (!status) {
        struct tracer_times times = tracer_times(tracer);
        run->outcome->baselines_work.values_s += times.values_s;
        run->outcome->baselines_work.extraction_s += times.extraction_s;
    }
    tracer_free(tracer);
    return status;
}

static int write_all(struct baselines *all, struct pt_error *error)
{
    int status = PT_OK;
    for (size_t i = 0; i < all->n && !status; i++) {
        const struct baseline *b = &all->items[i];
        if (b->is_done)
            continue;
        status = write_metrics(all->run, b, error);
        if (!status)
            status = write_trace(all->run, b, error);
        if (!status)
            status = checkpoint_settle(b->directory, error);
        if (status)
            pt_error_context(error, status, "baseline network %zu", i + 1);
    }
    return status;
}

int baselines_run(struct run *run, void (*progress)(struct run *run, long n_epochs_done),
                  struct pt_error *error)
{
    struct baselines all = {
        .run = run, .n = (size_t)run->config->baselines.count, .progress = progress};
    if (all.n == 0)
        return PT_OK;
    int status = create_all(&all, error);
    if (!status)
        status = train_all(&all, error);
    if (!status)
        status = write_all(&all, error);
    free_all(&all);
    return status;
}
