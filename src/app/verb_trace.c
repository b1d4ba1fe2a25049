/* `train trace`: a run directory from snapshots, or from one model, that exist already. */
#include "app/verb_trace.h"

#include "app/outcome.h"
#include "app/progress.h"
#include "app/results.h"
#include "app/resume_command.h"
#include "app/signals.h"
#include "app/verb_report.h"
#include "base/fsio.h"
#include "phasetrace/report.h"
#include "phasetrace/run.h"
#include "study/data_path.h"

#include <stdio.h>

/* That of --config, or of the run. */
static int find_config(const struct options *options, char path[PT_PATH_BYTES],
                       struct pt_error *error)
{
    const char *source = options->arguments[0];
    if (!file_exists(source))
        return pt_error_at(error, PT_E_IO, source, 0, 0, "no such file or directory");
    if (options->config)
        return config_path_resolve(options->config, path, error);
    if (!file_is_directory(source))
        return pt_error_set(error, PT_E_CONFIG,
                            "%s is no run directory: a model needs --config FILE, which says what "
                            "network it is and on which data it is traced",
                            source);
    int status = path_join(path, PT_PATH_BYTES, source, "config.ini", error);
    if (!status && !file_exists(path))
        status = pt_error_at(error, PT_E_DATA, source, 0, 0,
                             "is no run directory: it has no config.ini");
    return status;
}

static int read_config(const struct options *options, char path[PT_PATH_BYTES],
                       struct pt_config *config)
{
    struct pt_error error = {0};
    char *report = NULL;
    int status = options->resume && !options->out
                     ? pt_error_set(&error, PT_E_CONFIG,
                                    "--resume needs the directory to go on with: --out DIR")
                     : find_config(options, path, &error);
    if (!status)
        status = pt_run_source_config(options->arguments[0], path, options->sets, options->n_sets,
                                      config, &report, &error);
    if (status)
        outcome_fail_config(report, &error);
    pt_config_free_text(report);
    return status;
}

static void show(const struct pt_run_outcome *outcome, const struct progress_view *view)
{
    if (outcome->was_finished && view->mode != PROGRESS_QUIET)
        fprintf(stderr, "%s is complete: nothing is left to do\n", outcome->directory);
    else if (view->mode != PROGRESS_QUIET)
        results_print_times(outcome->seconds, &outcome->trace_work, &outcome->baselines_work);
    if (!outcome->was_finished)
        results_print_claims(outcome->claims, outcome->n_claims);
    printf("%s\n", outcome->directory);
}

static int trace(const struct options *options, const struct pt_config *config,
                 const char *config_path, struct progress_view *view)
{
    static struct pt_run_outcome outcome;
    struct pt_error error = {0};
    const struct pt_run_options run_options = {
        .config_path = config_path,
        .trace = 1,
        .resume = options->resume,
        .source = options->arguments[0],
        .stop = &signals_stop,
        .progress = progress_show,
        .draw = report_draw,
        .log = {progress_log, view},
        .user = view,
    };
    if (!pt_report_available())
        progress_log(view, PT_LOG_WARNING, "this build has no Cairo: no figures");
    int status = pt_run(config, &run_options, &outcome, &error);
    progress_end(view);
    if (status && outcome.directory[0])
        pt_error_context(&error, status, "run %s", outcome.directory);
    if (!status) {
        show(&outcome, view);
        return outcome_finish(0);
    }
    int exit_status = outcome_fail(&error);
    resume_command_print(&error, outcome.directory);
    return exit_status;
}

int verb_trace(const struct options *options)
{
    static struct pt_config config;
    char config_path[PT_PATH_BYTES];
    signals_install();
    int status = read_config(options, config_path, &config);
    if (status)
        return outcome_exit_status(status);
    struct progress_view view = progress_view_make(options->quiet, options->verbose, options->live);
    return trace(options, &config, config_path, &view);
}
