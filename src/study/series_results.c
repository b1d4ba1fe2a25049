/* What the members of a series say together. */
#include "study/series_results.h"

#include "analysis/output.h"
#include "base/fsio.h"
#include "base/mem.h"
#include "study/aggregate.h"
#include "study/analyse.h"
#include "study/claim_record.h"
#include "study/json_file.h"
#include "study/setting_name.h"
#include "study/sweep_results.h"

#include <string.h>

static int draw(const struct pt_run_options *options, const char *directory, struct pt_error *error)
{
    if (options->stop && *options->stop)
        return pt_error_set(error, PT_E_STOPPED, "stopped before the figures");
    return options->trace && options->draw ? options->draw(directory, error) : PT_OK;
}

/* The runs of a setting. */
static int list_seeds(const struct pt_config *config, size_t setting, struct seed_set *set,
                      struct pt_error *error)
{
    struct pt_config member;
    int status = PT_OK;
    size_t n = series_n_seeds(config);
    for (set->n = 0; set->n < n && !status; set->n++) {
        status = pt_series_member(config, setting * n + set->n, &member, error);
        if (!status)
            memcpy(set->directories[set->n], member.run.out, sizeof member.run.out);
    }
    return status;
}

/* Files over the seeds; of a single run there are none, its claims are read all the same. */
static int sum_up_setting(const struct pt_config *config, size_t setting,
                          const struct pt_run_options *options, struct seed_set *set,
                          json_t **claims, struct pt_error *error)
{
    char directory[PT_PATH_BYTES];
    int status = list_seeds(config, setting, set, error);
    if (!status)
        status = series_setting_path(config, setting, directory, error);
    if (status)
        return status;
    if (set->n == 1)
        return options->trace ? aggregate_claims(set, claims, error) : PT_OK;
    status = aggregate_seeds(set, options->trace, directory, claims, error);
    if (!status)
        status = draw(options, directory, error);
    return status ? pt_error_context(error, status, "summing up %s", directory) : PT_OK;
}

static int sum_up_settings(const struct pt_config *config, const struct pt_run_options *options,
                           struct pt_series_outcome *outcome, json_t **claims,
                           struct pt_error *error)
{
    struct seed_set *set = mem_alloc(1, sizeof *set, error);
    int status = set ? PT_OK : PT_E_MEMORY;
    for (size_t i = 0; i < outcome->n_settings && !status; i++) {
        struct pt_series_setting *setting = &outcome->settings[i];
        status = setting_name(config, i, setting->name, error);
        if (!status)
            status = sum_up_setting(config, i, options, set, &claims[i], error);
        if (!status)
            status = claim_records(claims[i], outcome->memory, &setting->claims, &setting->n_claims,
                                   error);
    }
    mem_free(set);
    return status;
}

static int sum_up_sweep(const struct pt_config *config, const struct pt_run_options *options,
                        struct pt_series_outcome *outcome, json_t *const *claims,
                        struct pt_error *error)
{
    char folder[PT_PATH_BYTES];
    struct sweep_runs runs = {0};
    json_t *judged = NULL;
    int status = path_join(folder, sizeof folder, config->run.out, "analysis", error);
    if (!status)
        status = directory_create(folder, error);
    if (!status)
        status = sweep_runs_read(config, options->trace, &runs, error);
    if (!status)
        status = sweep_table_write(config, &runs, error);
    if (!status && options->trace)
        status = sweep_claims_write(config, claims, error);
    if (!status && options->trace)
        status = sweep_judge(config, &runs, &judged, error);
    if (!status && judged)
        status = json_write(folder, "claims.json", json_incref(judged), error);
    if (!status)
        status =
            claim_records(judged, outcome->memory, &outcome->claims, &outcome->n_claims, error);
    if (!status)
        status = draw(options, config->run.out, error);
    json_decref(judged);
    sweep_runs_release(&runs);
    return status;
}

int series_sum_up(const struct pt_config *config, const struct pt_run_options *options,
                  struct pt_series_outcome *outcome, struct pt_error *error)
{
    size_t n_settings = pt_config_n_settings(config);
    outcome->settings = arena_alloc(outcome->memory, n_settings, sizeof *outcome->settings, error);
    json_t **claims = mem_alloc(n_settings, sizeof(json_t *), error);
    int status = outcome->settings && claims ? PT_OK : PT_E_MEMORY;
    outcome->n_settings = status ? 0 : n_settings;
    if (!status)
        status = sum_up_settings(config, options, outcome, claims, error);
    if (!status && config->sweep.n > 0)
        status = sum_up_sweep(config, options, outcome, claims, error);
    if (status)
        directory_explain_full(config->run.out, "tables, figures and page need",
                               n_settings * ANALYSE_FILES_BYTES, error);
    for (size_t i = 0; claims && i < n_settings; i++)
        json_decref(claims[i]);
    mem_free(claims);
    return status;
}

int series_adopt_claims(const struct pt_run_options *options, struct pt_series_outcome *outcome,
                        struct pt_error *error)
{
    json_t *claims = NULL;
    outcome->settings = arena_alloc(outcome->memory, 1, sizeof *outcome->settings, error);
    int status = outcome->settings ? PT_OK : PT_E_MEMORY;
    outcome->n_settings = !status;
    if (!status && options->trace)
        status = json_file_read(outcome->directory, "analysis/claims.json", &claims, error);
    if (!status)
        status = claim_records(claims, outcome->memory, &outcome->settings[0].claims,
                               &outcome->settings[0].n_claims, error);
    json_decref(claims);
    return status;
}
