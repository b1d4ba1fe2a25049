/* Running the extraction through its two stages. */
#include "trace/sparse.h"

#include "base/mem.h"
#include "trace/sparse_form.h"

#include <math.h>
#include <string.h>

#define DEFAULT_MAX_ITERATIONS 200000
#define ITERATIONS_PER_CHECK 50

/* The rule that makes the answer unique (sparse.h); an OR singleton costs so much that it is 0. */
#define COST_PER_ORDER 0.005
#define OR_SURCHARGE 0.5
#define CURVATURE 0.03
#define OR_SINGLETON_COST 100.0

#define N_VECTORS 8

struct sparse_solver {
    unsigned n_players;
    size_t n_sets;
    double *memory;
    struct sparse_costs costs;
    double *u;         /* scaled to max |u| = 1 */
    double *a, *b, *d; /* a feasible point on trial */
    double *lambda;    /* multipliers on trial */
    struct sparse_form plain, noise;
    int with_noise;
};

double *sparse_vectors(unsigned n_players, size_t n_vectors, double ***vectors,
                       struct pt_error *error)
{
    size_t n_sets = (size_t)1 << n_players, stride = n_sets < 8 ? 8 : n_sets;
    double *memory = mem_alloc(n_vectors * stride, sizeof(double), error);
    for (size_t i = 0; memory && i < n_vectors; i++)
        *vectors[i] = memory + i * stride;
    return memory;
}

size_t sparse_solver_bytes(unsigned n_players, int with_noise)
{
    return sizeof(struct sparse_solver) + N_VECTORS * (sizeof(double) << n_players) +
           sparse_plain_bytes(n_players) + (with_noise ? sparse_noise_bytes(n_players) : 0);
}

static void fill_costs(struct sparse_solver *s)
{
    for (size_t set = 1; set < s->n_sets; set++) {
        int order = __builtin_popcountll(set);
        s->costs.c_and[set] = 1.0 + COST_PER_ORDER * (order - 1);
        s->costs.c_or[set] =
            order == 1 ? OR_SINGLETON_COST : 1.0 + COST_PER_ORDER * (order - OR_SURCHARGE);
        s->costs.q[set] = CURVATURE * (order - 1);
    }
}

int sparse_solver_create(unsigned n_players, int with_noise, struct sparse_solver **solver,
                         struct pt_error *error)
{
    struct sparse_solver *s = mem_alloc(1, sizeof *s, error);
    if (!s)
        return PT_E_MEMORY;
    s->n_players = n_players;
    s->n_sets = (size_t)1 << n_players;
    s->with_noise = with_noise;
    double **vectors[N_VECTORS] = {&s->costs.c_and, &s->costs.c_or, &s->costs.q, &s->u,
                                   &s->a,           &s->b,          &s->d,       &s->lambda};
    s->memory = sparse_vectors(n_players, N_VECTORS, vectors, error);
    int status = s->memory ? sparse_plain_create(n_players, &s->plain, error) : PT_E_MEMORY;
    if (!status && with_noise)
        status = sparse_noise_create(n_players, &s->noise, error);
    if (status) {
        sparse_solver_free(s);
        return status;
    }
    fill_costs(s);
    *solver = s;
    return PT_OK;
}

void sparse_solver_free(struct sparse_solver *s)
{
    if (!s)
        return;
    if (s->plain.data)
        s->plain.release(&s->plain);
    if (s->noise.data)
        s->noise.release(&s->noise);
    mem_free(s->memory);
    mem_free(s);
}

double sparse_cost(const double *a, const double *b, size_t n_sets,
                   const struct sparse_costs *costs)
{
    double sum = 0;
    if (!costs) {
        for (size_t i = 1; i < n_sets; i++)
            sum += fabs(a[i]) + fabs(b[i]);
        return sum;
    }
    for (size_t i = 1; i < n_sets; i++)
        sum += costs->c_and[i] * fabs(a[i]) + costs->c_or[i] * fabs(b[i]) +
               0.5 * costs->q[i] * (a[i] * a[i] + b[i] * b[i]);
    return sum;
}

/* Not fmax(), which is a call. */
static double larger(double x, double y)
{
    return x > y ? x : y;
}

double sparse_dual_scale(const double *t, size_t n_sets, const double *c, const double *q)
{
    double largest = 1;
    for (size_t i = 1; i < n_sets; i++)
        if (!q || q[i] == 0)
            largest = larger(largest, fabs(t[i]) / (c ? c[i] : 1.0));
    return 1.0 / largest;
}

double sparse_dual_penalty(const double *t, double scale, size_t n_sets, const double *c,
                           const double *q)
{
    double sum = 0;
    for (size_t i = 1; i < n_sets; i++) {
        double excess = scale * fabs(t[i]) - c[i];
        if (q[i] > 0 && excess > 0)
            sum += excess * excess / (2.0 * q[i]);
    }
    return sum;
}

/* What a stage is to do, and where the best point and the best multipliers go. */
struct stage {
    const struct sparse_costs *costs; /* NULL: the plain cost */
    double gap;
    long max_iterations;
    const volatile int *stop;
    double *a, *b;
    double *d, *dual; /* may be NULL */
    double value, bound;
};

