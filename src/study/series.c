/* Running the members of a series one after the other. */
#include "phasetrace/series.h"

#include "base/fsio.h"
#include "base/lock.h"
#include "base/mem.h"
#include "study/member.h"
#include "study/run_directory.h"
#include "study/run_state.h"
#include "study/series_results.h"
#include "study/setting_name.h"

#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

struct series {
    struct pt_config config; /* run.out is the series' directory as soon as there is one */
    const struct pt_series_options *options;
    struct pt_series_outcome *outcome;
    size_t n_members;
    uint64_t n_bytes; /* of the files of all that are left to be made, about */
    struct pt_run_options run_options;
    struct lock *lock;             /* of the directory of several members */
    enum member_state *states;     /* [n_members] */
    struct member found;           /* in the directory of the one in hand */
    struct manifest_record beside; /* of one that has begun: where the data of all of them are */
    struct pt_config *member;      /* of the one in hand */
    struct pt_run_outcome *run;    /* likewise */
};

/* ---- Names ---- */

size_t series_n_seeds(const struct pt_config *config)
{
    return config->run.seeds.n > 0 ? config->run.seeds.n : 1;
}

uint64_t series_seed(const struct pt_config *config, size_t index)
{
    return config->run.seeds.n > 0 ? config->run.seeds.items[index] : config->run.seed;
}

size_t pt_series_n_members(const struct pt_config *config)
{
    return pt_config_n_settings(config) * series_n_seeds(config);
}

int series_setting_path(const struct pt_config *config, size_t setting, char *path,
                        struct pt_error *error)
{
    char name[PT_TEXT_BYTES], folder[PT_TEXT_BYTES + 8];
    if (config->sweep.n == 0) {
        snprintf(path, PT_PATH_BYTES, "%s", config->run.out);
        return PT_OK;
    }
    int status = setting_name(config, setting, name, error);
    snprintf(folder, sizeof folder, "sweep_%s", status ? "" : name);
    return status ? status : path_join(path, PT_PATH_BYTES, config->run.out, folder, error);
}

/* [PT_PATH_BYTES]; the series has several members */
static int member_path(const struct pt_config *config, size_t index, char *path,
                       struct pt_error *error)
{
    char parent[PT_PATH_BYTES], folder[32];
    size_t n_seeds = series_n_seeds(config);
    int status = series_setting_path(config, index / n_seeds, parent, error);
    snprintf(folder, sizeof folder, "seed_%" PRIu64, series_seed(config, index % n_seeds));
    if (!status && n_seeds > 1)
        return path_join(path, PT_PATH_BYTES, parent, folder, error);
    if (!status)
        memcpy(path, parent, sizeof parent);
    return status;
}

int pt_series_member(const struct pt_config *config, size_t index, struct pt_config *member,
                     struct pt_error *error)
{
    char path[PT_PATH_BYTES] = "";
    size_t n_seeds = series_n_seeds(config);
    int status = pt_config_setting(config, index / n_seeds, member, error);
    if (!status && config->run.out[0] && pt_series_n_members(config) > 1)
        status = member_path(config, index, path, error);
    if (status)
        return status;
    if (path[0])
        strncpy(member->run.out, path, sizeof member->run.out); /* zeros behind the text */
    member->run.seed = series_seed(config, index % n_seeds);
    memset(&member->run.seeds, 0, sizeof member->run.seeds);
    return PT_OK;
}

/* ---- Before anything is written ---- */

static int goes_on(const struct series *series)
{
    const char *out = series->config.run.out;
    return series->options->resume && out[0] && !directory_is_empty(out);
}

