/* Reading of the runs of a sweep. */
#include "study/sweep_results.h"

#include "base/fsio.h"
#include "base/mem.h"
#include "phasetrace/metrics.h"
#include "phasetrace/series.h"
#include "study/json_file.h"
#include "study/series_results.h"

#include <math.h>
#include <string.h>

static int read_metrics(const char *directory, struct sweep_run *run, struct pt_error *error)
{
    char path[PT_PATH_BYTES];
    struct pt_metrics_row *rows = NULL;
    size_t n_rows = 0;
    int status = path_join(path, sizeof path, directory, "metrics.csv", error);
    if (!status)
        status = pt_metrics_read(path, &rows, &n_rows, error);
    if (!status && n_rows == 0)
        status = pt_error_at(error, PT_E_DATA, path, 0, 0, "it has no rows");
    if (!status)
        run->last = rows[n_rows - 1];
    pt_metrics_free(rows);
    return status;
}

static int read_run(const struct pt_config *config, size_t index, int with_analysis,
                    struct sweep_run *run, struct pt_error *error)
{
    struct pt_config member;
    int status = pt_series_member(config, index, &member, error);
    if (status)
        return status;
    run->setting = index / series_n_seeds(config);
    run->seed = member.run.seed;
    status = read_metrics(member.run.out, run, error);
    if (!status && with_analysis)
        status = json_file_read(member.run.out, "analysis/phases.json", &run->phases, error);
    if (!status && with_analysis)
        status = json_file_read(member.run.out, "analysis/claims.json", &run->claims, error);
    return status;
}

int sweep_runs_read(const struct pt_config *config, int with_analysis, struct sweep_runs *runs,
                    struct pt_error *error)
{
    runs->n = pt_series_n_members(config);
    runs->items = mem_alloc(runs->n, sizeof *runs->items, error);
    int status = runs->items ? PT_OK : PT_E_MEMORY;
    for (size_t i = 0; i < runs->n && !status; i++)
        status = read_run(config, i, with_analysis, &runs->items[i], error);
    return status;
}

void sweep_runs_release(struct sweep_runs *runs)
{
    for (size_t i = 0; runs->items && i < runs->n; i++) {
        json_decref(runs->items[i].phases);
        json_decref(runs->items[i].claims);
    }
    mem_free(runs->items);
    *runs = (struct sweep_runs){0};
}

static const json_t *find_claim(const struct sweep_run *run, const char *id)
{
    size_t i;
    json_t *claim;
    json_array_foreach(run->claims, i, claim)
    {
        const char *other = json_string_value(json_object_get(claim, "id"));
        if (other && strcmp(other, id) == 0)
            return claim;
    }
    return NULL;
}

double sweep_detail(const struct sweep_run *run, const char *id, const char *name)
{
    return json_member_number(json_object_get(find_claim(run, id), "details"), name);
}

double sweep_value(const struct sweep_run *run, const char *id)
{
    return json_member_number(find_claim(run, id), "value");
}
