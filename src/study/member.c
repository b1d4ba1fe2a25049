/* What is left of a run: whether it can be kept. */
#include "study/member.h"

#include "base/fsio.h"
#include "base/mem.h"
#include "study/json_file.h"

#include <limits.h>
#include <string.h>

static int has_file(const char *directory, const char *name)
{
    char path[PATH_MAX];
    return path_join(path, sizeof path, directory, name, NULL) == PT_OK && file_exists(path);
}

/* A run that was killed in its first moments has no manifest, and nothing but these. */
static int is_first_of_a_run(const char *name)
{
    static const char *const known[] = {"config.ini", "snapshots", "trace",
                                        "analysis",   "figures",   "baselines"};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strcmp(name, known[i]) == 0)
            return 1;
    return strncmp(name, "config.ini.tmp-", 15) == 0 ||
           strncmp(name, "manifest.json.tmp-", 18) == 0;
}

/* What is no run is never removed. */
static int check_beginning(const char *directory, struct pt_error *error)
{
    struct arena arena = {0};
    char **names;
    size_t n_names;
    int status = directory_list(directory, &arena, &names, &n_names, error);
    for (size_t i = 0; i < n_names && !status; i++)
        if (!is_first_of_a_run(names[i]))
            status = pt_error_set(error, PT_E_CONFIG,
                                  "%s is no run: it has no manifest.json, but %s; choose another "
                                  "directory",
                                  directory, names[i]);
    arena_release(&arena);
    return status;
}

static int read_state(const char *directory, int *finished, struct pt_error *error)
{
    json_t *manifest;
    int status = json_file_read(directory, "manifest.json", &manifest, error);
    if (status)
        return status;
    const char *state = json_string_value(json_object_get(manifest, "state"));
    if (state)
        *finished = strcmp(state, "finished") == 0;
    else
        status = pt_error_set(error, PT_E_DATA, "%s/manifest.json: no state", directory);
    json_decref(manifest);
    return status;
}

/* The configuration as text, without what does not change results. */
static int print_essence(const struct pt_config *config, char **text, struct pt_error *error)
{
    struct pt_config essence = *config;
    essence.run.threads = 0;
    memset(essence.run.out, 0, sizeof essence.run.out);
    return pt_config_print(&essence, 0, text, error);
}

/* The lines of the two texts from which on they differ. */
static void skip_common(const char **a, const char **b)
{
    size_t line = 0;
    for (size_t i = 0; (*a)[i] && (*a)[i] == (*b)[i]; i++)
        if ((*a)[i] == '\n')
            line = i + 1;
    *a += line;
    *b += line;
}

static int check_config(const struct pt_config *config, const char *directory,
                        struct pt_error *error)
{
    char path[PATH_MAX], *wanted = NULL, *found = NULL;
    struct pt_config *stored = mem_alloc(1, sizeof *stored, error);
    int status =
        stored ? path_join(path, sizeof path, directory, "config.ini", error) : PT_E_MEMORY;
    if (!status)
        status = pt_config_read(path, NULL, 0, stored, NULL, error);
    if (!status)
        status = print_essence(config, &wanted, error);
    if (!status)
        status = print_essence(stored, &found, error);
    if (!status && strcmp(wanted, found) != 0) {
        const char *a = wanted, *b = found;
        skip_common(&a, &b);
        status = pt_error_set(error, PT_E_CONFIG,
                              "%s is a finished run of another configuration: it has `%.*s`, not "
                              "`%.*s`; choose another directory, or remove that run",
                              directory, (int)strcspn(b, "\n"), b, (int)strcspn(a, "\n"), a);
    }
    pt_config_free_text(wanted);
    pt_config_free_text(found);
    mem_free(stored);
    return status;
}

int member_examine(const struct pt_config *config, int with_trace, const char *directory,
                   enum member_state *state, struct pt_error *error)
{
    int finished = 0;
    *state = MEMBER_ABSENT;
    if (directory_is_empty(directory))
        return PT_OK;
    *state = MEMBER_UNFINISHED;
    if (!file_is_directory(directory))
        return pt_error_set(error, PT_E_CONFIG, "%s is a file, no run directory", directory);
    if (!has_file(directory, "manifest.json"))
        return check_beginning(directory, error);
    int status = read_state(directory, &finished, error);
    if (status || !finished)
        return status;
    status = check_config(config, directory, error);
    if (!status && (!with_trace || has_file(directory, "analysis/claims.json")))
        *state = MEMBER_FINISHED;
    return status;
}
