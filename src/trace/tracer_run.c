/* Tracing a checkpoint: samples over threads, each computed unless it is known. */
#include "trace/tracer.h"

#include "base/threads.h"
#include "fmt/crc.h"
#include "nn/network.h"
#include "trace/trace_copy.h"
#include "trace/tracer_state.h"

#include <string.h>

/* What was computed goes to the file of finished samples. */
static int note_sample(struct tracer *t, size_t i, int is_new, struct pt_error *error)
{
    int status = PT_OK;
#pragma omp critical(trace_work)
    {
        if (is_new && t->work)
            status = trace_work_add(t->work, i, error);
        t->n_done++;
        if (t->sample_done)
            t->sample_done(t->user, t->n_done, t->samples.n);
    }
    return status;
}

/* Takes over what is known of a sample, or computes it. */
static int complete_sample(struct tracer *t, int member, size_t i, struct pt_error *error)
{
    int is_new = !t->done[i] && !(t->known && trace_copy_sample(t->known, t->trace, i));
    int status = is_new ? tracer_sample(t, member, i, error) : PT_OK;
    if (!is_new)
        value_team_skip(t->team, 1);
    return status ? status : note_sample(t, i, is_new, error);
}

/* The error of the lowest sample, so that the report does not depend on the threads. */
static int first_failure(const struct tracer *t, struct pt_error *error)
{
    int first = 0;
    for (int i = 1; i < t->n_threads; i++)
        if (t->failed_sample[i] < t->failed_sample[first])
            first = i;
    if (t->failed_sample[first] == t->samples.n)
        return PT_OK;
    if (error)
        *error = t->errors[first];
    return t->errors[first].code;
}

void tracer_reuse(struct tracer *t, const struct pt_trace *known)
{
    t->known = known;
}

/* Takes the samples over that are finished. */
static int open_work(struct tracer *t, const char *work_path, struct pt_error *error)
{
    memset(t->done, 0, t->samples.n);
    if (!work_path)
        return PT_OK;
    uint32_t crc =
        crc_add(0, t->network->parameters, t->network->n_values * sizeof *t->network->parameters);
    return trace_work_open(work_path, crc, t->trace, t->done, &t->work, error);
}

static void complete_samples(struct tracer *t)
{
    value_team_begin(t->team, t->samples.n);
    for (int i = 0; i < t->n_threads; i++)
        t->failed_sample[i] = t->samples.n;
#pragma omp parallel num_threads(t->n_threads)
    {
        int id = thread_index();
#pragma omp for schedule(dynamic, 1) nowait
        for (size_t i = 0; i < t->samples.n; i++) {
            if (t->failed_sample[id] < t->samples.n)
                value_team_skip(t->team, 1);
            else if (complete_sample(t, id, i, &t->errors[id]))
                t->failed_sample[id] = i;
        }
        value_team_help(t->team, id);
    }
}

int tracer_run(struct tracer *t, long step, double epoch, const char *work_path,
               const struct pt_trace **trace, struct pt_error *error)
{
    t->trace->step = step;
    t->trace->epoch = epoch;
    t->n_done = 0;
    int status = open_work(t, work_path, error);
    if (status)
        return pt_error_context(error, status, "trace of step %ld", step);
    complete_samples(t);
    trace_work_close(t->work);
    t->work = NULL;
    status = first_failure(t, error);
    if (status == PT_E_STOPPED)
        return pt_error_set(error, PT_E_STOPPED, "stopped while tracing step %ld", step);
    if (status)
        return pt_error_context(error, status, "trace of step %ld", step);
    *trace = t->trace;
    return PT_OK;
}
