/* The analysis of a run: takes traces in one by one, then lets every quantity write its file. */
#include "analysis/state.h"

#include "base/fsio.h"

#include <limits.h>
#include <string.h>

#define DEFAULT_REPLICATES 1000

#define QUANTITY_POINTER(name) &quantity_##name,
static const struct quantity *const quantities[] = {ANALYSIS_QUANTITIES(QUANTITY_POINTER)};
#define N_QUANTITIES (sizeof quantities / sizeof *quantities)

const char *split_name(size_t split)
{
    static const char *const names[PT_N_SPLITS] = {"train", "test", "third"};
    return names[split];
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
    mem_free(analysis->scratch);
    mem_free(analysis->checkpoints);
    mem_free(analysis);
}

static int check_shape(const struct pt_trace *trace, struct pt_error *error)
{
    if (trace->n_players < 1 || trace->n_players > PT_MAX_PLAYERS)
        return pt_error_set(error, PT_E_DATA, "%zu players, expected 1 to %d", trace->n_players,
                            PT_MAX_PLAYERS);
    if (trace->n_samples < 1)
        return pt_error_set(error, PT_E_DATA, "the trace has no samples");
    for (size_t i = 0; i < trace->n_samples; i++) {
        int32_t split = trace->split[i], least = i > 0 ? trace->split[i - 1] : 0;
        if (split < least || split >= PT_N_SPLITS)
            return pt_error_set(error, PT_E_DATA,
                                "sample %zu is of split %d, expected %d to %d: samples must be in "
                                "the order of the splits",
                                i, (int)split, (int)least, PT_N_SPLITS - 1);
    }
    return PT_OK;
}

static int check_continues(const struct pt_analysis *analysis, const struct pt_trace *trace,
                           struct pt_error *error)
{
    long previous = analysis->checkpoints[analysis->n_checkpoints - 1].step;
    if (trace->step <= previous)
        return pt_error_set(error, PT_E_DATA, "it does not come after step %ld, the one before",
                            previous);
    if (trace->n_players != analysis->n_players || trace->n_samples != analysis->n_samples)
        return pt_error_set(
            error, PT_E_DATA, "%zu samples with %zu players, the steps before have %zu with %zu",
            trace->n_samples, trace->n_players, analysis->n_samples, analysis->n_players);
    for (size_t i = 0; i < analysis->n_samples; i++)
        if (trace->split[i] != analysis->split[i] ||
            trace->sample_index[i] != analysis->sample_index[i])
            return pt_error_set(
                error, PT_E_DATA, "sample %zu is not the one of the steps before (%s %d)", i,
                split_name((size_t)analysis->split[i]), (int)analysis->sample_index[i]);
    return PT_OK;
}

/* Remembers which samples the run traces. Repeatable after a failure. */
static int adopt_samples(struct pt_analysis *analysis, const struct pt_trace *trace,
                         struct pt_error *error)
{
    size_t n = trace->n_samples, sizes[PT_N_SPLITS] = {0};
    int32_t *sample_index = arena_alloc(&analysis->inputs, n, sizeof *sample_index, error);
    int32_t *split = arena_alloc(&analysis->inputs, n, sizeof *split, error);
    double *scratch = mem_alloc((size_t)2 << trace->n_players, sizeof *scratch, error);
    if (!sample_index || !split || !scratch) {
        mem_free(scratch);
        return PT_E_MEMORY;
    }
    mem_free(analysis->scratch);
    analysis->scratch = scratch;
    memcpy(sample_index, trace->sample_index, n * sizeof *sample_index);
    memcpy(split, trace->split, n * sizeof *split);
    analysis->sample_index = sample_index;
    analysis->split = split;
    analysis->n_players = trace->n_players;
    analysis->n_samples = n;
    for (size_t i = 0; i < n; i++)
        sizes[split[i]]++;
    for (size_t s = 0; s < PT_N_SPLITS; s++)
        analysis->first[s + 1] = analysis->first[s] + sizes[s];
    bootstrap_free(analysis->bootstrap);
    analysis->bootstrap = NULL;
    return bootstrap_create(analysis->options.seed, analysis->options.n_replicates, sizes,
                            PT_N_SPLITS, &analysis->bootstrap, error);
}

static int reduce(struct pt_analysis *analysis, const struct pt_trace *trace,
                  struct pt_error *error)
{
    void *checkpoints = analysis->checkpoints;
    int status = mem_grow(&checkpoints, &analysis->capacity, analysis->n_checkpoints + 1,
                          sizeof *analysis->checkpoints, error);
    analysis->checkpoints = checkpoints;
    struct checkpoint checkpoint = {.step = trace->step, .epoch = trace->epoch};
    for (size_t q = 0; q < N_QUANTITIES && !status; q++)
        if (quantities[q]->reduce)
            status = quantities[q]->reduce(analysis, trace, &checkpoint, error);
    if (!status)
        analysis->checkpoints[analysis->n_checkpoints++] = checkpoint;
    return status;
}

int pt_analysis_add_trace(struct pt_analysis *analysis, const struct pt_trace *trace,
                          struct pt_error *error)
{
    int status = check_shape(trace, error);
    if (!status)
        status = analysis->n_checkpoints > 0 ? check_continues(analysis, trace, error)
                                             : adopt_samples(analysis, trace, error);
    if (!status)
        status = reduce(analysis, trace, error);
    return status ? pt_error_context(error, status, "trace of step %ld", trace->step) : PT_OK;
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
