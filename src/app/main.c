/* The command line program `train`. */
#include "app/options.h"
#include "app/outcome.h"
#include "app/progress.h"
#include "app/results.h"
#include "app/resume_command.h"
#include "app/signals.h"
#include "app/verb_extract.h"
#include "app/verb_report.h"
#include "app/verb_inspect.h"
#include "app/verb_trace.h"
#include "base/fsio.h"
#include "base/mem.h"
#include "num/gemm.h"
#include "num/kernels.h"
#include "phasetrace/config.h"
#include "phasetrace/report.h"
#include "phasetrace/series.h"
#include "phasetrace/version.h"
#include "study/data_path.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int print_version(void)
{
    struct blas_description blas = blas_describe();
    printf(
        "train (phasetrace) %s\ncompiler    %s\nBLAS        %s\n            flavour %s, kernel %s\n"
        "kernels     %s\n",
        pt_version(), pt_compiler(), blas.version, blas.flavour, blas.kernel, kernels_best()->name);
    return outcome_finish(0);
}

static int print_text(int status, char *text, const struct pt_error *error)
{
    if (status)
        return outcome_fail(error);
    fputs(text, stdout);
    pt_config_free_text(text);
    return outcome_finish(0);
}

/* The configuration of --config with all --set; prints every problem at once. */
static int read_config(const struct options *options, char path[PT_PATH_BYTES],
                       struct pt_config *config)
{
    struct pt_error error = {0};
    char *report = NULL;
    int status = options->config
                     ? config_path_resolve(options->config, path, &error)
                     : path_join(path, PT_PATH_BYTES, options->out, "config.ini", &error);
    if (!status)
        status = pt_config_read(path, options->sets, options->n_sets, config, &report, &error);
    if (status)
        outcome_fail_config(report, &error);
    pt_config_free_text(report);
    return status;
}

static int show_plan(const struct pt_config *config, const struct pt_run_options *run_options)
{
    static struct pt_config member;
    struct pt_error error = {0};
    struct pt_run_plan plan;
    char layers[1 << 16] = "";
    size_t n_members = pt_series_n_members(config);
    int status = pt_series_member(config, 0, &member, &error);
    if (!status)
        status = pt_run_make_plan(&member, run_options, &plan, layers, sizeof layers, &error);
    if (layers[0])
        results_print_layers(&plan, layers);
    if (status)
        return outcome_finish(outcome_fail(&error));
    results_print_plan(&plan);
    if (n_members > 1)
        printf("series: %zu runs; the above is about the first of them\n", n_members);
    return outcome_finish(0);
}

static int fail_run(const struct pt_error *error, const char *directory)
{
    int exit_status = outcome_fail(error);
    resume_command_print(error, directory);
    return exit_status;
}

static int execute(const struct pt_config *config, struct pt_run_options *run_options,
                   struct progress_view *view)
{
    static struct pt_run_outcome outcome;
    struct pt_error error = {0};
    int status = pt_run(config, run_options, &outcome, &error);
    progress_end(view);
    if (view->mode != PROGRESS_QUIET && !status)
        results_print_times(outcome.seconds, &outcome.trace_work, &outcome.baselines_work);
    if (status && outcome.directory[0])
        pt_error_context(&error, status, "run %s", outcome.directory);
    if (status)
        return fail_run(&error, outcome.directory);
    if (outcome.n_claims > 0)
        results_print_claims(outcome.claims, outcome.n_claims);
    printf("%s\n", outcome.directory);
    return outcome_finish(0);
}

static int fail_series(const struct pt_series_outcome *outcome, struct pt_error *error)
{
    if (!outcome->directory[0])
        return outcome_fail(error);
    if (outcome->n_members == 1)
        pt_error_context(error, error->code, "run %s", outcome->directory);
    int exit_status = fail_run(error, outcome->directory);
    if (outcome->n_members > 1)
        fprintf(stderr, "%zu of %zu runs are finished\n", outcome->n_finished, outcome->n_members);
    return exit_status;
}

/* Several runs, or one that may be there already. */
static int execute_series(const struct pt_config *config, const struct pt_run_options *run_options,
                          int resume, struct progress_view *view)
{
    struct pt_series_options options = {
        .run = *run_options, .resume = resume, .member = progress_member};
    struct pt_series_outcome outcome;
    struct pt_error error = {0};
    int status = pt_series(config, &options, &outcome, &error);
    progress_end(view);
    int exit_status;
    if (status) {
        exit_status = fail_series(&outcome, &error);
    } else {
        if (outcome.n_kept == outcome.n_members && view->mode != PROGRESS_QUIET)
            fprintf(stderr, "%s is complete: nothing is left to do\n", outcome.directory);
        else if (view->mode != PROGRESS_QUIET)
            results_print_times(outcome.seconds, &outcome.trace_work, &outcome.baselines_work);
        results_print_series(&outcome);
        printf("%s\n", outcome.directory);
        exit_status = outcome_finish(0);
    }
    pt_series_release(&outcome);
    return exit_status;
}