/* Keeps the point and the multipliers if they are the best so far; 1 when the gap is closed. */
static int check(struct sparse_solver *s, struct sparse_form *form, struct stage *stage)
{
    size_t bytes = s->n_sets * sizeof(double);
    double value = form->primal(form, stage->costs, s->a, s->b, s->d);
    if (value < stage->value) {
        stage->value = value;
        memcpy(stage->a, s->a, bytes);
        memcpy(stage->b, s->b, bytes);
        if (stage->d)
            memcpy(stage->d, s->d, bytes);
    }
    double bound = form->dual_bound(form, stage->costs, stage->dual ? s->lambda : NULL);
    if (bound > stage->bound) {
        stage->bound = bound;
        if (stage->dual)
            memcpy(stage->dual, s->lambda, bytes);
    }
    return stage->value - stage->bound <= stage->gap * stage->value;
}

/* Iterates until the gap of the stage's cost is closed; 0 when it ended before. */
static int run_stage(struct sparse_solver *s, struct sparse_form *form, struct stage *stage)
{
    stage->value = INFINITY;
    stage->bound = 0;
    for (long i = 1; i <= stage->max_iterations; i++) {
        splitting_step(&form->splitting);
        if (i % ITERATIONS_PER_CHECK == 0 || i == stage->max_iterations) {
            if (check(s, form, stage))
                return 1;
            if (stage->stop && *stage->stop)
                return 0;
        }
        splitting_maybe_restart(&form->splitting);
    }
    return 0;
}

static void set_costs(struct sparse_form *form, const struct sparse_costs *costs)
{
    struct split_block *blocks = form->splitting.blocks;
    blocks[0].prox = blocks[1].prox = costs ? SPLIT_WEIGHTED : SPLIT_SOFT;
    blocks[0].cost = costs ? costs->c_and : NULL;
    blocks[1].cost = costs ? costs->c_or : NULL;
    blocks[0].curvature = blocks[1].curvature = costs ? costs->q : NULL;
}

static void run_stages(struct sparse_solver *s, struct sparse_form *form,
                       const struct sparse_options *options, double *a, double *b, double *d,
                       struct sparse_result *result)
{
    struct stage stage = {.gap = options->gap, .stop = options->stop, .dual = options->dual};
    stage.a = a, stage.b = b, stage.d = d;
    stage.max_iterations =
        options->max_iterations > 0 ? options->max_iterations : DEFAULT_MAX_ITERATIONS;
    result->converged = run_stage(s, form, &stage);
    result->dual_bound = stage.bound;
    result->least = stage.value;
    if (options->tie_gap > 0) {
        result->iterations = form->splitting.n_iterations;
        stage.costs = &s->costs;
        stage.gap = options->tie_gap;
        stage.dual = NULL;
        set_costs(form, &s->costs);
        splitting_continue(&form->splitting);
        result->converged &= run_stage(s, form, &stage);
    }
    result->iterations += form->splitting.n_iterations;
}

static void scale_all(double *x, size_t n, double factor)
{
    for (size_t i = 0; i < n; i++)
        x[i] *= factor;
}

void sparse_merge_singletons(double *a, double *b, size_t n_sets)
{
    for (size_t set = 1; set < n_sets; set *= 2) {
        a[set] += b[set];
        b[set] = 0;
    }
}

void sparse_solve(struct sparse_solver *s, const double *u, const struct sparse_options *options,
                  double *a, double *b, double *d, struct sparse_result *result)
{
    double largest = 0;
    for (size_t i = 0; i < s->n_sets; i++)
        largest = fmax(largest, fabs(u[i]));
    *result = (struct sparse_result){.converged = 1};
    memset(a, 0, s->n_sets * sizeof *a);
    memset(b, 0, s->n_sets * sizeof *b);
    if (d)
        memset(d, 0, s->n_sets * sizeof *d);
    if (options->dual)
        memset(options->dual, 0, s->n_sets * sizeof *options->dual);
    if (largest == 0)
        return;
    if (options->noise_bound >= largest) {
        memcpy(d, u, s->n_sets * sizeof *d); /* all of it may be noise */
        return;
    }
    for (size_t i = 0; i < s->n_sets; i++)
        s->u[i] = u[i] / largest;
    struct sparse_form *form = options->noise_bound > 0 ? &s->noise : &s->plain;
    set_costs(form, NULL);
    form->set_up(form, s->u, options->noise_bound / largest);
    run_stages(s, form, options, a, b, form == &s->noise ? d : NULL, result);
    form->finish(form, a, b, d);
    sparse_merge_singletons(a, b, s->n_sets);
    scale_all(a, s->n_sets, largest);
    scale_all(b, s->n_sets, largest);
    if (d)
        scale_all(d, s->n_sets, largest);
    result->objective = sparse_cost(a, b, s->n_sets, NULL);
    result->dual_bound *= largest;
    result->least =
        result->least * largest < result->objective ? result->least * largest : result->objective;
}
