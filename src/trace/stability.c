/* How interactions vary when the input is noisy: draws, value tables, running moments. */
#include "trace/stability.h"

#include "base/mem.h"
#include "base/random.h"
#include "base/threads.h"
#include "num/kernels.h"

/* What one thread owns. */
struct worker {
    struct pt_workspace *workspace; /* for the layers before the masked map */
    float *input;                   /* the noisy sample */
    double *v;                      /* [2^n] its values, then its interactions */
};

struct measurement {
    const struct stability_plan *plan;
    const struct stability_sample *samples;
    size_t n_samples;
    int n_threads;
    struct value_team *team;
    struct worker *workers;  /* [n_threads] */
    struct pt_error *errors; /* [n_samples]; code 0: no failure */
    struct pt_stability *stability;
};

static size_t input_size(const struct stability_plan *plan)
{
    return plan->input.channels * plan->input.height * plan->input.width;
}

static void release(struct measurement *m)
{
    for (int i = 0; m->workers && i < m->n_threads; i++) {
        pt_workspace_free(m->workers[i].workspace);
        mem_free(m->workers[i].input);
        mem_free(m->workers[i].v);
    }
    mem_free(m->workers);
    value_team_free(m->team);
    mem_free(m->errors);
    pt_stability_free(m->stability);
}

static int create_worker(const struct stability_plan *plan, struct worker *worker,
                         struct pt_error *error)
{
    int status = pt_workspace_create(plan->values->network, 1, 0, &worker->workspace, error);
    if (status)
        return status;
    worker->input = mem_alloc(input_size(plan), sizeof *worker->input, error);
    worker->v = mem_alloc((size_t)1 << plan->values->n_players, sizeof *worker->v, error);
    return worker->input && worker->v ? PT_OK : PT_E_MEMORY;
}

static int prepare(struct measurement *m, struct pt_error *error)
{
    int status =
        pt_stability_create(m->plan->values->n_players, m->n_samples, &m->stability, error);
    if (status)
        return status;
    m->workers = mem_alloc((size_t)m->n_threads, sizeof *m->workers, error);
    m->errors = mem_alloc(m->n_samples, sizeof *m->errors, error);
    if (!m->workers || !m->errors)
        return PT_E_MEMORY;
    status = value_team_create(m->plan->values, m->n_threads, &m->team, error);
    for (int i = 0; i < m->n_threads && !status; i++)
        status = create_worker(m->plan, &m->workers[i], error);
    return status;
}

static void add_noise(const struct stability_plan *plan, const struct stability_sample *sample,
                      size_t draw, float *noisy)
{
    struct random_stream stream =
        random_stream(plan->seed, RANDOM_STABILITY, (uint32_t)draw, (uint32_t)sample->sample_index);
    for (size_t i = 0; i < input_size(plan); i++) {
        double scale = plan->input_deviation ? (double)plan->input_deviation[i] : 1;
        double deviation = plan->deviation / scale;
        noisy[i] = (float)((double)sample->input[i] + deviation * random_normal(&stream));
    }
}

static const float *masked_map(const struct value_plan *values, const struct worker *worker)
{
    if (values->first_layer == 0)
        return worker->input;
    return pt_network_forward(values->network, worker->workspace, worker->input, 1, 0,
                              values->first_layer);
}

/* Welford's running mean; `variance` is the sum of squares so far. */
static void take_in(const double *interactions, size_t n_sets, size_t draw, double *mean,
                    double *variance)
{
    for (size_t set = 1; set < n_sets; set++) {
        double change = interactions[set] - mean[set];
        mean[set] += change / (double)(draw + 1);
        variance[set] += change * (interactions[set] - mean[set]);
    }
}

static int measure_sample(struct measurement *m, int member, size_t i, struct pt_error *error)
{
    struct worker *worker = &m->workers[member];
    const struct stability_plan *plan = m->plan;
    const struct stability_sample *sample = &m->samples[i];
    size_t n_sets = (size_t)1 << plan->values->n_players;
    double *mean = m->stability->mean + i * n_sets, *variance = m->stability->variance + i * n_sets;
    for (size_t draw = 0; draw < plan->n_draws; draw++) {
        add_noise(plan, sample, draw, worker->input);
        int status = value_team_evaluate(m->team, member, masked_map(plan->values, worker),
                                         sample->owner, sample->label, worker->v, error);
        if (status) {
            value_team_skip(m->team, plan->n_draws - draw - 1);
            return pt_error_context(error, status, "testing sample %d, draw %zu",
                                    (int)sample->sample_index, draw);
        }
        kernels_best()->moebius(worker->v, (unsigned)plan->values->n_players);
        take_in(worker->v, n_sets, draw, mean, variance);
    }
    for (size_t set = 1; set < n_sets; set++)
        variance[set] /= (double)(plan->n_draws - 1);
    m->stability->sample_index[i] = sample->sample_index;
    return PT_OK;
}

/* The error of the first sample, so that the report does not depend on the threads. */
static int first_failure(const struct measurement *m, struct pt_error *error)
{
    for (size_t i = 0; i < m->n_samples; i++)
        if (m->errors[i].code) {
            if (error)
                *error = m->errors[i];
            return m->errors[i].code;
        }
    return PT_OK;
}

int stability_measure(const struct stability_plan *plan, const struct stability_sample *samples,
                      size_t n_samples, long step, struct pt_stability **stability,
                      struct pt_error *error)
{
    struct measurement m = {.plan = plan, .samples = samples, .n_samples = n_samples};
    m.n_threads = plan->n_threads;
    int status = prepare(&m, error);
    if (!status) {
        value_team_begin(m.team, n_samples * plan->n_draws);
#pragma omp parallel num_threads(m.n_threads)
        {
#pragma omp for schedule(dynamic, 1) nowait
            for (size_t i = 0; i < n_samples; i++)
                measure_sample(&m, thread_index(), i, &m.errors[i]);
            value_team_help(m.team, thread_index());
        }
        status = first_failure(&m, error);
        if (plan->values_s)
            *plan->values_s += value_team_seconds(m.team);
    }
    if (!status) {
        m.stability->step = step;
        m.stability->n_draws = plan->n_draws;
        m.stability->deviation = plan->deviation;
        *stability = m.stability;
        m.stability = NULL;
    }
    release(&m);
    return status ? pt_error_context(error, status, "stability") : PT_OK;
}
