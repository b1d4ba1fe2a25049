/* Finding and loading of networks that exist already. */
#include "study/source.h"

#include "base/fsio.h"
#include "base/number.h"
#include "fmt/safetensors.h"
#include "phasetrace/weights.h"
#include "study/json_file.h"
#include "study/run_state.h"
#include "train/checkpoint.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#define METRICS_LIMIT_BYTES ((size_t)1 << 30)

/* ---- Finding ---- */

/* The step in "step_00000012.safetensors"; 0 for other names. */
static int parse_name(const char *name, long *step)
{
    static const char prefix[] = "step_", suffix[] = ".safetensors";
    size_t length = strlen(name), n_prefix = sizeof prefix - 1, n_suffix = sizeof suffix - 1;
    return length > n_prefix + n_suffix && strncmp(name, prefix, n_prefix) == 0 &&
           strcmp(name + length - n_suffix, suffix) == 0 &&
           number_parse_long(name + n_prefix, length - n_prefix - n_suffix, step) == NUMBER_OK &&
           *step >= 0;
}

static int allocate(struct source *s, size_t n, struct pt_error *error)
{
    s->files = arena_alloc(&s->arena, n, sizeof *s->files, error);
    s->steps = arena_alloc(&s->arena, n, sizeof *s->steps, error);
    return s->files && s->steps ? PT_OK : PT_E_MEMORY;
}

static int add(struct source *s, const char *file, long step, struct pt_error *error)
{
    s->steps[s->n] = step;
    s->files[s->n] = arena_string(&s->arena, file, error);
    return s->files[s->n++] ? PT_OK : PT_E_MEMORY;
}

/* Names sort like steps: the numbers in them have eight digits. */
static int list_snapshots(struct source *s, struct pt_error *error)
{
    char folder[PT_PATH_BYTES], path[PT_PATH_BYTES], **names;
    size_t n_names;
    int status = path_join(folder, sizeof folder, s->path, "snapshots", error);
    if (!status)
        status = directory_list(folder, &s->arena, &names, &n_names, error);
    if (!status)
        status = allocate(s, n_names, error);
    for (size_t i = 0; !status && i < n_names; i++) {
        long step;
        if (!parse_name(names[i], &step))
            continue;
        status = path_join(path, sizeof path, folder, names[i], error);
        if (!status)
            status = add(s, path, step, error);
    }
    if (!status && s->n == 0)
        status = pt_error_at(error, PT_E_DATA, folder, 0, 0,
                             "no snapshots of steps (step_NNNNNNNN.safetensors)");
    return status;
}

static int check_run(const char *path, struct pt_error *error)
{
    if (!directory_has(path, "config.ini"))
        return pt_error_at(error, PT_E_DATA, path, 0, 0,
                           "is no run directory: it has no config.ini");
    if (!directory_has(path, "snapshots"))
        return pt_error_at(error, PT_E_DATA, path, 0, 0,
                           "has no snapshots of its own: of several runs trace one, such as "
                           "%s/seed_1",
                           path);
    if (!directory_has(path, "metrics.csv"))
        return pt_error_at(error, PT_E_DATA, path, 0, 0,
                           "has no metrics.csv: nothing in it was evaluated");
    return PT_OK;
}

int source_open(const char *path, struct source **source, struct pt_error *error)
{
    struct source *s = mem_alloc(1, sizeof *s, error);
    if (!s)
        return PT_E_MEMORY;
    s->path = path;
    s->is_run = file_is_directory(path);
    int status = s->is_run ? check_run(path, error) : allocate(s, 1, error);
    if (!status)
        status = s->is_run ? list_snapshots(s, error) : add(s, path, -1, error);
    if (status)
        source_free(s);
    else
        *source = s;
    return status;
}

void source_free(struct source *source)
{
    if (source)
        arena_release(&source->arena);
    mem_free(source);
}

/* ---- Preparing ---- */

/* A snapshot of ours says where it was taken. */
static int find_step(struct source *s, const struct run *run, struct pt_error *error)
{
    struct safetensors *file;
    int status = safetensors_read(s->files[0], &file, error);
    if (status)
        return status;
    const char *text = safetensors_metadata(file, "phasetrace.step");
    if (!text || number_parse_long(text, strlen(text), &s->steps[0]) != NUMBER_OK ||
        s->steps[0] < 0)
        s->steps[0] = run->n_steps;
    safetensors_free(file);
    return PT_OK;
}

static int check_data(const struct source *s, const struct run *run, struct pt_error *error)
{
    json_t *manifest;
    if (!directory_has(s->path, "manifest.json"))
        return PT_OK;
    int status = json_file_read(s->path, "manifest.json", &manifest, error);
    if (status)
        return status;
    const json_t *files = json_object_get(manifest, "data_files");
    for (size_t i = 0; i < run->dataset->n_files && !status; i++) {
        const struct pt_data_file *file = &run->dataset->files[i];
        const char *recorded =
            json_string_value(json_object_get(json_array_get(files, i), "sha256"));
        if (recorded && strcmp(recorded, file->sha256) != 0)
            status = pt_error_at(error, PT_E_DATA, file->path, 0, 0,
                                 "%s was trained on other data: this file has sha256 %.12s..., "
                                 "there it was %.12s...",
                                 s->path, file->sha256, recorded);
    }
    json_decref(manifest);
    return status;
}

