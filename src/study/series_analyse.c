/* Analysing a directory of runs again, be it one run or a series. */
#include "phasetrace/series.h"

#include "base/fsio.h"
#include "base/lock.h"
#include "base/mem.h"
#include "study/series_results.h"

#include <stdio.h>
#include <string.h>

struct again {
    const char *const *sets;
    size_t n_sets;
    const struct pt_run_options *options;
    struct pt_config *config, *member;
    struct pt_run_outcome *run; /* of the member in hand */
    struct pt_series_outcome *outcome;
};

static int allocate(struct again *a, struct pt_error *error)
{
    a->config = mem_alloc(1, sizeof *a->config, error);
    a->member = mem_alloc(1, sizeof *a->member, error);
    a->run = mem_alloc(1, sizeof *a->run, error);
    a->outcome->memory = mem_alloc(1, sizeof *a->outcome->memory, error);
    return a->config && a->member && a->run && a->outcome->memory ? PT_OK : PT_E_MEMORY;
}

static int read_config(struct again *a, const char *directory, struct pt_error *error)
{
    char path[PT_PATH_BYTES];
    int status = path_join(path, sizeof path, directory, "config.ini", error);
    if (!status)
        status = pt_config_read(path, a->sets, a->n_sets, a->config, NULL, error);
    if (!status) /* it may have been moved */
        snprintf(a->config->run.out, sizeof a->config->run.out, "%s", directory);
    return status;
}

static int analyse_run(struct again *a, const char *directory, struct pt_error *error)
{
    int status = pt_run_analyse(directory, a->sets, a->n_sets, a->options, a->run, error);
    a->outcome->n_finished += !status;
    return status;
}

static int analyse_members(struct again *a, struct pt_error *error)
{
    const volatile int *stop = a->options->stop;
    int status = PT_OK;
    for (size_t i = 0; i < a->outcome->n_members && !status; i++) {
        if (stop && *stop)
            return pt_error_set(error, PT_E_STOPPED, "stopped after %zu of %zu runs", i,
                                a->outcome->n_members);
        status = pt_series_member(a->config, i, a->member, error);
        if (!status)
            status = analyse_run(a, a->member->run.out, error);
    }
    return status;
}

static int analyse_series(struct again *a, struct pt_error *error)
{
    struct lock *lock = NULL;
    int status = lock_take(a->config->run.out, &lock, error);
    if (!status)
        status = analyse_members(a, error);
    if (!status)
        status = series_sum_up(a->config, a->options, a->outcome, error);
    lock_release(lock);
    return status;
}

int pt_series_analyse(const char *directory, const char *const *sets, size_t n_sets,
                      const struct pt_run_options *options, struct pt_series_outcome *outcome,
                      struct pt_error *error)
{
    struct pt_run_options traced = *options;
    struct again a = {.sets = sets, .n_sets = n_sets, .options = &traced, .outcome = outcome};
    traced.trace = 1;
    memset(outcome, 0, sizeof *outcome);
    snprintf(outcome->directory, sizeof outcome->directory, "%s", directory);
    int status = allocate(&a, error);
    if (!status)
        status = read_config(&a, directory, error);
    if (!status) {
        outcome->n_members = pt_series_n_members(a.config);
        status =
            outcome->n_members > 1 ? analyse_series(&a, error) : analyse_run(&a, directory, error);
    }
    if (!status && outcome->n_members == 1)
        status = series_adopt_claims(&traced, outcome, error);
    mem_free(a.config);
    mem_free(a.member);
    mem_free(a.run);
    return status;
}
