/* Describing run directories: how they ended, what they hold, what they lack. */
#include "base/fsio.h"
#include "base/lock.h"
#include "base/mem.h"
#include "phasetrace/metrics.h"
#include "phasetrace/series.h"
#include "study/inspect.h"
#include "study/json_file.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define MAX_DEPTH 8

struct looking {
    const char *directory;
    struct pt_config *config;
    struct arena arena;
    json_t *document, *missing;
};

static int has(const struct looking *l, const char *name)
{
    char path[PT_PATH_BYTES];
    return path_join(path, sizeof path, l->directory, name, NULL) == PT_OK && file_exists(path);
}

static void miss(const struct looking *l, const char *name)
{
    json_array_append_new(l->missing, json_string(name));
}

static int list(struct looking *l, const char *folder, char ***names, size_t *n,
                struct pt_error *error)
{
    char path[PT_PATH_BYTES];
    *n = 0;
    if (!has(l, folder))
        return PT_OK;
    int status = path_join(path, sizeof path, l->directory, folder, error);
    return status ? status : directory_list(path, &l->arena, names, n, error);
}

/* ---- Sizes ---- */

/* Adds the bytes of a file, or of all files in a folder; what vanishes meanwhile counts nothing. */
static int add_size(struct arena *arena, const char *path, int depth, json_int_t *sum,
                    struct pt_error *error)
{
    struct stat info;
    char **names, inner[PT_PATH_BYTES];
    size_t n_names = 0;
    if (lstat(path, &info) != 0)
        return PT_OK;
    if (!S_ISDIR(info.st_mode))
        *sum += (json_int_t)info.st_size;
    if (!S_ISDIR(info.st_mode) || depth == MAX_DEPTH)
        return PT_OK;
    int status = directory_list(path, arena, &names, &n_names, error);
    if (status)
        return status == PT_E_MEMORY ? status : PT_OK;
    for (size_t i = 0; i < n_names && !status; i++)
        if (path_join(inner, sizeof inner, path, names[i], NULL) == PT_OK)
            status = add_size(arena, inner, depth + 1, sum, error);
    return status;
}

static int describe_sizes(struct looking *l, struct pt_error *error)
{
    char **names, path[PT_PATH_BYTES];
    size_t n;
    json_int_t all = 0;
    json_t *sizes = json_object();
    int status = list(l, "", &names, &n, error);
    for (size_t i = 0; i < n && !status; i++) {
        json_int_t bytes = 0;
        status = path_join(path, sizeof path, l->directory, names[i], error);
        if (!status)
            status = add_size(&l->arena, path, 0, &bytes, error);
        json_object_set_new(sizes, names[i], json_integer(bytes));
        all += bytes;
    }
    json_object_set_new(sizes, "all", json_integer(all));
    json_object_set_new(l->document, "bytes", sizes);
    return status;
}

/* ---- What the manifest says ---- */

/* Or was, when it was killed. */
static int is_running(const json_t *manifest)
{
    const char *state = json_string_value(json_object_get(manifest, "state"));
    return state && strcmp(state, "running") == 0;
}

static int describe_manifest(const struct looking *l, struct pt_error *error)
{
    static const char *const keys[] = {"state", "reason", "version", "seed", "data_set", "source"};
    json_t *manifest;
    if (!has(l, "manifest.json")) {
        miss(l, "manifest.json");
        return PT_OK;
    }
    int status = json_file_read(l->directory, "manifest.json", &manifest, error);
    if (status)
        return status;
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        json_t *value = json_object_get(manifest, keys[i]);
        if (value && !json_is_null(value) && !(json_is_string(value) && !json_string_length(value)))
            json_object_set(l->document, keys[i], value);
    }
    if (is_running(manifest))
        json_object_set_new(l->document, "in_use",
                            json_boolean(lock_probe(l->directory, NULL) == PT_E_BUSY));
    if (json_is_object(json_object_get(manifest, "times")))
        json_object_set(l->document, "times", json_object_get(manifest, "times"));
    if (json_is_array(json_object_get(manifest, "data_files")))
        json_object_set(l->document, "data_files", json_object_get(manifest, "data_files"));
    json_decref(manifest);
    return PT_OK;
}

