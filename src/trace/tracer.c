/* Tracing a checkpoint: value tables and their interactions, sample by sample over threads. */
#include "trace/tracer.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/threads.h"
#include "fmt/crc.h"
#include "fmt/npz.h"
#include "nn/network.h"
#include "trace/extraction_time.h"
#include "trace/masked_layer.h"
#include "trace/players.h"
#include "trace/stability.h"
#include "trace/trace_copy.h"
#include "trace/trace_work.h"
#include "trace/value_team.h"

#include <math.h>
#include <string.h>

/* What one thread owns. */
struct worker {
    struct interaction_extractor *extractor;
    struct pt_workspace *workspace; /* for the layers before the masked map */
    float *map;                     /* the masked map of the present sample */
    double *v;                      /* [2^n] of the present sample; NULL when the trace keeps v */
    double extraction_s;
};

struct tracer {
    const struct pt_dataset *dataset;
    const struct pt_network *network;
    struct value_plan plan;
    struct masked_layer layer;
    struct sample_list samples;
    float *baseline; /* of the masked map */
    int32_t *owner;  /* [n_samples, height, width] */
    struct pt_trace *trace;
    int n_threads;
    struct value_team *team;
    size_t value_bytes;           /* that the team took */
    size_t solver_bytes;          /* that one thread's solvers may come to take */
    struct worker *workers;       /* [n_threads] */
    struct pt_error *errors;      /* [n_threads] */
    size_t *failed_sample;        /* [n_threads]; samples.n when none failed */
    double stability_s;           /* of values for it, summed over threads */
    const struct pt_trace *known; /* of the network as it is now; NULL: nothing is */
    struct trace_work *work;      /* of the present trace; NULL: none */
    char *done;                   /* [n_samples] 1: an earlier process did it */
    size_t n_done;                /* samples of the present trace */
    void (*sample_done)(void *user, size_t n_done, size_t n_samples); /* may be NULL */
    void *user;
};

static size_t map_size(const struct pt_shape *shape)
{
    return shape->channels * shape->height * shape->width;
}

static void free_worker(struct worker *worker)
{
    interaction_extractor_free(worker->extractor);
    pt_workspace_free(worker->workspace);
    mem_free(worker->map);
    mem_free(worker->v);
}

void tracer_free(struct tracer *t)
{
    if (!t)
        return;
    for (int i = 0; t->workers && i < t->n_threads; i++)
        free_worker(&t->workers[i]);
    mem_free(t->workers);
    value_team_free(t->team);
    mem_free(t->errors);
    mem_free(t->failed_sample);
    mem_free(t->done);
    pt_trace_free(t->trace);
    sample_list_free(&t->samples);
    mem_free(t->baseline);
    mem_free(t->owner);
    mem_free(t);
}

static struct interaction_options extraction_options(const struct pt_config *config,
                                                     const volatile int *stop)
{
    return (struct interaction_options){.solver = config->trace.solver,
                                        .gap = config->trace.gap,
                                        .tie_gap = config->trace.tie_gap,
                                        .noise = config->trace.noise,
                                        .stop = stop};
}

static int create_worker(struct tracer *t, const struct pt_config *config, struct worker *worker,
                         struct pt_error *error)
{
    struct interaction_options options = extraction_options(config, t->plan.stop);
    int status = interaction_extractor_create((unsigned)t->plan.n_players, &options,
                                              &worker->extractor, error);
    if (status)
        return status;
    status = pt_workspace_create(t->network, 1, 0, &worker->workspace, error);
    if (status)
        return status;
    worker->map = mem_alloc(map_size(&t->layer.shape), sizeof(float), error);
    if (!worker->map)
        return PT_E_MEMORY;
    if (!t->trace->v)
        worker->v = mem_alloc((size_t)1 << t->plan.n_players, sizeof *worker->v, error);
    return t->trace->v || worker->v ? PT_OK : PT_E_MEMORY;
}

