/* What is left of a run: whether it can be kept. */
#include "study/member.h"

#include "base/fsio.h"
#include "base/mem.h"
#include "base/text.h"
#include "config/schema.h"
#include "config/value.h"

#include <limits.h>
#include <string.h>

/* A run that was killed in its first moments has no manifest, and nothing but these. */
static int is_first_of_a_run(const char *name)
{
    static const char *const known[] = {"config.ini", "snapshots", "trace", "analysis",
                                        "figures",    "baselines", "lock"};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strcmp(name, known[i]) == 0)
            return 1;
    return strncmp(name, "config.ini.tmp-", 15) == 0 ||
           strncmp(name, "manifest.json.tmp-", 18) == 0;
}

/* What is no run is never removed. */
int member_check_beginning(const char *directory, struct pt_error *error)
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

/* What changes no result. Where data lie does not, and what they are the manifest knows. */
static int may_differ(const struct schema_key *key)
{
    static const char *const names[][2] = {
        {"run", "threads"}, {"run", "out"},        {"snapshots", "checkpoint_s"},
        {"data", "path"},   {"data", "test_path"}, {"model", "weights"}};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(key->section, names[i][0]) == 0 && strcmp(key->key, names[i][1]) == 0)
            return 1;
    return 0;
}

/* Appends the key to the list if it has other values in the two. */
static int compare_key(const struct schema_key *key, const struct pt_config *stored,
                       const struct pt_config *config, struct text *list, struct pt_error *error)
{
    struct text texts[2] = {{0}};
    char *found = NULL, *wanted = NULL;
    value_print(key, stored, &texts[0]);
    value_print(key, config, &texts[1]);
    int status = text_take(&texts[0], &found, error);
    if (!status)
        status = text_take(&texts[1], &wanted, error);
    if (!status && strcmp(found, wanted) != 0)
        text_printf(list, "%s%s.%s = %s, not %s", list->n_bytes ? "; " : "", key->section, key->key,
                    found, wanted);
    text_release(&texts[1]);
    mem_free(found);
    mem_free(wanted);
    return status;
}

static int compare(const struct pt_config *stored, const struct pt_config *config,
                   const char *directory, struct pt_error *error)
{
    struct text list = {0};
    char *differences = NULL;
    int status = PT_OK;
    for (size_t i = 0; i < schema_n_keys && !status; i++)
        if (!may_differ(&schema[i]))
            status = compare_key(&schema[i], stored, config, &list, error);
    size_t n_bytes = list.n_bytes;
    if (!status)
        status = text_take(&list, &differences, error);
    text_release(&list);
    if (!status && n_bytes > 0)
        status =
            pt_error_set(error, PT_E_CONFIG,
                         "%s is a run of another configuration: it has %s; go on with its own, "
                         "%s/config.ini, or choose another directory",
                         directory, differences, directory);
    mem_free(differences);
    return status;
}

static int check_config(const struct pt_config *config, const char *directory,
                        struct pt_error *error)
{
    char path[PATH_MAX];
    struct pt_config *stored = mem_alloc(1, sizeof *stored, error);
    int status =
        stored ? path_join(path, sizeof path, directory, "config.ini", error) : PT_E_MEMORY;
    if (!status)
        status = pt_config_read(path, NULL, 0, stored, NULL, error);
    if (!status)
        status = compare(stored, config, directory, error);
    mem_free(stored);
    return status;
}

/* Where the networks come from; "": they are trained in the directory. */
static int check_source(const char *source, const char *recorded, const char *directory,
                        struct pt_error *error)
{
    if (strcmp(source, recorded) == 0)
        return PT_OK;
    if (recorded[0])
        return pt_error_set(error, PT_E_CONFIG,
                            "%s holds traces of %s, which was trained elsewhere: go on with them "
                            "by `train trace %s --out %s --resume`, or choose another directory",
                            directory, recorded, recorded, directory);
    return pt_error_set(error, PT_E_CONFIG,
                        "%s holds a run that trains its network, no traces of %s; choose another "
                        "directory",
                        directory, source);
}

int member_examine(const struct pt_config *config, int with_trace, const char *source,
                   const char *directory, struct member *member, struct pt_error *error)
{
    memset(member, 0, sizeof *member);
    if (directory_is_empty(directory))
        return PT_OK;
    member->state = MEMBER_UNFINISHED;
    if (!file_is_directory(directory))
        return pt_error_set(error, PT_E_CONFIG, "%s is a file, no run directory", directory);
    member->has_manifest = directory_has(directory, "manifest.json");
    int status = member->has_manifest ? manifest_read(directory, &member->record, error)
                                      : member_check_beginning(directory, error);
    if (!status && member->has_manifest)
        status = check_source(source ? source : "", member->record.source, directory, error);
    if (!status && directory_has(directory, "config.ini"))
        status = check_config(config, directory, error);
    if (!status && member->record.is_finished &&
        (!with_trace || directory_has(directory, "analysis/claims.json")))
        member->state = MEMBER_FINISHED;
    return status;
}
