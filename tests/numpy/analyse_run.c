/* Analyses the traces of a run directory, however they were made: for NumPy to make and compare.
 *
 * usage: analyse_run RUN STEPS BASELINES
 * Reads RUN/trace/step_N.npz for N = 0 .. STEPS - 1, RUN/trace/final.npz and
 * RUN/baselines/N/trace/final.npz for N = 1 .. BASELINES, RUN/metrics.csv. */
#include "phasetrace/analysis.h"

#include <stdio.h>
#include <stdlib.h>

typedef int take_function(struct pt_analysis *, const struct pt_trace *, struct pt_error *);

static int take(struct pt_analysis *analysis, const char *path, take_function *function,
                struct pt_error *error)
{
    struct pt_trace *trace;
    int status = pt_trace_read(path, &trace, error);
    if (status)
        return status;
    status = function(analysis, trace, error);
    pt_trace_free(trace);
    return status;
}

static int take_all(struct pt_analysis *analysis, const char *run, long n_steps, long n_baselines,
                    struct pt_error *error)
{
    char path[4096];
    int status = PT_OK;
    for (long step = 0; step < n_steps && !status; step++) {
        snprintf(path, sizeof path, "%s/trace/step_%08ld.npz", run, step);
        status = take(analysis, path, pt_analysis_add_trace, error);
    }
    snprintf(path, sizeof path, "%s/trace/final.npz", run);
    if (!status)
        status = take(analysis, path, pt_analysis_set_final, error);
    for (long b = 1; b <= n_baselines && !status; b++) {
        snprintf(path, sizeof path, "%s/baselines/%ld/trace/final.npz", run, b);
        status = take(analysis, path, pt_analysis_add_baseline, error);
    }
    return status;
}

static int finish(struct pt_analysis *analysis, const char *run, struct pt_error *error)
{
    char path[4096];
    struct pt_metrics_row *metrics;
    size_t n_metrics;
    snprintf(path, sizeof path, "%s/metrics.csv", run);
    int status = pt_metrics_read(path, &metrics, &n_metrics, error);
    if (status)
        return status;
    status = pt_analysis_finish(analysis, metrics, n_metrics, run, error);
    pt_metrics_free(metrics);
    return status;
}

int main(int argc, char **argv)
{
    const struct pt_analysis_options options = {.seed = 1, .n_replicates = 200};
    struct pt_analysis *analysis;
    struct pt_error error = {0};
    if (argc != 4)
        return 2;
    int status = pt_analysis_create(&options, &analysis, &error);
    if (!status) {
        status = take_all(analysis, argv[1], atol(argv[2]), atol(argv[3]), &error);
        if (!status)
            status = finish(analysis, argv[1], &error);
        pt_analysis_free(analysis);
    }
    if (status) {
        char text[4096];
        pt_error_format(&error, text, sizeof text);
        fprintf(stderr, "analyse_run: %s\n", text);
    }
    return -status;
}