static int masks_table(const struct tracer *t)
{
    return t->layer.first_layer == 0 && t->dataset->n_features > 0;
}

static int map_players(const struct tracer *t, const int32_t *players, size_t grid, int32_t *owner,
                       struct pt_error *error)
{
    if (!masks_table(t))
        return players_map(players, t->plan.n_players, grid, t->layer.shape, owner, error);
    players_map_features(players, t->plan.n_players, t->dataset->feature_of, t->layer.shape.width,
                         owner);
    return PT_OK;
}

/* The constant columns of the trace: which sample it is, its label, its players. */
static int describe_samples(struct tracer *t, const struct pt_config *config,
                            struct pt_error *error)
{
    struct player_options options = {
        .n_players = t->plan.n_players,
        .shape = t->layer.shape,
        .n_features = masks_table(t) ? t->dataset->n_features : 0,
        .grid = (size_t)config->trace.grid,
        .cells = config->trace.cells,
        .cell_list = &config->trace.cell_list,
        .draw = config->trace.draw,
        .seed = config->run.seed,
    };
    size_t n_positions = t->layer.shape.height * t->layer.shape.width;
    for (size_t i = 0; i < t->samples.n; i++) {
        enum pt_split_id id = group_split((enum pt_trace_group)t->samples.group[i]);
        const struct pt_split *split = &t->dataset->splits[id];
        uint32_t index = t->samples.index[i];
        t->trace->split[i] = (int32_t)id;
        t->trace->group[i] = t->samples.group[i];
        t->trace->label[i] = split->labels[index];
        t->trace->mislabelled[i] = split->labels[index] != split->true_labels[index];
        t->trace->sample_index[i] = (int32_t)split->source_index[index];
        int32_t *players = t->trace->players + i * t->plan.n_players;
        uint32_t key = (uint32_t)id << 28 ^ split->source_index[index];
        int status = players_draw(&options, key, players, error);
        if (!status)
            status = map_players(t, players, options.grid, t->owner + i * n_positions, error);
        if (status)
            return status;
    }
    return PT_OK;
}

static int plan_masking(struct tracer *t, const struct pt_config *config, const volatile int *stop,
                        struct pt_error *error)
{
    int status = masked_layer_find(t->network, config->trace.layer, &t->layer, error);
    if (status)
        return status;
    t->baseline = mem_alloc(map_size(&t->layer.shape), sizeof *t->baseline, error);
    if (!t->baseline)
        return PT_E_MEMORY;
    t->plan = (struct value_plan){
        .network = t->network,
        .first_layer = t->layer.first_layer,
        .shape = t->layer.shape,
        .n_players = (size_t)config->trace.players,
        .background = config->trace.background,
        .baseline = t->baseline,
        .stop = stop,
    };
    return masked_layer_baseline(&t->layer, config->trace.baseline, t->dataset, t->baseline, error);
}

/* The solvers are made when a table first needs them: whether there will be room is asked now. */
static int reserve(const struct tracer *t, struct pt_error *error)
{
    void *room = mem_alloc((size_t)t->n_threads, t->solver_bytes, error);
    mem_free(room);
    return room ? PT_OK : PT_E_MEMORY;
}

static int create_workers(struct tracer *t, const struct pt_config *config, int n_threads,
                          struct pt_error *error)
{
    t->n_threads = n_threads;
    t->workers = mem_alloc((size_t)n_threads, sizeof *t->workers, error);
    t->errors = mem_alloc((size_t)n_threads, sizeof *t->errors, error);
    t->failed_sample = mem_alloc((size_t)n_threads, sizeof *t->failed_sample, error);
    t->done = mem_alloc(t->samples.n, 1, error);
    if (!t->workers || !t->errors || !t->failed_sample || !t->done)
        return PT_E_MEMORY;
    size_t live_bytes = mem_live_bytes();
    int status = value_team_create(&t->plan, n_threads, &t->team, error);
    t->value_bytes = mem_live_bytes() - live_bytes;
    if (status)
        return status;
    for (int i = 0; i < n_threads; i++) {
        status = create_worker(t, config, &t->workers[i], error);
        if (status)
            return status;
    }
    struct interaction_options options = extraction_options(config, NULL);
    t->solver_bytes = interaction_extractor_bytes((unsigned)t->plan.n_players, &options);
    return reserve(t, error);
}

