/* Reports of runs and comparisons of them, and of files of `train extract`. */
#include "app/verb_report.h"

#include "app/outcome.h"
#include "base/fsio.h"
#include "base/lock.h"
#include "phasetrace/report.h"
#include "phasetrace/run.h"
#include "study/analyse.h"

#include <stdio.h>
#include <string.h>

int report_draw(const char *run_directory, struct pt_error *error)
{
    int status = pt_report_available() ? pt_report_figures(run_directory, error) : PT_OK;
    return status ? status : pt_report_page(run_directory, error);
}

/* Nobody else may write the run meanwhile. */
static int draw_locked(const char *directory, struct pt_error *error)
{
    struct lock *lock = NULL;
    int status = file_is_directory(directory) ? lock_take(directory, &lock, error) : PT_OK;
    if (!status)
        status = report_draw(directory, error);
    if (status)
        directory_explain_full(directory, "figures and page need", ANALYSE_FILES_BYTES, error);
    lock_release(lock);
    return status;
}

static int is_extraction_file(const char *path)
{
    size_t length = strlen(path);
    return length > 4 && strcmp(path + length - 4, ".npz") == 0 && !file_is_directory(path);
}

static int compare_extractions(const struct options *options)
{
    struct pt_error error = {0};
    char written[PT_PATH_BYTES];
    if (pt_report_extractions(options->arguments, options->n_arguments, written, sizeof written,
                              &error))
        return outcome_fail(&error);
    printf("%s\n", written);
    return outcome_finish(0);
}

/* --out can only name the page of a comparison of runs. */
static int check(const struct options *options, size_t n_files, struct pt_error *error)
{
    if (n_files > 0 && n_files < options->n_arguments)
        return pt_error_set(
            error, PT_E_CONFIG,
            "report takes run directories or .npz files of `train extract`, not both");
    if (options->report_out && (n_files > 0 || options->n_arguments < 2))
        return pt_error_set(error, PT_E_CONFIG,
                            "--out names the page that compares runs: it needs two or more run "
                            "directories");
    return PT_OK;
}

/* Without --out, runs that cannot be compared have been reported all the same. */
static int compare_runs(const struct options *options)
{
    struct pt_error error = {0};
    char path[PT_PATH_BYTES];
    int status = PT_OK;
    if (options->report_out)
        snprintf(path, sizeof path, "%s", options->report_out);
    else
        status = path_join(path, sizeof path, options->arguments[0], "comparison.html", &error);
    if (!status)
        status = pt_report_comparison(options->arguments, options->n_arguments, path, &error);
    if (status == PT_E_CONFIG && !options->report_out) {
        fprintf(stderr, "no comparison: %s\n", error.message);
        return outcome_finish(0);
    }
    if (status) {
        directory_explain_full(path, "the page needs", ANALYSE_FILES_BYTES, &error);
        return outcome_fail(&error);
    }
    printf("%s\n", path);
    return outcome_finish(0);
}

int verb_report(const struct options *options)
{
    struct pt_error error = {0};
    size_t n_files = 0;
    for (size_t i = 0; i < options->n_arguments; i++)
        n_files += (size_t)is_extraction_file(options->arguments[i]);
    if (check(options, n_files, &error))
        return outcome_fail(&error);
    if (n_files > 0)
        return compare_extractions(options);
    for (size_t i = 0; i < options->n_arguments; i++) {
        if (draw_locked(options->arguments[i], &error))
            return outcome_fail(&error);
        printf("%s\n", options->arguments[i]);
    }
    return options->n_arguments > 1 ? compare_runs(options) : outcome_finish(0);
}
