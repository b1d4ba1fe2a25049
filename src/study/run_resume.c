/* Going on with a run: where its files say it stands. */
#include "base/fsio.h"
#include "base/log.h"
#include "base/mem.h"
#include "study/events.h"
#include "study/run_directory.h"
#include "study/run_state.h"
#include "study/run_trace.h"
#include "train/checkpoint.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define METRICS_LIMIT_BYTES ((size_t)1 << 30)

/* metrics.csv, as far as it has the lines that it must have. */
struct records {
    char path[PT_PATH_BYTES];
    unsigned char *text;
    size_t n_bytes;
    size_t *line_ends; /* [n_lines], the header being the first line */
    long *steps;       /* [n_lines] */
    size_t n_lines;
    long reach; /* all that is due before this step is there */
};

static void release(struct records *r)
{
    mem_free(r->text);
    mem_free(r->line_ends);
    mem_free(r->steps);
}

/* Whole lines only: the last one may be cut. */
static int find_lines(struct records *r, struct pt_error *error)
{
    size_t n_most = 0, start = 0;
    for (size_t i = 0; i < r->n_bytes; i++)
        n_most += r->text[i] == '\n';
    r->line_ends = mem_alloc(n_most, sizeof *r->line_ends, error);
    r->steps = mem_alloc(n_most, sizeof *r->steps, error);
    if (!r->line_ends || !r->steps)
        return PT_E_MEMORY;
    for (size_t i = 0; i < r->n_bytes; i++)
        if (r->text[i] == '\n') {
            r->steps[r->n_lines] = strtol((const char *)r->text + start, NULL, 10);
            r->line_ends[r->n_lines++] = start = i + 1;
        }
    return PT_OK;
}

static int has_snapshot(const struct run *run, long step)
{
    char path[PT_PATH_BYTES];
    return run_directory_step_path(run->outcome->directory, "snapshots", step, "safetensors", path,
                                   NULL) == PT_OK &&
           file_exists(path);
}

/* The first step at which something is due that is not there. Lines from there on do not count. */
static long find_reach(const struct run *run, struct records *r)
{
    size_t line = 1, snapshot = 0;
    for (long step = 0; step <= run->n_steps; step++) {
        int is_snapshot = snapshot < run->n_snapshots && run->snapshots[snapshot] == step;
        if (!is_snapshot && step % run->steps_per_epoch != 0)
            continue;
        int has_line = line < r->n_lines && r->steps[line] == step;
        line += (size_t)has_line;
        if (!has_line || (is_snapshot && !has_snapshot(run, step))) {
            r->n_lines = line < r->n_lines ? line : r->n_lines;
            return step;
        }
        snapshot += (size_t)is_snapshot;
    }
    r->n_lines = line;
    return run->n_steps;
}

static int look(const struct run *run, struct records *r, struct pt_error *error)
{
    int status = path_join(r->path, sizeof r->path, run->outcome->directory, "metrics.csv", error);
    if (!status && file_exists(r->path)) {
        status = file_read(r->path, METRICS_LIMIT_BYTES, &r->text, &r->n_bytes, error);
        if (!status)
            status = find_lines(r, error);
    }
    r->reach = status ? 0 : find_reach(run, r);
    return status;
}

/* Lines of evaluations up to and with the present step stay. */
static int keep_metrics(struct run *run, const struct records *r, struct pt_error *error)
{
    struct pt_metrics_row *rows = NULL;
    size_t n_kept = 0, n_rows = 0;
    while (run->first_step > 0 && n_kept + 1 < r->n_lines &&
           r->steps[n_kept + 1] <= run->first_step)
        n_kept++;
    if (n_kept == 0)
        return file_remove(r->path, error);
    size_t n_bytes = r->line_ends[n_kept];
    int status = n_bytes < r->n_bytes ? file_cut(r->path, n_bytes, error) : PT_OK;
    if (!status)
        status = pt_metrics_read(r->path, &rows, &n_rows, error);
    if (status)
        return status;
    memcpy(run->metrics, rows, n_rows * sizeof *rows);
    run->n_metrics = n_rows;
    pt_metrics_free(rows);
    return PT_OK;
}

/* Traces the snapshots before the present step whose traces are missing: that of a run that was
 * not traced so far. */
static int trace_snapshots(struct run *run, struct pt_error *error)
{
    int status = PT_OK;
    for (size_t i = 0; i < run->n_taken && !status; i++) {
        long step = run->snapshots[i], found;
        char path[PT_PATH_BYTES];
        const struct snapshot_target target = {
            .first_step = step, .last_step = step, .step = &found};
        status =
            run_directory_step_path(run->outcome->directory, "trace", step, "npz", path, error);
        if (status || file_exists(path))
            continue;
        status = run_directory_step_path(run->outcome->directory, "snapshots", step, "safetensors",
                                         path, error);
        if (!status)
            status = snapshot_read(run->network, &target, path, error);
        if (!status)
            status = run_trace_checkpoint(run, step, error);
    }
    return status;
}

/* The network comes back to what it is now. */
static int trace_what_is_missing(struct run *run, struct pt_error *error)
{
    size_t n_bytes = pt_network_n_values(run->network) * sizeof(float);
    float *values = mem_alloc(n_bytes, 1, error);
    if (!values)
        return PT_E_MEMORY;
    memcpy(values, pt_network_parameters(run->network), n_bytes);
    int status = trace_snapshots(run, error);
    memcpy(pt_network_parameters(run->network), values, n_bytes);
    mem_free(values);
    return status;
}

static int go_to_checkpoint(struct run *run, struct pt_error *error)
{
    struct records records = {0};
    int status = look(run, &records, error);
    if (!status)
        status = checkpoint_read(run->outcome->directory, records.reach, run->network, run->trainer,
                                 &run->options->log, error);
    run->first_step = trainer_steps_done(run->trainer);
    if (!status)
        status = keep_metrics(run, &records, error);
    release(&records);
    return status;
}

int run_resume(struct run *run, struct pt_error *error)
{
    const char *directory = run->outcome->directory;
    int status = directory_remove_temporaries(directory, error);
    if (!status)
        status = go_to_checkpoint(run, error);
    if (!status)
        status = events_begin(run, error);
    if (status)
        return status;
    run->is_placed = 1;
    while (run->n_taken < run->n_snapshots && run->snapshots[run->n_taken] < run->first_step)
        run->n_taken++;
    run->n_taken_first = run->n_taken;
    if (run->first_step > 0)
        log_message(&run->options->log, PT_LOG_INFO, "goes on after step %ld of %ld",
                    run->first_step, run->n_steps);
    return run->tracer && run->n_taken > 0 ? trace_what_is_missing(run, error) : PT_OK;
}