static int create_trace(struct tracer *t, const struct pt_config *config, struct pt_error *error)
{
    int with_noise = config->trace.noise > 0 && interaction_takes_noise(config->trace.solver);
    int status = pt_trace_create(t->plan.n_players, t->samples.n, with_noise, &t->trace, error);
    if (!status)
        status = pt_trace_keep_values(t->trace, config->trace.values, error);
    if (status)
        return pt_error_context(error, status, "a trace of %zu samples with 2^%zu masks each",
                                t->samples.n, t->plan.n_players);
    if (tracer_file_bytes(t) > NPZ_LIMIT_BYTES)
        return pt_error_set(error, PT_E_CONFIG,
                            "a trace of %zu samples with %zu players would be a file of %.1f GiB, "
                            "which may have %.0f: have fewer samples or players traced, or "
                            "trace.values = f4 or none",
                            t->samples.n, t->plan.n_players,
                            ldexp((double)tracer_file_bytes(t), -30),
                            ldexp((double)NPZ_LIMIT_BYTES, -30));
    size_t n_positions = t->layer.shape.height * t->layer.shape.width;
    t->owner = mem_alloc(t->samples.n * n_positions, sizeof *t->owner, error);
    return t->owner ? describe_samples(t, config, error) : PT_E_MEMORY;
}

int tracer_create(const struct tracer_options *options, struct tracer **tracer,
                  struct pt_error *error)
{
    const struct pt_config *config = options->config;
    struct tracer *t = mem_alloc(1, sizeof *t, error);
    if (!t)
        return PT_E_MEMORY;
    t->dataset = options->dataset;
    t->network = options->network;
    t->sample_done = options->sample_done;
    t->user = options->user;
    int status = plan_masking(t, config, options->stop, error);
    if (!status)
        status = sample_list_create(config, t->dataset, options->samples, &t->samples, error);
    if (!status)
        status = create_trace(t, config, error);
    if (!status)
        status = create_workers(t, config, options->n_threads, error);
    if (status)
        tracer_free(t);
    else
        *tracer = t;
    return status;
}

static const float *sample_input(const struct tracer *t, size_t i)
{
    const struct pt_split *split = &t->dataset->splits[t->trace->split[i]];
    return split->inputs +
           t->samples.index[i] * t->dataset->channels * t->dataset->height * t->dataset->width;
}

/* The value of the masked map for sample i: the input itself, or the output of a ReLU. */
static const float *masked_map(struct tracer *t, struct worker *worker, size_t i)
{
    const float *input = sample_input(t, i);
    if (t->layer.first_layer == 0)
        return input;
    const float *map =
        pt_network_forward(t->network, worker->workspace, input, 1, 0, t->layer.first_layer);
    memcpy(worker->map, map, map_size(&t->layer.shape) * sizeof *map);
    return worker->map;
}