static const struct pt_metrics_row *find_row(const struct pt_metrics_row *rows, size_t n_rows,
                                             long step)
{
    for (size_t i = 0; i < n_rows; i++)
        if (rows[i].step == step)
            return &rows[i];
    return NULL;
}

static int pick_metrics(struct source *s, const char *path, const struct pt_metrics_row *rows,
                        size_t n_rows, struct pt_error *error)
{
    s->metrics = arena_alloc(&s->arena, s->n, sizeof *s->metrics, error);
    if (!s->metrics)
        return PT_E_MEMORY;
    for (size_t i = 0; i < s->n; i++) {
        const struct pt_metrics_row *row = find_row(rows, n_rows, s->steps[i]);
        if (!row)
            return pt_error_at(error, PT_E_DATA, path, 0, 0,
                               "no line for step %ld, of which there is a snapshot", s->steps[i]);
        s->metrics[i] = *row;
    }
    return PT_OK;
}

static int read_metrics(struct source *s, struct pt_error *error)
{
    char path[PT_PATH_BYTES];
    struct pt_metrics_row *rows = NULL;
    size_t n_rows;
    int status = path_join(path, sizeof path, s->path, "metrics.csv", error);
    if (!status)
        status = pt_metrics_read(path, &rows, &n_rows, error);
    if (!status)
        status = pick_metrics(s, path, rows, n_rows, error);
    pt_metrics_free(rows);
    return status;
}

/* Does what it can before the run directory is made: the tracing may take hours. */
static int check_networks(const struct source *s, struct run *run, struct pt_error *error)
{
    int status = PT_OK;
    for (size_t i = 0; i < s->n && !status; i++)
        status = pt_weights_read(run->network, s->files[i], error);
    return status;
}

static int replace_steps(const struct source *s, struct run *run, struct pt_error *error)
{
    long *steps = mem_alloc(s->n, sizeof *steps, error);
    if (!steps)
        return PT_E_MEMORY;
    memcpy(steps, s->steps, s->n * sizeof *steps);
    mem_free(run->snapshots);
    run->snapshots = steps;
    run->n_snapshots = s->n;
    run->n_steps = steps[s->n - 1];
    return PT_OK;
}

/* Whether the baseline networks of the source's run are those that `run` asks for. */
static int find_baselines(struct source *s, const struct run *run, struct pt_error *error)
{
    char path[PT_PATH_BYTES];
    struct pt_config *config = mem_alloc(1, sizeof *config, error);
    int status = config ? path_join(path, sizeof path, s->path, "config.ini", error) : PT_E_MEMORY;
    if (!status)
        status = pt_config_read(path, NULL, 0, config, NULL, error);
    s->has_baselines = !status && config->baselines.width == run->config->baselines.width &&
                       config->baselines.epochs == run->config->baselines.epochs &&
                       config->baselines.seed == run->config->baselines.seed;
    mem_free(config);
    return status;
}

int source_prepare(struct source *s, struct run *run, struct pt_error *error)
{
    int status = s->is_run ? check_data(s, run, error) : find_step(s, run, error);
    if (!status && s->is_run)
        status = read_metrics(s, error);
    if (!status && s->is_run)
        status = find_baselines(s, run, error);
    if (!status)
        status = check_networks(s, run, error);
    return status ? status : replace_steps(s, run, error);
}

/* ---- Loading ---- */

int source_load(const struct source *s, size_t index, struct run *run, struct pt_error *error)
{
    int status = pt_weights_read(run->network, s->files[index], error);
    if (status)
        return status;
    trainer_resume(run->trainer, s->steps[index]);
    if (s->metrics) {
        run->metrics[0] = s->metrics[index];
        run->n_metrics = 1;
        run->outcome->train_accuracy = run->metrics[0].train_accuracy;
        run->outcome->test_accuracy = run->metrics[0].test_accuracy;
    }
    return PT_OK;
}

static int copy_metrics(const struct source *s, const char *to, struct pt_error *error)
{
    char path[PT_PATH_BYTES];
    unsigned char *text = NULL;
    size_t n_bytes;
    int status = path_join(path, sizeof path, s->path, "metrics.csv", error);
    if (!status)
        status = file_read(path, METRICS_LIMIT_BYTES, &text, &n_bytes, error);
    if (!status)
        status = file_replace(to, text, n_bytes, error);
    mem_free(text);
    return status;
}

int source_start_metrics(const struct source *s, const struct run *run, struct pt_error *error)
{
    char path[PT_PATH_BYTES];
    int status = path_join(path, sizeof path, run->outcome->directory, "metrics.csv", error);
    if (status)
        return status;
    return s->is_run ? copy_metrics(s, path, error) : file_remove(path, error);
}

int source_read_baseline(const struct source *s, size_t number, struct pt_network *network,
                         struct trainer *trainer, const struct pt_log *log, struct pt_error *error)
{
    char directory[PT_PATH_BYTES], name[64];
    if (!s->has_baselines)
        return PT_OK;
    snprintf(name, sizeof name, "baselines/%zu", number);
    int status = path_join(directory, sizeof directory, s->path, name, error);
    return status ? status : checkpoint_read(directory, LONG_MAX, network, trainer, log, error);
}