/* ---- Files of steps ---- */

static json_int_t count_files(char **names, size_t n, const char *start, const char *end)
{
    json_int_t count = 0;
    for (size_t i = 0; i < n; i++) {
        size_t length = strlen(names[i]);
        count += strncmp(names[i], start, strlen(start)) == 0 && length >= strlen(end) &&
                 strcmp(names[i] + length - strlen(end), end) == 0;
    }
    return count;
}

static void miss_traces(const struct looking *l, char **snapshots, size_t n)
{
    char name[PT_PATH_BYTES];
    for (size_t i = 0; i < n; i++) {
        int digits = (int)strcspn(snapshots[i], ".");
        if (strncmp(snapshots[i], "step_", 5) != 0)
            continue;
        snprintf(name, sizeof name, "trace/%.*s.npz", digits, snapshots[i]);
        if (!has(l, name))
            miss(l, name);
    }
}

static void miss_unless(const struct looking *l, int is_wanted, const char *name)
{
    if (is_wanted && !has(l, name))
        miss(l, name);
}

static int describe_networks(struct looking *l, struct pt_error *error)
{
    char **snapshots, **traces;
    size_t n_snapshots, n_traces;
    int status = list(l, "snapshots", &snapshots, &n_snapshots, error);
    if (!status)
        status = list(l, "trace", &traces, &n_traces, error);
    if (status)
        return status;
    json_object_set_new(l->document, "snapshots",
                        json_integer(count_files(snapshots, n_snapshots, "step_", ".safetensors")));
    json_object_set_new(l->document, "traces",
                        json_integer(count_files(traces, n_traces, "step_", ".npz")));
    miss_unless(l, 1, "metrics.csv");
    if (!has(l, "trace"))
        return PT_OK;
    miss_traces(l, snapshots, n_snapshots);
    miss_unless(l, l->config->trace.final_samples > 0, "trace/final.npz");
    miss_unless(l, l->config->trace.stability_samples > 0, "trace/stability.npz");
    for (long i = 1; i <= l->config->baselines.count; i++) {
        char name[64];
        snprintf(name, sizeof name, "baselines/%ld/trace/final.npz", i);
        miss_unless(l, 1, name);
    }
    miss_unless(l, 1, "analysis/claims.json");
    return PT_OK;
}

/* ---- Results ---- */

static void set_number(json_t *object, const char *key, double value)
{
    if (isfinite(value))
        json_object_set_new(object, key, json_real(value));
}

static int describe_metrics(const struct looking *l, struct pt_error *error)
{
    char path[PT_PATH_BYTES];
    struct pt_metrics_row *rows = NULL;
    size_t n = 0;
    if (!has(l, "metrics.csv"))
        return PT_OK;
    int status = path_join(path, sizeof path, l->directory, "metrics.csv", error);
    if (!status)
        status = pt_metrics_read(path, &rows, &n, error);
    if (!status && n > 0) {
        const struct pt_metrics_row *last = &rows[n - 1];
        json_t *object = json_pack("{s:I, s:I, s:f}", "evaluations", (json_int_t)n, "step",
                                   (json_int_t)last->step, "epoch", last->epoch);
        set_number(object, "train_loss", last->train_loss);
        set_number(object, "test_loss", last->test_loss);
        set_number(object, "train_accuracy", last->train_accuracy);
        set_number(object, "test_accuracy", last->test_accuracy);
        json_object_set_new(l->document, "last_evaluation", object);
    }
    pt_metrics_free(rows);
    return status;
}

static void append_id(const json_t *claim, json_t *verdicts, const char *verdict)
{
    const char *id = json_string_value(json_object_get(claim, "id"));
    const char *before = json_string_value(json_object_get(verdicts, verdict));
    json_object_set_new(
        verdicts, verdict,
        json_sprintf("%s%s%s", before ? before : "", before ? " " : "", id ? id : "?"));
}