static int trace_sample(struct tracer *t, int member, size_t i, struct pt_error *error)
{
    static const char *const split_names[PT_N_SPLITS] = {"training", "testing", "third-split"};
    struct pt_trace *trace = t->trace;
    size_t n_sets = (size_t)1 << t->plan.n_players;
    size_t n_positions = t->layer.shape.height * t->layer.shape.width;
    struct worker *worker = &t->workers[member];
    double *v = trace->v ? trace->v + i * n_sets : worker->v;
    const float *map = masked_map(t, worker, i);
    int status = value_team_evaluate(t->team, member, map, t->owner + i * n_positions,
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
    int status = is_new ? trace_sample(t, member, i, error) : PT_OK;
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

int tracer_run(struct tracer *t, long step, double epoch, const char *work_path,
               const struct pt_trace **trace, struct pt_error *error)
{
    t->trace->step = step;
    t->trace->epoch = epoch;
    t->n_done = 0;
    int status = open_work(t, work_path, error);
    if (status)
        return pt_error_context(error, status, "trace of step %ld", step);
    for (int i = 0; i < t->n_threads; i++)
        t->failed_sample[i] = t->samples.n;
    value_team_begin(t->team, t->samples.n);
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

struct tracer_times tracer_times(const struct tracer *t)
{
    struct tracer_times sum = {.values_s = value_team_seconds(t->team) + t->stability_s};
    for (int i = 0; i < t->n_threads; i++)
        sum.extraction_s += t->workers[i].extraction_s;
    return sum;
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
    size_t n_positions = t->layer.shape.height * t->layer.shape.width;
    struct stability_sample *samples = mem_alloc(t->samples.n, sizeof *samples, error);
    if (!samples)
        return PT_E_MEMORY;
    for (size_t i = 0; i < t->samples.n && n < n_wanted; i++)
        if (t->trace->group[i] == PT_GROUP_TEST)
            samples[n++] = (struct stability_sample){sample_input(t, i), t->owner + i * n_positions,
                                                     t->trace->label[i], t->trace->sample_index[i]};
    *stability = NULL;
    int status = n > 0 ? stability_measure(&plan, samples, n, step, stability, error) : PT_OK;
    mem_free(samples);
    return status;
}

size_t tracer_n_samples(const struct tracer *t)
{
    return t->samples.n;
}

uint64_t tracer_file_bytes(const struct tracer *t)
{
    return pt_trace_file_bytes(t->trace);
}

int tracer_value_costs(const struct tracer *t, struct value_costs *costs, struct pt_error *error)
{
    return value_costs_find(&t->plan, t->owner, costs, error);
}

uint64_t tracer_plant_bytes(const struct tracer *t)
{
    struct pt_trace plant = *t->trace;
    plant.noise = NULL;
    return pt_trace_file_bytes(&plant);
}

/* Of a sample with so many players that tracing it would take minutes. */
static int estimate_sample(struct tracer *t, const struct pt_config *config,
                           struct tracer_times *times, struct pt_error *error)
{
    unsigned n_players = (unsigned)t->plan.n_players;
    struct interaction_options options = extraction_options(config, t->plan.stop);
    double *v = mem_alloc((size_t)1 << n_players, sizeof *v, error);
    if (!v)
        return PT_E_MEMORY;
    int status = value_team_estimate(t->team, masked_map(t, &t->workers[0], 0), t->owner,
                                     t->trace->label[0], v, &times->values_s, error);
    if (!status)
        status = extraction_time(n_players, &options, v, &times->extraction_s, error);
    mem_free(v);
    return status;
}

int tracer_time_sample(struct tracer *t, const struct pt_config *config, struct tracer_times *times,
                       struct pt_error *error)
{
    if (t->plan.n_players >= EXTRACTION_TIME_LEAST_PLAYERS)
        return estimate_sample(t, config, times, error);
    struct tracer_times before = tracer_times(t);
    value_team_begin(t->team, 1);
    int status = trace_sample(t, 0, 0, error);
    *times = tracer_times(t);
    times->values_s -= before.values_s;
    times->extraction_s -= before.extraction_s;
    return status;
}

size_t tracer_value_bytes(const struct tracer *t)
{
    return t->value_bytes;
}

void tracer_rest(struct tracer *t)
{
    for (int i = 0; i < t->n_threads; i++)
        interaction_extractor_rest(t->workers[i].extractor);
}

size_t tracer_n_stability(const struct tracer *t, const struct pt_config *config)
{
    size_t n = t->samples.n_of_group[PT_GROUP_TEST];
    size_t n_wanted = (size_t)config->trace.stability_samples;
    return n < n_wanted ? n : n_wanted;
}

size_t tracer_solver_bytes(const struct tracer *t)
{
    return (size_t)t->n_threads * t->solver_bytes;
}
