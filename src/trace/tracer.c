/* Making a tracer: what is masked, which samples, what each thread needs. */
#include "trace/tracer.h"

#include "base/mem.h"
#include "fmt/npz.h"
#include "trace/tracer_state.h"

#include <math.h>

static void free_worker(struct tracer_worker *worker)
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

static int create_worker(struct tracer *t, struct tracer_worker *worker, struct pt_error *error)
{
    int status = interaction_extractor_create((unsigned)t->plan.n_players, &t->extraction,
                                              &worker->extractor, error);
    if (status)
        return status;
    status = pt_workspace_create(t->network, 1, 0, &worker->workspace, error);
    if (status)
        return status;
    worker->map = mem_alloc(t->map_floats, sizeof(float), error);
    if (!worker->map)
        return PT_E_MEMORY;
    if (!t->trace->v)
        worker->v = mem_alloc((size_t)1 << t->plan.n_players, sizeof *worker->v, error);
    return t->trace->v || worker->v ? PT_OK : PT_E_MEMORY;
}

static int plan_masking(struct tracer *t, const struct pt_config *config, const volatile int *stop,
                        struct pt_error *error)
{
    int status = masked_layer_find(t->network, config->trace.layer, &t->layer, error);
    if (status)
        return status;
    t->n_positions = t->layer.shape.height * t->layer.shape.width;
    t->map_floats = t->layer.shape.channels * t->n_positions;
    t->baseline = mem_alloc(t->map_floats, sizeof *t->baseline, error);
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
    t->extraction = (struct interaction_options){
        .solver = config->trace.solver,
        .gap = config->trace.gap,
        .tie_gap = config->trace.tie_gap,
        .noise = config->trace.noise,
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

static int create_workers(struct tracer *t, int n_threads, struct pt_error *error)
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
        status = create_worker(t, &t->workers[i], error);
        if (status)
            return status;
    }
    t->solver_bytes = interaction_extractor_bytes((unsigned)t->plan.n_players, &t->extraction);
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
    t->owner = mem_alloc(t->samples.n * t->n_positions, sizeof *t->owner, error);
    return t->owner ? tracer_fill_columns(t, config, error) : PT_E_MEMORY;
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
        status = create_workers(t, options->n_threads, error);
    if (status)
        tracer_free(t);
    else
        *tracer = t;
    return status;
}

void tracer_rest(struct tracer *t)
{
    for (int i = 0; i < t->n_threads; i++)
        interaction_extractor_rest(t->workers[i].extractor);
}
