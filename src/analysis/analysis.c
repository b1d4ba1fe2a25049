/* The analysis of a run: takes traces in one by one, then lets every quantity write its file. */
#include "analysis/state.h"

#include "base/fsio.h"

#include <limits.h>
#include <string.h>

#define DEFAULT_REPLICATES 1000

#define QUANTITY_POINTER(name) &quantity_##name,
static const struct quantity *const quantities[] = {ANALYSIS_QUANTITIES(QUANTITY_POINTER)};
#define N_QUANTITIES (sizeof quantities / sizeof *quantities)

#define FINAL_REDUCTION(name) name##_reduce_final,
static int (*const final_reductions[])(struct pt_analysis *, const struct pt_trace *,
                                       struct pt_error *) = {
    ANALYSIS_FINAL_REDUCTIONS(FINAL_REDUCTION)};
#define N_FINAL_REDUCTIONS (sizeof final_reductions / sizeof *final_reductions)

const char *group_name(size_t group)
{
    static const char *const names[PT_N_GROUPS] = {"train", "test", "third", "mislabelled"};
    return names[group];
}

static int copy_text(struct arena *arena, const char **text, struct pt_error *error)
{
    *text = arena_string(arena, *text ? *text : "", error);
    return *text ? PT_OK : PT_E_MEMORY;
}

int pt_analysis_create(const struct pt_analysis_options *options, struct pt_analysis **analysis,
                       struct pt_error *error)
{
    struct pt_analysis *a = mem_alloc(1, sizeof *a, error);
    if (!a)
        return PT_E_MEMORY;
    a->options = *options;
    if (a->options.n_replicates == 0)
        a->options.n_replicates = DEFAULT_REPLICATES;
    if (a->options.salience == 0)
        a->options.salience = ANALYSIS_DEFAULT_SALIENCE;
    const char **texts[] = {&a->options.title, &a->options.network, &a->options.extraction,
                            &a->options.masking, &a->options.version};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (copy_text(&a->inputs, texts[i], error)) {
            pt_analysis_free(a);
            return PT_E_MEMORY;
        }
    *analysis = a;
    return PT_OK;
}

void pt_analysis_free(struct pt_analysis *analysis)
{
    if (!analysis)
        return;
    arena_release(&analysis->inputs);
    arena_release(&analysis->results);
    bootstrap_free(analysis->bootstrap);
    bootstrap_free(analysis->final_bootstrap);
    mem_free(analysis->scratch);
    mem_free(analysis->checkpoints);
    mem_free(analysis->baselines);
    mem_free(analysis);
}

static int check_continues(const struct pt_analysis *analysis, const struct encoding *encoding,
                           long step, struct pt_error *error)
{
    const struct checkpoint *previous = &analysis->checkpoints[analysis->n_checkpoints - 1];
    const struct encoding *known = &previous->encoding;
    if (step <= previous->step)
        return pt_error_set(error, PT_E_DATA, "it does not come after step %ld, the one before",
                            previous->step);
    if (encoding->n_players != known->n_players || encoding->n_samples != known->n_samples)
        return pt_error_set(
            error, PT_E_DATA, "%zu samples with %zu players, the steps before have %zu with %zu",
            encoding->n_samples, encoding->n_players, known->n_samples, known->n_players);
    for (size_t i = 0; i < known->n_samples; i++)
        if (encoding->split[i] != known->split[i] ||
            encoding->sample_index[i] != known->sample_index[i])
            return pt_error_set(error, PT_E_DATA,
                                "sample %zu is not the one of the steps before (%s %d)", i,
                                group_name((size_t)known->split[i]), (int)known->sample_index[i]);
    if (memcmp(encoding->first, known->first, sizeof known->first) != 0)
        return pt_error_set(error, PT_E_DATA, "its groups are not those of the steps before");
    return PT_OK;
}

static int resample(const struct pt_analysis *analysis, const struct encoding *encoding,
                    struct bootstrap **bootstrap, struct pt_error *error)
{
    size_t sizes[PT_N_GROUPS];
    for (size_t g = 0; g < PT_N_GROUPS; g++)
        sizes[g] = encoding_group_size(encoding, g);
    bootstrap_free(*bootstrap);
    *bootstrap = NULL;
    return bootstrap_create(analysis->options.seed, analysis->options.n_replicates, sizes,
                            PT_N_GROUPS, bootstrap, error);
}

