/* The files of a set of seeds. */
#include "study/aggregate.h"

#include "analysis/output.h"
#include "base/mem.h"

#include <stdio.h>
#include <string.h>

static int is_table(const char *name)
{
    size_t n = strlen(name);
    return n > 4 && strcmp(name + n - 4, ".csv") == 0;
}

static int was_seen(const struct seed_set *set, size_t run, const char *name)
{
    char path[PT_PATH_BYTES + 300];
    for (size_t i = 0; i < run; i++) {
        snprintf(path, sizeof path, "%s/%s", set->directories[i], name);
        if (file_exists(path))
            return 1;
    }
    return 0;
}

/* The tables that the run has and none before it. */
static int aggregate_tables(const struct seed_set *set, size_t run, const char *directory,
                            struct pt_error *error)
{
    struct arena arena = {0};
    char folder[PT_PATH_BYTES], name[300], **names;
    size_t n_names = 0;
    int status = path_join(folder, sizeof folder, set->directories[run], "analysis", error);
    if (!status)
        status = directory_list(folder, &arena, &names, &n_names, error);
    for (size_t i = 0; i < n_names && !status; i++) {
        snprintf(name, sizeof name, "analysis/%s", names[i]);
        if (is_table(name) && !was_seen(set, run, name))
            status = aggregate_table(set, name, directory, error);
    }
    arena_release(&arena);
    return status;
}

static int write_claims(const char *directory, json_t *claims, struct pt_error *error)
{
    return json_write(directory, "analysis/claims.json", json_incref(claims), error);
}

int aggregate_seeds(const struct seed_set *set, int with_analysis, const char *directory,
                    json_t **claims, struct pt_error *error)
{
    char folder[PT_PATH_BYTES];
    *claims = NULL;
    int status = aggregate_table(set, "metrics.csv", directory, error);
    if (status || !with_analysis)
        return status;
    status = path_join(folder, sizeof folder, directory, "analysis", error);
    if (!status)
        status = directory_create(folder, error);
    for (size_t run = 0; run < set->n && !status; run++)
        status = aggregate_tables(set, run, directory, error);
    if (!status)
        status = aggregate_phases(set, directory, error);
    if (!status)
        status = aggregate_about(set, directory, error);
    if (!status)
        status = aggregate_claims(set, claims, error);
    if (!status)
        status = write_claims(directory, *claims, error);
    return status;
}
