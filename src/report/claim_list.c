/* Reading of all claims of a run. */
#include "report/claim_list.h"

#include "base/fsio.h"
#include "report/json_part.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#define MAX_TEXT_BYTES 4000

static int read_claim(const struct json_part *part, struct listed_claim *claim, struct arena *arena)
{
    const struct {
        const char *key, **text;
    } texts[] = {{"id", &claim->id},
                 {"paper", &claim->paper},
                 {"figure", &claim->figure},
                 {"statement", &claim->statement},
                 {"reason", &claim->reason}};
    int status = results_read_verdict(part, &claim->verdict);
    for (size_t i = 0; i < sizeof texts / sizeof *texts && !status; i++)
        status = json_read_text(part, texts[i].key, MAX_TEXT_BYTES, arena, texts[i].text);
    if (!status)
        status = json_read_number(part, "value", &claim->value);
    return status ? status : json_read_number(part, "threshold", &claim->threshold);
}

static int read_all(const char *path, const json_t *root, struct claim_list *list,
                    struct arena *arena, struct pt_error *error)
{
    size_t n = json_array_size(root);
    if (n > CLAIM_LIST_MAX)
        return pt_error_at(error, PT_E_DATA, path, 1, 0, "%zu claims, more than %d", n,
                           CLAIM_LIST_MAX);
    list->claims = arena_alloc(arena, n, sizeof *list->claims, error);
    int status = list->claims ? PT_OK : PT_E_MEMORY;
    for (list->n = 0; list->n < n && !status; list->n++) {
        char name[32];
        snprintf(name, sizeof name, "claim %zu", list->n + 1);
        const struct json_part part = {path, name, json_array_get(root, list->n), error};
        status = read_claim(&part, &list->claims[list->n], arena);
    }
    return status;
}

int claim_list_load(const char *run_directory, struct claim_list *list, struct arena *arena,
                    struct pt_error *error)
{
    char path[PATH_MAX];
    json_t *root;
    *list = (struct claim_list){0};
    int status = path_join(path, sizeof path, run_directory, "analysis/claims.json", error);
    if (status || !file_exists(path))
        return status;
    status = json_document_load(path, JSON_ARRAY, &root, error);
    if (status)
        return status;
    status = read_all(path, root, list, arena, error);
    json_decref(root);
    return status;
}

size_t claim_list_count(const struct claim_list *list, enum claim_verdict verdict)
{
    size_t n = 0;
    for (size_t i = 0; i < list->n; i++)
        n += list->claims[i].verdict == verdict;
    return n;
}

const struct listed_claim *claim_list_find(const struct claim_list *list, const char *id)
{
    for (size_t i = 0; i < list->n; i++)
        if (strcmp(list->claims[i].id, id) == 0)
            return &list->claims[i];
    return NULL;
}