/* Remembers which samples the run traces. Repeatable after a failure. */
static int adopt_samples(struct pt_analysis *analysis, const struct encoding *encoding,
                         struct pt_error *error)
{
    double *scratch = mem_alloc((size_t)2 << encoding->n_players, sizeof *scratch, error);
    if (!scratch)
        return PT_E_MEMORY;
    mem_free(analysis->scratch);
    analysis->scratch = scratch;
    analysis->n_players = encoding->n_players;
    analysis->n_samples = encoding->n_samples;
    memcpy(analysis->first, encoding->first, sizeof analysis->first);
    return resample(analysis, encoding, &analysis->bootstrap, error);
}

static int reduce(struct pt_analysis *analysis, const struct pt_trace *trace,
                  struct checkpoint *checkpoint, struct pt_error *error)
{
    void *checkpoints = analysis->checkpoints;
    int status = mem_grow(&checkpoints, &analysis->capacity, analysis->n_checkpoints + 1,
                          sizeof *analysis->checkpoints, error);
    analysis->checkpoints = checkpoints;
    for (size_t q = 0; q < N_QUANTITIES && !status; q++)
        if (quantities[q]->reduce)
            status = quantities[q]->reduce(analysis, trace, checkpoint, error);
    if (!status)
        analysis->checkpoints[analysis->n_checkpoints++] = *checkpoint;
    return status;
}

int pt_analysis_add_trace(struct pt_analysis *analysis, const struct pt_trace *trace,
                          struct pt_error *error)
{
    struct checkpoint checkpoint = {.step = trace->step, .epoch = trace->epoch};
    int status = encoding_reduce(trace, analysis->options.salience, &analysis->inputs,
                                 &checkpoint.encoding, error);
    if (!status)
        status = analysis->n_checkpoints > 0
                     ? check_continues(analysis, &checkpoint.encoding, trace->step, error)
                     : adopt_samples(analysis, &checkpoint.encoding, error);
    if (!status)
        status = reduce(analysis, trace, &checkpoint, error);
    return status ? pt_error_context(error, status, "trace of step %ld", trace->step) : PT_OK;
}

int pt_analysis_set_final(struct pt_analysis *analysis, const struct pt_trace *trace,
                          struct pt_error *error)
{
    int status = encoding_reduce(trace, analysis->options.salience, &analysis->inputs,
                                 &analysis->final, error);
    if (!status)
        status = resample(analysis, &analysis->final, &analysis->final_bootstrap, error);
    for (size_t i = 0; i < N_FINAL_REDUCTIONS && !status; i++)
        status = final_reductions[i](analysis, trace, error);
    return status ? pt_error_context(error, status, "trace of the larger sample") : PT_OK;
}

int pt_analysis_add_baseline(struct pt_analysis *analysis, const struct pt_trace *trace,
                             struct pt_error *error)
{
    void *baselines = analysis->baselines;
    int status = mem_grow(&baselines, &analysis->baseline_capacity, analysis->n_baselines + 1,
                          sizeof *analysis->baselines, error);
    analysis->baselines = baselines;
    if (!status)
        status = encoding_reduce(trace, analysis->options.salience, &analysis->inputs,
                                 &analysis->baselines[analysis->n_baselines], error);
    if (status)
        return pt_error_context(error, status, "trace of baseline network %zu",
                                analysis->n_baselines + 1);
    analysis->n_baselines++;
    return PT_OK;
}

/* Every planted interaction counts, however weak. */
int pt_analysis_set_plant(struct pt_analysis *analysis, const struct pt_trace *trace,
                          struct pt_error *error)
{
    int status = encoding_reduce(trace, 0, &analysis->inputs, &analysis->plant, error);
    return status ? pt_error_context(error, status, "the planted interactions") : PT_OK;
}