/* A directory in which a series may go on is empty or has the configuration of one. */
static int check_directory(const struct series *series, struct pt_error *error)
{
    const char *out = series->config.run.out;
    if (series->options->resume && !out[0])
        return pt_error_set(error, PT_E_CONFIG,
                            "--resume needs the directory to go on with: --out DIR");
    if (!series->options->resume)
        return run_directory_check(&series->config, error);
    if (series->n_members == 1 || directory_is_empty(out))
        return PT_OK;
    int is_series =
        !directory_has(out, "manifest.json") &&
        (directory_has(out, "config.ini") || member_check_beginning(out, NULL) == PT_OK);
    if (!is_series)
        return pt_error_set(error, PT_E_CONFIG, "%s holds no series of runs; choose another --out",
                            out);
    return PT_OK;
}

/* Of runs that differ in it nothing is known about each other's. */
static int has_common_paths(const struct pt_config *config)
{
    static const char *const keys[] = {"data.set", "data.path", "data.test_path", "model.weights"};
    for (size_t i = 0; i < config->sweep.n; i++)
        for (size_t k = 0; k < sizeof keys / sizeof *keys; k++)
            if (strcmp(config->sweep.keys[i].key, keys[k]) == 0)
                return 0;
    return 1;
}

/* What is there of each member; the names of all settings are possible. */
static int examine(struct series *series, struct pt_error *error)
{
    char name[PT_TEXT_BYTES];
    int status = PT_OK;
    for (size_t i = 0; i < pt_config_n_settings(&series->config) && !status; i++)
        status = setting_name(&series->config, i, name, error);
    for (size_t i = 0; series->options->resume && i < series->n_members && !status; i++) {
        status = pt_series_member(&series->config, i, series->member, error);
        if (!status)
            status = member_examine(series->member, series->run_options.trace, NULL,
                                    series->member->run.out, &series->found, error);
        series->states[i] = series->found.state;
        series->run_options.trace |= series->found.record.with_trace;
        if (!status && series->found.has_manifest && has_common_paths(&series->config))
            series->beside = series->found.record;
    }
    return status;
}

/* Prepares one run of the setting: what fails because of values or data fails here. */
static int prepare_setting(struct series *series, size_t setting, struct pt_error *error)
{
    size_t n_seeds = series_n_seeds(&series->config), index = setting * n_seeds;
    size_t end = index + n_seeds;
    while (index < end && series->states[index] == MEMBER_FINISHED)
        index++;
    if (index == end)
        return PT_OK;
    int status = pt_series_member(&series->config, index, series->member, error);
    if (status)
        return status;
    struct run run = {.config = series->member,
                      .options = &series->run_options,
                      .outcome = series->run,
                      .with_trace = series->run_options.trace};
    char name[PT_TEXT_BYTES] = "";
    run_recall_paths(&run, &series->beside);
    status = run_prepare(&run, error);
    if (!status)
        series->n_bytes += (end - index) * run_disk_bytes(&run);
    run_release(&run);
    if (status && setting_name(&series->config, setting, name, NULL) == PT_OK && name[0])
        pt_error_context(error, status, "%s", name);
    return status;
}

/* What one member finds it says itself. */
static int prepare(struct series *series, struct pt_error *error)
{
    int status = check_directory(series, error);
    if (!status && goes_on(series) && series->n_members > 1)
        status = lock_take(series->config.run.out, &series->lock, error);
    if (!status)
        status = examine(series, error);
    size_t n_settings = pt_config_n_settings(&series->config);
    for (size_t i = 0; i < n_settings && series->n_members > 1 && !status; i++)
        status = prepare_setting(series, i, error);
    return status;
}

/* ---- Running ---- */

static int make_directory(struct series *series, struct pt_error *error)
{
    char path[PT_PATH_BYTES] = "";
    int status = run_directory_make(&series->config, path, &series->lock, error);
    if (!status)
        strncpy(series->config.run.out, path, sizeof series->config.run.out);
    return status;
}

static int open_directory(struct series *series, struct pt_error *error)
{
    const char *out = series->config.run.out;
    int status =
        series->lock ? directory_remove_temporaries(out, error) : make_directory(series, error);
    if (status)
        return status;
    snprintf(series->outcome->directory, sizeof series->outcome->directory, "%s", out);
    status = run_directory_write_config(out, &series->config, error);
    if (status)
        directory_explain_full(out, "the runs need", series->n_bytes, error);
    return status;
}