/* A plain run of the configuration's only member. */
static int execute_single(const struct pt_config *config, struct pt_run_options *run_options,
                          struct progress_view *view)
{
    static struct pt_config member;
    struct pt_error error = {0};
    if (pt_series_member(config, 0, &member, &error))
        return outcome_fail(&error);
    return execute(&member, run_options, view);
}

static int run_verb(const struct options *options)
{
    static struct pt_config config;
    char config_path[PT_PATH_BYTES];
    struct pt_error error = {0};
    int status = read_config(options, config_path, &config);
    if (status)
        return outcome_exit_status(status);
    if (options->print_config) {
        char *text = NULL;
        status = pt_config_print(&config, 1, &text, &error);
        return print_text(status, text, &error);
    }
    struct progress_view view = progress_view_make(options->quiet, options->verbose, options->live);
    struct pt_run_options run_options = {
        .config_path = config_path,
        .trace = options->trace,
        .resume = options->resume,
        .stop = &signals_stop,
        .progress = progress_show,
        .draw = report_draw,
        .log = {progress_log, &view},
        .user = &view,
    };
    if (options->trace && !pt_report_available() && !options->dry_run)
        progress_log(&view, PT_LOG_WARNING, "this build has no Cairo: no figures");
    if (options->dry_run)
        return show_plan(&config, &run_options);
    if (options->live && !options->trace && !options->resume)
        progress_log(&view, PT_LOG_WARNING, "--live has nothing to show without --trace");
    signals_install();
    if (options->resume || pt_series_n_members(&config) > 1)
        return execute_series(&config, &run_options, options->resume, &view);
    return execute_single(&config, &run_options, &view);
}

static int analyse_directory(const char *directory, const struct options *options,
                             const struct pt_run_options *run_options)
{
    struct pt_series_outcome outcome;
    struct pt_error error = {0};
    int status =
        pt_series_analyse(directory, options->sets, options->n_sets, run_options, &outcome, &error);
    if (!status) {
        results_print_series(&outcome);
        printf("%s\n", directory);
    }
    pt_series_release(&outcome);
    return status ? outcome_fail(&error) : outcome_finish(0);
}

static int analyse_verb(const struct options *options)
{
    struct progress_view view = progress_view_make(options->quiet, options->verbose, 0);
    struct pt_run_options run_options = {
        .draw = report_draw,
        .log = {progress_log, &view},
        .user = &view,
    };
    int status = 0;
    for (size_t i = 0; i < options->n_arguments && !status; i++)
        status = analyse_directory(options->arguments[i], options, &run_options);
    return status;
}

/* Allocations beyond the machine's memory are refused with a message instead of being killed. */
static void limit_memory(void)
{
    long pages = sysconf(_SC_PHYS_PAGES), page_bytes = sysconf(_SC_PAGESIZE);
    if (pages > 0 && page_bytes > 0)
        mem_set_limit((size_t)pages / 10 * 9 * (size_t)page_bytes);
}

int main(int argc, char **argv)
{
    struct options options;
    struct pt_error error = {0};
    limit_memory();
    signals_ignore_pipe();
    if (options_parse(argc, argv, &options, &error)) {
        outcome_fail(&error);
        fprintf(stderr, "`train --help` lists the options\n");
        return outcome_exit_status(error.code);
    }
    if (options.help) {
        options_print_help(stdout);
        return outcome_finish(0);
    }
    if (options.version)
        return print_version();
    if (options.help_config) {
        char *text = NULL;
        int status = pt_config_help(options.help_config_key, &text, &error);
        return print_text(status, text, &error);
    }
    resume_command_note(argc, argv);
    switch (options.verb) {
    case VERB_TRACE:
        return verb_trace(&options);
    case VERB_INSPECT:
        return verb_inspect(&options);
    case VERB_ANALYSE:
        return analyse_verb(&options);
    case VERB_REPORT:
        return verb_report(&options);
    case VERB_EXTRACT:
        return verb_extract(&options);
    default:
        return run_verb(&options);
    }
}