int pt_analysis_set_stability(struct pt_analysis *analysis, const struct pt_stability *stability,
                              struct pt_error *error)
{
    size_t n = stability->n_samples, n_values = n << stability->n_players;
    double *mean = arena_alloc(&analysis->inputs, n_values, sizeof *mean, error);
    double *variance = arena_alloc(&analysis->inputs, n_values, sizeof *variance, error);
    int32_t *sample_index = arena_alloc(&analysis->inputs, n, sizeof *sample_index, error);
    if (!mean || !variance || !sample_index)
        return PT_E_MEMORY;
    memcpy(mean, stability->mean, n_values * sizeof *mean);
    memcpy(variance, stability->variance, n_values * sizeof *variance);
    memcpy(sample_index, stability->sample_index, n * sizeof *sample_index);
    analysis->stability = *stability;
    analysis->stability.mean = mean;
    analysis->stability.variance = variance;
    analysis->stability.sample_index = sample_index;
    return PT_OK;
}

/* The samples of `samples` must all be in `other`. */
static int check_covers(const struct encoding *other, const struct encoding *samples,
                        const char *what, struct pt_error *error)
{
    if (other->n_players != samples->n_players)
        return pt_error_set(error, PT_E_DATA, "%s has %zu players, the traces have %zu", what,
                            other->n_players, samples->n_players);
    for (size_t i = 0; i < samples->n_samples; i++)
        if (encoding_find_sample(other, samples->split[i], samples->sample_index[i]) == SIZE_MAX)
            return pt_error_set(error, PT_E_DATA, "%s lacks the %s sample %d", what,
                                group_name((size_t)samples->split[i]),
                                (int)samples->sample_index[i]);
    return PT_OK;
}

static int check_others(const struct pt_analysis *analysis, struct pt_error *error)
{
    const struct encoding *samples[] = {&analysis->checkpoints[0].encoding, &analysis->final};
    int status = PT_OK;
    for (size_t k = 0; k < 2 && !status; k++) {
        if (samples[k]->n_samples == 0)
            continue;
        for (size_t b = 0; b < analysis->n_baselines && !status; b++)
            status = check_covers(&analysis->baselines[b], samples[k], "a baseline's trace", error);
        if (!status && analysis->plant.n_samples > 0)
            status = check_covers(&analysis->plant, samples[k], "the planted truth", error);
    }
    return status;
}

static int check_metrics(const struct pt_metrics_row *metrics, size_t n_metrics,
                         struct pt_error *error)
{
    for (size_t i = 1; i < n_metrics; i++)
        if (metrics[i].step <= metrics[i - 1].step)
            return pt_error_set(error, PT_E_DATA, "metrics: step %ld comes after step %ld",
                                metrics[i].step, metrics[i - 1].step);
    return PT_OK;
}

int pt_analysis_finish(struct pt_analysis *analysis, const struct pt_metrics_row *metrics,
                       size_t n_metrics, const char *run_directory, struct pt_error *error)
{
    char directory[PATH_MAX];
    if (analysis->n_checkpoints == 0)
        return pt_error_set(error, PT_E_DATA, "%s: nothing to analyse, there are no traces",
                            run_directory);
    int status = check_metrics(metrics, n_metrics, error);
    if (!status)
        status = check_others(analysis, error);
    if (!status)
        status = path_join(directory, sizeof directory, run_directory, "analysis", error);
    if (!status)
        status = directory_create(directory, error);
    arena_release(&analysis->results);
    analysis->claims = NULL;
    analysis->n_claims = 0;
    analysis->metrics = metrics;
    analysis->n_metrics = n_metrics;
    for (size_t q = 0; q < N_QUANTITIES && !status; q++)
        if (quantities[q]->finish)
            status = quantities[q]->finish(analysis, directory, error);
    analysis->metrics = NULL;
    analysis->n_metrics = 0;
    return status;
}

const struct pt_claim *pt_analysis_claims(const struct pt_analysis *analysis, size_t *n_claims)
{
    *n_claims = analysis->n_claims;
    return analysis->claims;
}

const struct pt_phases *pt_analysis_phases(const struct pt_analysis *analysis,
                                           enum pt_split_id split)
{
    return &analysis->phases[split];
}
