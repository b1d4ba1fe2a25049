/* What tracing takes: bytes on disk, memory, seconds. */
#include "trace/tracer.h"

#include "base/mem.h"
#include "trace/extraction_time.h"
#include "trace/tracer_state.h"

#include <math.h>

size_t tracer_n_samples(const struct tracer *t)
{
    return t->samples.n;
}

uint64_t tracer_file_bytes(const struct tracer *t)
{
    return pt_trace_file_bytes(t->trace);
}

uint64_t tracer_plant_bytes(const struct tracer *t)
{
    struct pt_trace plant = *t->trace;
    plant.noise = NULL;
    return pt_trace_file_bytes(&plant);
}

size_t tracer_value_bytes(const struct tracer *t)
{
    return t->value_bytes;
}

size_t tracer_solver_bytes(const struct tracer *t)
{
    return (size_t)t->n_threads * t->solver_bytes;
}

int tracer_value_costs(const struct tracer *t, struct value_costs *costs, struct pt_error *error)
{
    return value_costs_find(&t->plan, t->owner, costs, error);
}

struct tracer_times tracer_times(const struct tracer *t)
{
    struct tracer_times sum = {.values_s = value_team_seconds(t->team) + t->stability_s};
    for (int i = 0; i < t->n_threads; i++)
        sum.extraction_s += t->workers[i].extraction_s;
    return sum;
}

/* Of a sample with so many players that tracing it would take minutes. */
static int estimate_sample(struct tracer *t, struct tracer_times *times, struct pt_error *error)
{
    unsigned n_players = (unsigned)t->plan.n_players;
    double *v = mem_alloc((size_t)1 << n_players, sizeof *v, error);
    if (!v)
        return PT_E_MEMORY;
    int status = value_team_estimate(t->team, tracer_masked_map(t, &t->workers[0], 0), t->owner,
                                     t->trace->label[0], v, &times->values_s, error);
    if (!status)
        status = extraction_time(n_players, &t->extraction, v, &times->extraction_s, error);
    mem_free(v);
    return status;
}

/* Of one sample, which may be the first of a trace. */
static int time_sample(struct tracer *t, struct tracer_times *times, struct pt_error *error)
{
    struct tracer_times before = tracer_times(t);
    int status = tracer_sample(t, 0, 0, error);
    *times = tracer_times(t);
    times->values_s -= before.values_s;
    times->extraction_s -= before.extraction_s;
    return status;
}

/* The very first sample touches memory for the first time; the first of a trace lays out the
 * network's parameters. */
int tracer_time_sample(struct tracer *t, struct tracer_times *times, struct pt_error *error)
{
    struct tracer_times first = {0};
    if (t->plan.n_players >= EXTRACTION_TIME_LEAST_PLAYERS)
        return estimate_sample(t, times, error);
    value_team_begin(t->team, 1);
    int status = time_sample(t, &first, error);
    value_team_begin(t->team, 2);
    if (!status)
        status = time_sample(t, &first, error);
    if (!status)
        status = time_sample(t, times, error);
    times->load_s = fmax(first.values_s - times->values_s, 0);
    return status;
}
