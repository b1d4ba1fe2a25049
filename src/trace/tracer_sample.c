/* Tracing one sample: its masked map, the values of all masks, their interactions. */
#include "base/clock.h"
#include "trace/tracer_state.h"

#include <string.h>

const float *tracer_input(const struct tracer *t, size_t i)
{
    const struct pt_split *split = &t->dataset->splits[t->trace->split[i]];
    return split->inputs +
           t->samples.index[i] * t->dataset->channels * t->dataset->height * t->dataset->width;
}

const float *tracer_masked_map(struct tracer *t, struct tracer_worker *worker, size_t i)
{
    const float *input = tracer_input(t, i);
    if (t->layer.first_layer == 0)
        return input;
    const float *map =
        pt_network_forward(t->network, worker->workspace, input, 1, 0, t->layer.first_layer);
    memcpy(worker->map, map, t->map_floats * sizeof *map);
    return worker->map;
}

int tracer_sample(struct tracer *t, int member, size_t i, struct pt_error *error)
{
    static const char *const split_names[PT_N_SPLITS] = {"training", "testing", "third-split"};
    struct pt_trace *trace = t->trace;
    size_t n_sets = (size_t)1 << t->plan.n_players;
    struct tracer_worker *worker = &t->workers[member];
    double *v = trace->v ? trace->v + i * n_sets : worker->v;
    const float *map = tracer_masked_map(t, worker, i);
    int status = value_team_evaluate(t->team, member, map, t->owner + i * t->n_positions,
                                     trace->label[i], v, error);
    double start = clock_seconds();
    struct sparse_result result = {0};
    if (!status)
        status = interaction_extract(
            worker->extractor, v, trace->I_and + i * n_sets, trace->I_or + i * n_sets,
            trace->noise ? trace->noise + i * n_sets : NULL, &result, error);
    worker->extraction_s += clock_seconds() - start;
    if (status)
        return pt_error_context(error, status, "%s sample %d", split_names[trace->split[i]],
                                trace->sample_index[i]);
    pt_trace_note_values(trace, i, v);
    trace->objective[i] = result.objective;
    trace->dual_bound[i] = result.dual_bound;
    trace->iterations[i] = (int32_t)result.iterations;
    trace->status[i] = result.converged ? PT_TRACE_CONVERGED : PT_TRACE_ITERATION_CAP;
    return PT_OK;
}
