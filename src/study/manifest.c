/* The record of a run's circumstances. */
#include "study/manifest.h"

#include "base/fsio.h"
#include "base/mem.h"
#include "num/gemm.h"
#include "num/kernels.h"
#include "phasetrace/version.h"
#include "study/json_file.h"

#include <jansson.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static void utc_now(char text[32])
{
    time_t now = time(NULL);
    struct tm parts;
    gmtime_r(&now, &parts);
    strftime(text, 32, "%Y-%m-%dT%H:%M:%SZ", &parts);
}

void manifest_start(struct manifest *manifest)
{
    utc_now(manifest->started[0] ? manifest->resumed : manifest->started);
}

/* "model name" of /proc/cpuinfo; "unknown" elsewhere. */
static void processor_name(char name[128])
{
    snprintf(name, 128, "unknown");
    FILE *file = fopen("/proc/cpuinfo", "r");
    if (!file)
        return;
    char line[256];
    while (fgets(line, sizeof line, file)) {
        const char *colon = strchr(line, ':');
        if (strncmp(line, "model name", 10) != 0 || !colon)
            continue;
        snprintf(name, 128, "%.120s", colon + 2);
        name[strcspn(name, "\n")] = '\0';
        break;
    }
    fclose(file);
}

static json_t *describe_file(const struct pt_data_file *file)
{
    char absolute[PATH_MAX];
    const char *path = realpath(file->path, absolute) ? absolute : file->path;
    return json_pack("{s:o, s:s, s:I}", "path", json_text(path), "sha256", file->sha256, "bytes",
                     (json_int_t)file->n_bytes);
}

static json_t *describe_files(const struct pt_dataset *dataset)
{
    json_t *files = json_array();
    for (size_t i = 0; i < dataset->n_files; i++)
        json_array_append_new(files, describe_file(&dataset->files[i]));
    return files;
}

/* A folder's name that is no UTF-8 is null: JSON cannot hold it. */
static json_t *describe_texts(const char *const *texts, size_t n)
{
    json_t *array = json_array();
    for (size_t i = 0; i < n; i++) {
        json_t *text = json_string(texts[i]);
        json_array_append_new(array, text ? text : json_null());
    }
    return array;
}

/* What the numbers of players mean: columns of a table, with the levels of those that have some. */
static json_t *describe_features(const struct pt_dataset *dataset)
{
    json_t *features = json_array();
    for (size_t i = 0; i < dataset->n_features; i++) {
        const struct pt_feature *feature = &dataset->features[i];
        json_t *object = json_pack("{s:o}", "name", json_text(feature->name));
        if (feature->n_levels)
            json_object_set_new(object, "levels",
                                describe_texts(feature->levels, feature->n_levels));
        json_array_append_new(features, object);
    }
    return features;
}

static json_t *describe_path(const char *path)
{
    char absolute[PATH_MAX];
    return path[0] && realpath(path, absolute) ? json_text(absolute) : json_null();
}

static void describe_names(const struct pt_dataset *dataset, json_t *root)
{
    if (dataset->class_names)
        json_object_set_new(root, "data_classes",
                            describe_texts(dataset->class_names, dataset->n_classes));
    if (dataset->n_features)
        json_object_set_new(root, "data_features", describe_features(dataset));
}

const char *const manifest_times[PT_N_PARTS] = {"prepare_s",   "train_s",   "evaluate_s", "trace_s",
                                                "baselines_s", "analyse_s", "draw_s"};

static json_t *describe_times(const struct manifest *manifest)
{
    json_t *times = json_object();
    char now[32];
    utc_now(now);
    json_object_set_new(times, "started", json_string(manifest->started));
    if (manifest->resumed[0])
        json_object_set_new(times, "resumed", json_string(manifest->resumed));
    json_object_set_new(times, "written", json_string(now));
    for (size_t i = 0; i < PT_N_PARTS; i++)
        json_object_set_new(times, manifest_times[i], json_real(manifest->outcome->seconds[i]));
    return times;
}

static json_t *describe_work(const struct pt_trace_work *work)
{
    return json_pack("{s:f, s:f}", "values_s", work->values_s, "extraction_s", work->extraction_s);
}

static json_t *describe_machine(const struct manifest *manifest)
{
    char processor[128];
    processor_name(processor);
    struct blas_description blas = blas_describe();
    return json_pack("{s:s, s:s, s:s, s:s, s:s, s:i}", "processor", processor, "blas", blas.version,
                     "blas_flavour", blas.flavour, "blas_kernel", blas.kernel, "transform_kernel",
                     kernels_best()->name, "threads", manifest->n_threads);
}

int manifest_write(const struct manifest *m, const char *directory, struct pt_error *error)
{
    char path[PT_PATH_BYTES];
    int status = path_join(path, sizeof path, directory, "manifest.json", error);
    if (status)
        return status;
    json_t *root =
        json_pack("{s:i, s:s, s:s, s:s, s:o, s:b, s:I, s:s, s:o, s:o, s:o, s:o, s:o, s:o}",
                  "format", MANIFEST_FORMAT, "version", pt_version(), "compiler", pt_compiler(),
                  "state", m->state, "reason", json_text(m->reason), "trace", m->with_trace, "seed",
                  (json_int_t)m->config->run.seed, "data_set", m->dataset->name, "data_path",
                  describe_path(m->data_path), "data_test_path", describe_path(m->test_path),
                  "data_files", describe_files(m->dataset), "weights",
                  m->weights->path[0] ? describe_file(m->weights) : json_null(), "machine",
                  describe_machine(m), "times", describe_times(m));
    json_object_set_new(root, "source", m->source ? json_text(m->source) : json_null());
    json_object_set_new(root, "trace_work", describe_work(&m->outcome->trace_work));
    json_object_set_new(root, "baselines_work", describe_work(&m->outcome->baselines_work));
    describe_names(m->dataset, root);
    char *text = root ? json_dumps(root, JSON_INDENT(2) | JSON_REAL_PRECISION(6)) : NULL;
    json_decref(root);
    if (!text)
        return pt_error_set(error, PT_E_MEMORY, "%s: out of memory", path);
    status = file_replace(path, text, strlen(text), error);
    free(text);
    return status;
}
