/* What is done in the directory of a run before its work begins, or when it ends. */
#include "study/run_open.h"

#include "base/clock.h"
#include "base/fsio.h"
#include "base/log.h"
#include "study/events.h"
#include "study/run_directory.h"
#include "study/run_trace.h"
#include "study/run_train.h"

#include <stdio.h>
#include <string.h>

/* ---- The beginning ---- */

static int goes_on(const struct run *run)
{
    return run->options->resume && run->config->run.out[0] &&
           !directory_is_empty(run->config->run.out);
}

/* What lies where the run is to go on, which from now on nobody else changes. */
int run_look(struct run *run, struct pt_error *error)
{
    const char *directory = run->config->run.out;
    if (!goes_on(run))
        return PT_OK;
    if (!file_is_directory(directory))
        return pt_error_set(error, PT_E_CONFIG, "%s is a file, no run directory", directory);
    snprintf(run->outcome->directory, sizeof run->outcome->directory, "%s", directory);
    int status = lock_take(directory, &run->lock, error);
    if (!status)
        status = member_examine(run->config, run->with_trace, run->options->source, directory,
                                &run->member, error);
    run->with_trace |= run->member.record.with_trace;
    return status;
}

/* Makes a directory of its own, or goes on with the one that is locked already. */
static int enter_directory(struct run *run, struct pt_error *error)
{
    char path[PT_PATH_BYTES];
    if (run->lock)
        return run->member.has_manifest ? manifest_compare(run->outcome->directory, &run->manifest,
                                                           &run->options->log, error)
                                        : PT_OK;
    int status = run_directory_make(run->config, path, &run->lock, error);
    if (!status)
        snprintf(run->outcome->directory, sizeof run->outcome->directory, "%s", path);
    return status;
}

static void start_manifest(struct run *run)
{
    struct manifest *m = &run->manifest;
    m->config = run->config;
    m->dataset = run->dataset;
    m->weights = &run->weights;
    m->source = run->options->source;
    m->n_threads = run->n_threads;
    m->with_trace = run->with_trace;
    m->state = "running";
    m->reason = "";
    m->outcome = run->outcome;
    memcpy(m->started, run->member.record.started, sizeof m->started);
    manifest_start(m);
}

static void warn_of_full_disk(const struct run *run)
{
    uint64_t n_needed = run_disk_bytes(run);
    uint64_t n_free = directory_free_bytes(run->outcome->directory);
    if (run->member.state == MEMBER_ABSENT && n_free > 0 && n_free < n_needed)
        log_message(&run->options->log, PT_LOG_WARNING,
                    "the run needs about %llu bytes, %llu are free", (unsigned long long)n_needed,
                    (unsigned long long)n_free);
}

/* The configuration of a run that goes on stays as it was written. */
static int write_config(const struct run *run, struct pt_error *error)
{
    char path[PT_PATH_BYTES];
    int status = path_join(path, sizeof path, run->outcome->directory, "config.ini", error);
    if (status || file_exists(path))
        return status;
    return run_directory_write_config(run->outcome->directory, run->config, error);
}

static void explain_full_disk(const struct run *run, struct pt_error *error)
{
    directory_explain_full(run->outcome->directory, "the run needs", run_disk_bytes(run), error);
}

int run_open(struct run *run, struct pt_error *error)
{
    start_manifest(run);
    int status = enter_directory(run, error);
    if (!status)
        warn_of_full_disk(run);
    if (!status)
        status = run_directory_fill(run->outcome->directory, run->with_trace, error);
    if (!status)
        status = write_config(run, error);
    if (!status)
        status = events_repair(run, error);
    run->manifest_s = clock_seconds();
    if (!status)
        status = manifest_write(&run->manifest, run->outcome->directory, error);
    if (status)
        explain_full_disk(run, error);
    return status;
}

/* With the times so far, which a killed run would else not know. */
int run_write_manifest(struct run *run, struct pt_error *error)
{
    run_trace_times(run);
    run->manifest_s = clock_seconds();
    return manifest_write(&run->manifest, run->outcome->directory, error);
}

/* ---- The end ---- */

static const char *state_name(int status)
{
    if (status == PT_OK)
        return "finished";
    if (status == PT_E_STOPPED)
        return "stopped";
    return status == PT_E_DIVERGED ? "diverged" : "failed";
}

static void note_end(struct run *run, int status, const struct pt_error *error)
{
    run->manifest.state = state_name(status);
    run->manifest.reason = status && error ? error->message : "";
}

/* Keeps what a run that ended early still has to say; its own failures do not hide the first. */
int run_close(struct run *run, int status, struct pt_error *error)
{
    if (status && run->is_placed)
        run_write_checkpoint(run, NULL);
    if (status)
        explain_full_disk(run, error);
    note_end(run, status, error);
    int logged = events_end(run, status ? NULL : error);
    if (!status && logged) {
        explain_full_disk(run, error);
        note_end(run, status = logged, error);
    }
    int written = run_write_manifest(run, status ? NULL : error);
    if (!status && written)
        explain_full_disk(run, error);
    return status ? status : written;
}
