/* From the traces of a run directory to its analysis. */
#include "study/analyse.h"

#include "base/clock.h"
#include "base/fsio.h"
#include "base/lock.h"
#include "base/mem.h"
#include "phasetrace/version.h"
#include "study/run_directory.h"

#include <stdio.h>
#include <string.h>

/* What one call works with. */
struct work {
    const char *run_directory;
    struct pt_analysis *analysis;
    struct arena arena; /* of the names of files */
};

static int create(const struct pt_config *config, const struct about *about,
                  struct pt_analysis **analysis, struct pt_error *error)
{
    struct pt_analysis_options options = {
        .seed = config->run.seed,
        .n_replicates = (size_t)config->analysis.replicates,
        .salience = config->analysis.salience,
        .title = about->title,
        .network = about->network,
        .extraction = about->extraction,
        .masking = about->masking,
        .version = pt_version(),
        .n_train = about->n_train,
        .n_test = about->n_test,
        .label_noise = config->data.label_noise,
        .background_kept = config->trace.background == PT_BACKGROUND_KEEP,
        .n_seeds = 1,
    };
    return pt_analysis_create(&options, analysis, error);
}

typedef int take_trace(struct pt_analysis *analysis, const struct pt_trace *trace,
                       struct pt_error *error);

/* Hands the trace in RUN/`name` to `take`. */
static int take_file(const struct work *w, const char *name, take_trace *take,
                     struct pt_error *error)
{
    char path[PT_PATH_BYTES];
    struct pt_trace *trace;
    int status = path_join(path, sizeof path, w->run_directory, name, error);
    if (!status)
        status = pt_trace_read(path, &trace, error);
    if (status)
        return status;
    status = take(w->analysis, trace, error);
    pt_trace_free(trace);
    return status ? pt_error_context(error, status, "%s", path) : PT_OK;
}

/* The same when the file is there. */
static int take_optional(const struct work *w, const char *name, take_trace *take,
                         struct pt_error *error)
{
    char path[PT_PATH_BYTES];
    int status = path_join(path, sizeof path, w->run_directory, name, error);
    return status || !file_exists(path) ? status : take_file(w, name, take, error);
}

static int is_step_file(const char *name)
{
    size_t length = strlen(name);
    return strncmp(name, "step_", 5) == 0 && length > 4 && strcmp(name + length - 4, ".npz") == 0;
}

/* Names sort like steps: the numbers in them have eight digits. */
static int take_checkpoints(struct work *w, struct pt_error *error)
{
    char path[PT_PATH_BYTES], name[PT_PATH_BYTES], **names;
    size_t n;
    int status = path_join(path, sizeof path, w->run_directory, "trace", error);
    if (!status)
        status = directory_list(path, &w->arena, &names, &n, error);
    for (size_t i = 0; !status && i < n; i++) {
        if (!is_step_file(names[i]))
            continue;
        status = path_join(name, sizeof name, "trace", names[i], error);
        if (!status)
            status = take_file(w, name, pt_analysis_add_trace, error);
    }
    return status;
}

/* Baseline networks are numbered from 1 without gaps. */
static int take_baselines(const struct work *w, struct pt_error *error)
{
    for (int i = 1;; i++) {
        char name[64], path[PT_PATH_BYTES];
        snprintf(name, sizeof name, "baselines/%d/trace/final.npz", i);
        int status = path_join(path, sizeof path, w->run_directory, name, error);
        if (status || !file_exists(path))
            return status;
        status = take_file(w, name, pt_analysis_add_baseline, error);
        if (status)
            return status;
    }
}

static int take_stability(const struct work *w, struct pt_error *error)
{
    char path[PT_PATH_BYTES];
    struct pt_stability *stability;
    int status = path_join(path, sizeof path, w->run_directory, "trace/stability.npz", error);
    if (status || !file_exists(path))
        return status;
    status = pt_stability_read(path, &stability, error);
    if (status)
        return status;
    status = pt_analysis_set_stability(w->analysis, stability, error);
    pt_stability_free(stability);
    return status ? pt_error_context(error, status, "%s", path) : PT_OK;
}

static int take_all(struct work *w, struct pt_error *error)
{
    int status = take_baselines(w, error);
    if (!status)
        status = take_checkpoints(w, error);
    if (!status)
        status = take_optional(w, "trace/final.npz", pt_analysis_set_final, error);
    if (!status)
        status = take_optional(w, "trace/plant.npz", pt_analysis_set_plant, error);
    if (!status)
        status = take_stability(w, error);
    return status;
}

static int finish(const struct work *w, struct pt_run_outcome *outcome, struct pt_error *error)
{
    char path[PT_PATH_BYTES];
    struct pt_metrics_row *metrics = NULL;
    size_t n_metrics = 0, n_claims;
    int status = path_join(path, sizeof path, w->run_directory, "metrics.csv", error);
    if (!status)
        status = pt_metrics_read(path, &metrics, &n_metrics, error);
    if (!status)
        status = pt_analysis_finish(w->analysis, metrics, n_metrics, w->run_directory, error);
    if (!status) {
        const struct pt_claim *claims = pt_analysis_claims(w->analysis, &n_claims);
        outcome->n_claims = n_claims < PT_MAX_CLAIMS ? n_claims : PT_MAX_CLAIMS;
        memcpy(outcome->claims, claims, outcome->n_claims * sizeof *claims);
    }
    pt_metrics_free(metrics);
    return status;
}

int analyse_directory(const char *run_directory, const struct pt_config *config,
                      const struct about *about, struct pt_run_outcome *outcome,
                      struct pt_error *error)
{
    struct work w = {.run_directory = run_directory};
    double start = clock_seconds();
    int status = create(config, about, &w.analysis, error);
    if (!status)
        status = take_all(&w, error);
    if (!status)
        status = finish(&w, outcome, error);
    pt_analysis_free(w.analysis);
    arena_release(&w.arena);
    outcome->seconds[PT_PART_ANALYSE] += clock_seconds() - start;
    return status;
}

static int draw(const char *run_directory, const struct pt_run_options *options,
                struct pt_run_outcome *outcome, struct pt_error *error)
{
    double start = clock_seconds();
    int status = options->draw(run_directory, error);
    outcome->seconds[PT_PART_DRAW] += clock_seconds() - start;
    return status;
}

int pt_run_analyse(const char *run_directory, const char *const *sets, size_t n_sets,
                   const struct pt_run_options *options, struct pt_run_outcome *outcome,
                   struct pt_error *error)
{
    char path[PT_PATH_BYTES];
    struct about about;
    struct lock *lock = NULL;
    memset(outcome, 0, sizeof *outcome);
    struct pt_config *config = mem_alloc(1, sizeof *config, error);
    int status =
        config ? path_join(path, sizeof path, run_directory, "config.ini", error) : PT_E_MEMORY;
    if (!status)
        status = pt_config_read(path, sets, n_sets, config, NULL, error);
    if (!status)
        status = lock_take(run_directory, &lock, error);
    if (!status)
        status = about_read(run_directory, &about, error);
    if (!status)
        status = analyse_directory(run_directory, config, &about, outcome, error);
    if (!status && options->draw)
        status = draw(run_directory, options, outcome, error);
    if (status)
        directory_explain_full(run_directory, "tables, figures and page need", ANALYSE_FILES_BYTES,
                               error);
    snprintf(outcome->directory, sizeof outcome->directory, "%s", run_directory);
    lock_release(lock);
    mem_free(config);
    return status;
}
