/*
 * A series: the whole job once for each seed and each setting of a sweep, and what they say
 * together.
 *
 *     RUN/seed_1, RUN/seed_2 ...                  several seeds: each a run directory
 *     RUN/sweep_label_noise=0.05/seed_1 ...       a sweep of data.label_noise with several seeds
 *     RUN/sweep_label_noise=0.05                  with one seed that directory is the run
 *
 * Beside several seeds lie metrics.csv and analysis/ with the means over them and figures of those;
 * beside several settings analysis/ with the sweep's table and claims (doc/FORMATS.md).
 */
#ifndef PHASETRACE_SERIES_H
#define PHASETRACE_SERIES_H

#include "phasetrace/run.h"

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Runs a configuration asks for: settings times seeds. With 1 the run directory is that run's. */
PT_API size_t pt_series_n_members(const struct pt_config *config);

/*
 * The configuration of member `index` (0..n_members-1; the seeds vary fastest), without sweep and
 * list of seeds. run.out is below the series' run.out, or empty when that is. PT_E_CONFIG.
 */
PT_API int pt_series_member(const struct pt_config *config, size_t index, struct pt_config *member,
                            struct pt_error *error);

/* Which member is about to run. */
struct pt_series_progress {
    size_t index, n_members;
    const char *directory;
    int kept; /* 1: it was finished before, and is not run again */
};

struct pt_series_options {
    struct pt_run_options run;
    /*
     * Goes on with run.out: finished members are kept, unfinished ones go on as pt_run() does with
     * this option, which is set for each of them.
     */
    int resume;
    void (*member)(void *user, const struct pt_series_progress *progress); /* may be NULL */
};

/* What the seeds of one setting say together. */
struct pt_series_setting {
    char name[PT_TEXT_BYTES]; /* "label_noise=0.05"; empty without a sweep */
    size_t n_claims;          /* 0 without a trace */
    struct pt_claim *claims;
};

struct pt_series_outcome {
    char directory[PT_PATH_BYTES]; /* empty as long as there is none */
    size_t n_members, n_finished;  /* finished ones, kept ones included */
    size_t n_kept;
    /* Of all members but those that were kept, as in struct pt_run_outcome. */
    double seconds[PT_N_PARTS];
    struct pt_trace_work trace_work, baselines_work;
    size_t n_settings;
    struct pt_series_setting *settings;
    size_t n_claims; /* about the sweep as a whole */
    struct pt_claim *claims;
    struct arena *memory; /* owns what is pointed to above */
};

/*
 * Runs all members, then sums up. A configuration of one member is a plain run, to which `resume`
 * applies as well. Every setting is prepared once before anything is written. When a member fails
 * the series ends with its error; on PT_E_STOPPED and all others finished members stay as they
 * are. PT_E_BUSY as pt_run(). The caller ends with pt_series_release() in any
 * case.
 */
PT_API int pt_series(const struct pt_config *config, const struct pt_series_options *options,
                     struct pt_series_outcome *outcome, struct pt_error *error);
PT_API void pt_series_release(struct pt_series_outcome *outcome);

/*
 * Analyses the directory of a finished run or series again: each member as pt_run_analyse(), then
 * what they say together. `sets` may change thresholds, not which runs there are. With
 * options->draw figures and pages are drawn again as well. The caller ends with
 * pt_series_release() in any case.
 */
PT_API int pt_series_analyse(const char *directory, const char *const *sets, size_t n_sets,
                             const struct pt_run_options *options,
                             struct pt_series_outcome *outcome, struct pt_error *error);

#ifdef __cplusplus
}
#endif

#endif