static int describe_claims(const struct looking *l, struct pt_error *error)
{
    json_t *claims, *claim, *verdicts;
    size_t i;
    if (!has(l, "analysis/claims.json"))
        return PT_OK;
    int status = json_file_read(l->directory, "analysis/claims.json", &claims, error);
    if (status)
        return status;
    verdicts = json_object();
    json_array_foreach(claims, i, claim)
    {
        const json_t *reproduced = json_object_get(claim, "reproduced");
        append_id(claim, verdicts,
                  json_is_true(reproduced)    ? "reproduced"
                  : json_is_false(reproduced) ? "not_reproduced"
                                              : "not_measurable");
    }
    json_object_set_new(l->document, "claims", verdicts);
    json_decref(claims);
    return PT_OK;
}

/* ---- Costs ---- */

/* Of a run that is traced, whose data may be known to its manifest alone. */
static int describe_costs(const struct looking *l, struct pt_error *error)
{
    char path[PT_PATH_BYTES];
    struct manifest_record record = {0};
    if (!has(l, "trace") || !has(l, "config.ini"))
        return PT_OK;
    int status = path_join(path, sizeof path, l->directory, "config.ini", error);
    if (!status && has(l, "manifest.json"))
        status = manifest_read(l->directory, &record, error);
    return status ? status : inspect_costs(l->config, path, &record, l->document, error);
}

/* ---- Series ---- */

static int add_member(const char *directory, json_t *runs, struct pt_error *error)
{
    char path[PT_PATH_BYTES];
    json_t *manifest = NULL;
    int status = path_join(path, sizeof path, directory, "manifest.json", error);
    if (!status && file_exists(path))
        status = json_file_read(directory, "manifest.json", &manifest, error);
    const char *state = json_string_value(json_object_get(manifest, "state"));
    json_array_append_new(runs, json_pack("{s:o, s:s}", "run", json_text(directory), "state",
                                          state ? state : "no manifest"));
    json_decref(manifest);
    return status;
}

static int describe_members(struct looking *l, struct pt_error *error)
{
    size_t n = pt_series_n_members(l->config);
    struct pt_config *member = mem_alloc(1, sizeof *member, error);
    int status = member ? PT_OK : PT_E_MEMORY;
    json_t *runs = json_array();
    snprintf(l->config->run.out, sizeof l->config->run.out, "%s", l->directory);
    for (size_t i = 0; i < n && !status; i++) {
        status = pt_series_member(l->config, i, member, error);
        if (!status)
            status = add_member(member->run.out, runs, error);
    }
    json_object_set_new(l->document, "runs", runs);
    mem_free(member);
    return status;
}

/* ---- All of it ---- */

static int read_config(struct looking *l, struct pt_error *error)
{
    char path[PT_PATH_BYTES];
    if (!has(l, "config.ini")) {
        miss(l, "config.ini");
        pt_config_default(l->config);
        return PT_OK;
    }
    int status = path_join(path, sizeof path, l->directory, "config.ini", error);
    return status ? status : pt_config_read(path, NULL, 0, l->config, NULL, error);
}

static int describe(struct looking *l, struct pt_error *error)
{
    int status = read_config(l, error);
    int is_series = !status && pt_series_n_members(l->config) > 1;
    json_object_set_new(l->document, "kind", json_string(is_series ? "series of runs" : "run"));
    if (!status)
        json_object_set_new(l->document, "name", json_string(l->config->run.name));
    if (!status && is_series)
        status = describe_members(l, error);
    if (!status && !is_series)
        status = describe_manifest(l, error);
    if (!status && !is_series)
        status = describe_networks(l, error);
    if (!status)
        status = describe_metrics(l, error);
    if (!status)
        status = describe_claims(l, error);
    if (!status)
        status = describe_sizes(l, error);
    if (!status && !is_series)
        status = describe_costs(l, error);
    if (!status && json_array_size(l->missing) > 0)
        json_object_set(l->document, "missing", l->missing);
    return status;
}

int inspect_run(const char *path, json_t **document, struct pt_error *error)
{
    struct looking l = {.directory = path, .document = json_object(), .missing = json_array()};
    l.config = mem_alloc(1, sizeof *l.config, error);
    int status = l.config ? describe(&l, error) : PT_E_MEMORY;
    mem_free(l.config);
    arena_release(&l.arena);
    json_decref(l.missing);
    if (status)
        json_decref(l.document);
    else
        *document = l.document;
    return status;
}
