/* Which of a tracer's samples are measured under noise. */
#include "trace/tracer.h"

#include "base/mem.h"
#include "trace/stability.h"
#include "trace/tracer_state.h"

size_t tracer_n_stability(const struct tracer *t, const struct pt_config *config)
{
    size_t n = t->samples.n_of_group[PT_GROUP_TEST];
    size_t n_wanted = (size_t)config->trace.stability_samples;
    return n < n_wanted ? n : n_wanted;
}

int tracer_measure_stability(struct tracer *t, const struct pt_config *config, long step,
                             struct pt_stability **stability, struct pt_error *error)
{
    const struct stability_plan plan = {
        .values = &t->plan,
        .input = {t->dataset->channels, t->dataset->height, t->dataset->width},
        .input_deviation = t->dataset->n_features ? NULL : t->dataset->deviation,
        .n_draws = (size_t)config->trace.stability_draws,
        .deviation = config->trace.stability_deviation,
        .seed = config->run.seed,
        .n_threads = t->n_threads,
        .values_s = &t->stability_s,
    };
    size_t n_wanted = (size_t)config->trace.stability_samples, n = 0;
    struct stability_sample *samples = mem_alloc(t->samples.n, sizeof *samples, error);
    if (!samples)
        return PT_E_MEMORY;
    for (size_t i = 0; i < t->samples.n && n < n_wanted; i++)
        if (t->trace->group[i] == PT_GROUP_TEST)
            samples[n++] =
                (struct stability_sample){tracer_input(t, i), t->owner + i * t->n_positions,
                                          t->trace->label[i], t->trace->sample_index[i]};
    *stability = NULL;
    int status = n > 0 ? stability_measure(&plan, samples, n, step, stability, error) : PT_OK;
    mem_free(samples);
    return status;
}
