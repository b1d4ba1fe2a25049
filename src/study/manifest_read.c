/* Reading the record of a run, to go on with it. */
#include "base/fsio.h"
#include "base/log.h"
#include "num/gemm.h"
#include "num/kernels.h"
#include "phasetrace/version.h"
#include "study/json_file.h"
#include "study/manifest.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const char *text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "";
}

static int read_json(const char *directory, json_t **root, struct pt_error *error)
{
    int status = json_file_read(directory, "manifest.json", root, error);
    if (status)
        return status;
    json_int_t format = json_integer_value(json_object_get(*root, "format"));
    if (format > MANIFEST_FORMAT)
        status = pt_error_set(error, PT_E_DATA,
                              "%s/manifest.json: format %lld, of a newer version of this program "
                              "(this one, %s, knows up to %d)",
                              directory, (long long)format, pt_version(), MANIFEST_FORMAT);
    if (!status && !text_of(*root, "state")[0])
        status = pt_error_set(error, PT_E_DATA, "%s/manifest.json: no state", directory);
    if (status)
        json_decref(*root);
    return status;
}

/* Negative numbers and what is no number count as 0. */
static double seconds_of(const json_t *object, const char *key)
{
    return fmax(0, json_number_value(json_object_get(object, key)));
}

static struct pt_trace_work work_of(const json_t *root, const char *key)
{
    const json_t *work = json_object_get(root, key);
    return (struct pt_trace_work){seconds_of(work, "values_s"), seconds_of(work, "extraction_s")};
}

static void read_times(const json_t *root, struct manifest_record *record)
{
    const json_t *times = json_object_get(root, "times");
    snprintf(record->started, sizeof record->started, "%s", text_of(times, "started"));
    for (size_t i = 0; i < PT_N_PARTS; i++)
        record->seconds[i] = seconds_of(times, manifest_times[i]);
    record->trace_work = work_of(root, "trace_work");
    record->baselines_work = work_of(root, "baselines_work");
}

int manifest_read(const char *directory, struct manifest_record *record, struct pt_error *error)
{
    json_t *root;
    int status = read_json(directory, &root, error);
    if (status)
        return status;
    memset(record, 0, sizeof *record);
    record->is_finished = strcmp(text_of(root, "state"), "finished") == 0;
    record->with_trace = json_is_true(json_object_get(root, "trace"));
    read_times(root, record);
    snprintf(record->data_path, sizeof record->data_path, "%s", text_of(root, "data_path"));
    snprintf(record->test_path, sizeof record->test_path, "%s", text_of(root, "data_test_path"));
    snprintf(record->weights_path, sizeof record->weights_path, "%s",
             text_of(json_object_get(root, "weights"), "path"));
    snprintf(record->source, sizeof record->source, "%s", text_of(root, "source"));
    json_decref(root);
    return PT_OK;
}

static int another(const struct pt_data_file *file, const char *recorded, const char *directory,
                   struct pt_error *error)
{
    return pt_error_set(
        error, PT_E_DATA,
        "%s was made with other data: %s has sha256 %.12s..., there it was %.12s...", directory,
        file->path, file->sha256, recorded[0] ? recorded : "no file");
}

static int compare_data(const json_t *root, const struct manifest *manifest, const char *directory,
                        struct pt_error *error)
{
    const struct pt_dataset *dataset = manifest->dataset;
    const json_t *files = json_object_get(root, "data_files");
    if (json_array_size(files) != dataset->n_files)
        return pt_error_set(error, PT_E_DATA,
                            "%s was made with other data: of %zu files, here are %zu", directory,
                            json_array_size(files), dataset->n_files);
    for (size_t i = 0; i < dataset->n_files; i++) {
        const char *recorded = text_of(json_array_get(files, i), "sha256");
        if (strcmp(recorded, dataset->files[i].sha256) != 0)
            return another(&dataset->files[i], recorded, directory, error);
    }
    const char *recorded = text_of(json_object_get(root, "weights"), "sha256");
    if (strcmp(recorded, manifest->weights->sha256) != 0)
        return another(manifest->weights, recorded, directory, error);
    return PT_OK;
}

/* Where one of these differs, sums may be rounded differently. */
static void compare_program(const json_t *root, const char *directory, const struct pt_log *log)
{
    const json_t *machine = json_object_get(root, "machine");
    struct blas_description blas = blas_describe();
    if (strcmp(text_of(root, "version"), pt_version()) != 0 ||
        strcmp(text_of(root, "compiler"), pt_compiler()) != 0 ||
        strcmp(text_of(machine, "blas_kernel"), blas.kernel) != 0 ||
        strcmp(text_of(machine, "transform_kernel"), kernels_best()->name) != 0)
        log_message(log, PT_LOG_WARNING,
                    "%s was begun by another build of this program or on another type of processor "
                    "(manifest.json): its numbers may differ in the last digits from those of one "
                    "that was not interrupted",
                    directory);
}

int manifest_compare(const char *directory, const struct manifest *manifest,
                     const struct pt_log *log, struct pt_error *error)
{
    json_t *root;
    int status = read_json(directory, &root, error);
    if (status)
        return status;
    status = compare_data(root, manifest, directory, error);
    if (!status)
        compare_program(root, directory, log);
    json_decref(root);
    return status;
}