static void report_member(const struct series *series, size_t index)
{
    struct pt_series_progress progress = {.index = index,
                                          .n_members = series->n_members,
                                          .directory = series->member->run.out,
                                          .kept = series->states[index] == MEMBER_FINISHED};
    if (series->options->member && series->n_members > 1)
        series->options->member(series->options->run.user, &progress);
}

static void add_work(struct pt_trace_work *sum, const struct pt_trace_work *work)
{
    sum->values_s += work->values_s;
    sum->extraction_s += work->extraction_s;
}

static void add_times(struct pt_series_outcome *outcome, const struct pt_run_outcome *run)
{
    if (run->was_finished)
        return;
    for (size_t i = 0; i < PT_N_PARTS; i++)
        outcome->seconds[i] += run->seconds[i];
    add_work(&outcome->trace_work, &run->trace_work);
    add_work(&outcome->baselines_work, &run->baselines_work);
}

static int run_member(struct series *series, size_t index, struct pt_error *error)
{
    const volatile int *stop = series->options->run.stop;
    if (stop && *stop)
        return pt_error_set(error, PT_E_STOPPED, "stopped after %zu of %zu runs", index,
                            series->n_members);
    int status = pt_series_member(&series->config, index, series->member, error);
    if (status)
        return status;
    report_member(series, index);
    if (series->states[index] == MEMBER_FINISHED) {
        series->outcome->n_kept++;
        return PT_OK;
    }
    status = run_beside(series->member, &series->run_options, &series->beside, series->run, error);
    series->outcome->n_kept += (size_t)series->run->was_finished;
    add_times(series->outcome, series->run);
    if (series->n_members == 1)
        snprintf(series->outcome->directory, sizeof series->outcome->directory, "%s",
                 series->run->directory);
    if (status && series->n_members > 1)
        pt_error_context(error, status, "%s", series->member->run.out);
    return status;
}

static int run_all(struct series *series, struct pt_error *error)
{
    struct pt_series_outcome *outcome = series->outcome;
    int status = PT_OK;
    if (series->n_members > 1)
        status = open_directory(series, error);
    else
        snprintf(outcome->directory, sizeof outcome->directory, "%s", series->config.run.out);
    for (size_t i = 0; i < series->n_members && !status; i++) {
        status = run_member(series, i, error);
        outcome->n_finished += !status;
    }
    if (status)
        return status;
    return series->n_members > 1
               ? series_sum_up(&series->config, &series->run_options, outcome, error)
               : series_adopt_claims(&series->run_options, outcome, error);
}

int pt_series(const struct pt_config *config, const struct pt_series_options *options,
              struct pt_series_outcome *outcome, struct pt_error *error)
{
    struct series series = {.config = *config,
                            .options = options,
                            .outcome = outcome,
                            .n_members = pt_series_n_members(config)};
    memset(outcome, 0, sizeof *outcome);
    outcome->n_members = series.n_members;
    outcome->memory = mem_alloc(1, sizeof *outcome->memory, error);
    series.run_options = options->run;
    series.run_options.resume = options->resume;
    series.states = mem_alloc(series.n_members, sizeof *series.states, error);
    series.member = mem_alloc(1, sizeof *series.member, error);
    series.run = mem_alloc(1, sizeof *series.run, error);
    int status =
        outcome->memory && series.states && series.member && series.run ? PT_OK : PT_E_MEMORY;
    if (!status)
        status = prepare(&series, error);
    if (!status)
        status = run_all(&series, error);
    lock_release(series.lock);
    mem_free(series.states);
    mem_free(series.member);
    mem_free(series.run);
    return status;
}

void pt_series_release(struct pt_series_outcome *outcome)
{
    if (!outcome->memory)
        return;
    arena_release(outcome->memory);
    mem_free(outcome->memory);
    outcome->memory = NULL;
}
