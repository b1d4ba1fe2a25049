/* The configuration with which networks that exist already are traced. */
#include "base/fsio.h"
#include "base/mem.h"
#include "base/text.h"
#include "config/value.h"
#include "phasetrace/run.h"
#include "study/data_path.h"
#include "study/manifest.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What may differ from the run that is traced: nothing that its networks and data depend on. Of
 * paths the hashes of the files are compared. */
static int may_differ(const struct schema_key *key)
{
    static const char *const free_keys[][2] = {
        {"trace", NULL},      {"analysis", NULL},
        {"baselines", NULL},  {"run", "name"},
        {"run", "threads"},   {"run", "out"},
        {"data", "path"},     {"data", "test_path"},
        {"model", "weights"}, {"snapshots", "checkpoint_s"},
    };
    for (size_t i = 0; i < sizeof free_keys / sizeof *free_keys; i++)
        if (strcmp(key->section, free_keys[i][0]) == 0 &&
            (!free_keys[i][1] || strcmp(key->key, free_keys[i][1]) == 0))
            return 1;
    return 0;
}

static void compare_key(const struct schema_key *key, const struct pt_config *wanted,
                        const struct pt_config *made, struct text *list)
{
    struct text a = {0}, b = {0};
    value_print(key, wanted, &a);
    value_print(key, made, &b);
    const char *here = a.data ? a.data : "", *there = b.data ? b.data : "";
    if (a.status || b.status)
        list->status = PT_E_MEMORY;
    else if (strcmp(here, there) != 0)
        text_printf(list, "%s%s.%s is %s, not %s", list->n_bytes ? "; " : "", key->section,
                    key->key, *there ? there : "empty", *here ? here : "empty");
    text_release(&a);
    text_release(&b);
}

/* Names everything that a run with this configuration would have trained differently. */
static int check_training(const char *source, const struct pt_config *wanted,
                          const struct pt_config *made, struct pt_error *error)
{
    struct text list = {0};
    for (size_t i = 0; i < schema_n_keys; i++)
        if (!may_differ(&schema[i]))
            compare_key(&schema[i], wanted, made, &list);
    if (list.n_bytes == 0 && list.status == PT_OK)
        return PT_OK;
    char *differences;
    int status = text_take(&list, &differences, error);
    if (status)
        return status;
    pt_error_set(error, PT_E_CONFIG,
                 "%s was trained with another configuration: there %s; only [trace], [analysis], "
                 "[baselines] and the name can be changed",
                 source, differences);
    mem_free(differences);
    return PT_E_CONFIG;
}

/* A path beside a configuration file that was elsewhere then leads nowhere from the copy of it in
 * the run directory. */
static void recall_path(const char *recorded, const char *config_path, char path[PT_PATH_BYTES])
{
    char found[PT_PATH_BYTES];
    if (path[0] && data_path_resolve(path, config_path, found, NULL) != PT_OK && recorded[0] &&
        file_exists(recorded))
        memcpy(path, recorded, PT_PATH_BYTES);
}

static void find_data(const char *source, const char *config_path, struct pt_config *config)
{
    struct manifest_record record;
    if (manifest_read(source, &record, NULL) != PT_OK)
        return;
    recall_path(record.data_path, config_path, config->data.path);
    recall_path(record.test_path, config_path, config->data.test_path);
}

static int configure_run(const char *source, const char *config_path,
                         const struct pt_config *config, struct pt_error *error)
{
    char path[PT_PATH_BYTES];
    struct pt_config *made = mem_alloc(1, sizeof *made, error);
    int status = made ? path_join(path, sizeof path, source, "config.ini", error) : PT_E_MEMORY;
    if (!status && strcmp(path, config_path) != 0 && !file_exists(path))
        status = pt_error_at(error, PT_E_DATA, source, 0, 0,
                             "is no run directory: it has no config.ini");
    if (!status)
        status = pt_config_read(path, NULL, 0, made, NULL, error);
    if (!status)
        status = check_training(source, config, made, error);
    mem_free(made);
    return status;
}

/* The file is read as initial weights, which nothing changes. */
static int configure_model(const char *source, struct pt_config *config, struct pt_error *error)
{
    char absolute[PATH_MAX];
    if (config->run.seeds.n > 1 || config->sweep.n > 0)
        return pt_error_set(error, PT_E_CONFIG,
                            "the configuration asks for several runs, a model is traced in one: "
                            "choose the seed with --seed, and leave out [sweep]");
    if (!realpath(source, absolute))
        return pt_error_at(error, PT_E_IO, source, 0, 0, "no such file");
    if (strlen(absolute) >= sizeof config->model.weights)
        return pt_error_at(error, PT_E_CONFIG, source, 0, 0, "the path is too long");
    memset(config->model.weights, 0, sizeof config->model.weights);
    memcpy(config->model.weights, absolute, strlen(absolute));
    return PT_OK;
}

int pt_run_source_config(const char *source, const char *config_path, const char *const *sets,
                         size_t n_sets, struct pt_config *config, char **report,
                         struct pt_error *error)
{
    int is_run = file_is_directory(source);
    int status = pt_config_read(config_path, sets, n_sets, config, report, error);
    if (status)
        return status;
    if (!is_run)
        return configure_model(source, config, error);
    status = configure_run(source, config_path, config, error);
    if (!status)
        find_data(source, config_path, config);
    return status;
}
