/* Making a run directory. */
#include "study/run_directory.h"

#include "base/fsio.h"

#include <stdio.h>
#include <string.h>

#define MAX_RUN_NUMBER 9999

/* A lock that nobody holds is what a run leaves that was killed in its first moment. */
static int is_unused(const char *directory)
{
    return directory_has_only(directory, LOCK_NAME);
}

static int is_used(const char *directory, struct pt_error *error)
{
    return pt_error_set(error, PT_E_CONFIG,
                        "the run directory %s exists already and is not empty; nothing is "
                        "written over: choose another with --out, leave --out away, or go on with "
                        "what is there by --resume",
                        directory);
}

int run_directory_check(const struct pt_config *config, struct pt_error *error)
{
    const char *directory = config->run.out;
    if (!directory[0] || is_unused(directory))
        return PT_OK;
    int status = lock_probe(directory, error);
    return status ? status : is_used(directory, error);
}

static int use_first_free(const char *name, char *path, struct pt_error *error)
{
    for (int number = 1; number <= MAX_RUN_NUMBER; number++) {
        int existed, length = snprintf(path, PT_PATH_BYTES, "runs/%s-%03d", name, number);
        if (length < 0 || length >= PT_PATH_BYTES)
            return pt_error_set(error, PT_E_CONFIG, "run.name is too long");
        int status = directory_create_new(path, &existed, error);
        if (!existed)
            return status;
    }
    return pt_error_set(error, PT_E_CONFIG, "runs/%s-001 to -%d exist already", name,
                        MAX_RUN_NUMBER);
}

int run_directory_fill(const char *directory, int with_trace, struct pt_error *error)
{
    static const char *const folders[] = {"snapshots", "trace", "analysis", "figures"};
    char path[PT_PATH_BYTES];
    for (size_t i = 0; i < (with_trace ? 4 : 1); i++) {
        int status = path_join(path, sizeof path, directory, folders[i], error);
        if (!status)
            status = directory_create(path, error);
        if (status)
            return status;
    }
    return PT_OK;
}

static int make(const struct pt_config *config, char *path, struct pt_error *error)
{
    if (!config->run.out[0])
        return use_first_free(config->run.name, path, error);
    snprintf(path, PT_PATH_BYTES, "%s", config->run.out);
    int status = run_directory_check(config, error);
    return status ? status : directory_create(path, error);
}

int run_directory_make(const struct pt_config *config, char *path, struct lock **lock,
                       struct pt_error *error)
{
    int status = make(config, path, error);
    if (!status)
        status = lock_take(path, lock, error);
    if (status || is_unused(path))
        return status;
    /* Another process has used it between the two. */
    lock_release(*lock);
    *lock = NULL;
    return is_used(path, error);
}

int run_directory_step_path(const char *directory, const char *folder, long step,
                            const char *extension, char *path, struct pt_error *error)
{
    char name[64];
    snprintf(name, sizeof name, "%s/step_%08ld.%s", folder, step, extension);
    return path_join(path, PT_PATH_BYTES, directory, name, error);
}

int run_directory_write_config(const char *directory, const struct pt_config *config,
                               struct pt_error *error)
{
    struct pt_config repeated = *config;
    repeated.run.out[0] = '\0';
    char path[PT_PATH_BYTES];
    int status = path_join(path, sizeof path, directory, "config.ini", error);
    if (status)
        return status;
    char *text = NULL;
    status = pt_config_print(&repeated, 0, &text, error);
    if (!status)
        status = file_replace(path, text, strlen(text), error);
    pt_config_free_text(text);
    return status;
}
