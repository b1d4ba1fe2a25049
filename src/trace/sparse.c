/*
 * The iteration that finds the sparsest AND/OR decomposition.
 *
 * With m = moebius(u), a' and m' carrying the sign (-1)^(|S|+1), and K' the superset sum, the
 * task is   minimise |a'|_1 + |b|_1   subject to   a' + K' b = m'.
 * Douglas-Rachford splitting between the two norms (soft thresholding) and the constraint (a
 * projection that costs four subset transforms, because K' K'^T = kron^n [[2,1],[1,1]] has the
 * golden ratio in its eigenvectors), with Halpern's anchor z0 and restarts from where it stands.
 * Entry 0 of both vectors is free and unpenalised; it makes every operator purely Kronecker.
 */
#include "trace/sparse.h"

#include "base/mem.h"
#include "num/kron.h"
#include "trace/certificate.h"

#include <math.h>
#include <string.h>

#define DEFAULT_MAX_ITERATIONS 200000
#define ITERATIONS_PER_CHECK 25
#define N_VECTORS 13

struct sparse_solver {
    const struct kron_kernels *kernels;
    unsigned n_players;
    size_t n_sets;
    double *memory;
    double *m;          /* signed Moebius transform of u */
    double *projection; /* eigenvalues of (I + K' K'^T)^-1, scaled for the unnormalised basis */
    double *z_a, *z_b;  /* the iterate */
    double *anchor_a, *anchor_b; /* its value at the last restart */
    double *r_a, *r_b;           /* 2x - z */
    double *e_a, *e_b;           /* r minus its projection */
    double *best_a, *best_b;     /* best feasible point so far */
    double *scratch;
};

/* One run of the iteration. */
struct progress {
    double gamma; /* step size: the threshold of the soft thresholding */
    long k;       /* iterations since the restart */
    double first_residual, last_residual;
};

size_t sparse_solver_bytes(unsigned n_players)
{
    return sizeof(struct sparse_solver) + N_VECTORS * (sizeof(double) << n_players);
}

/* phi^(2(n - 2|S|)) is the eigenvalue of K' K'^T; 1/(1 + t^2) per bit normalises the basis. */
static void fill_projection(double *projection, unsigned n)
{
    double phi = 1.0 + KRON_GOLDEN_T;
    double norm = pow(1.0 + KRON_GOLDEN_T * KRON_GOLDEN_T, -(double)n);
    for (size_t set = 0; set < (size_t)1 << n; set++) {
        int exponent = 2 * ((int)n - 2 * __builtin_popcountll(set));
        projection[set] = norm / (1.0 + pow(phi, exponent));
    }
}

int sparse_solver_create(unsigned n_players, struct sparse_solver **solver, struct pt_error *error)
{
    struct sparse_solver *s = mem_alloc(1, sizeof *s, error);
    if (!s)
        return PT_E_MEMORY;
    s->kernels = kron_kernels();
    s->n_players = n_players;
    s->n_sets = (size_t)1 << n_players;
    /* Rounded up so that every vector keeps the alignment, for tables of fewer than 8 entries. */
    size_t stride = s->n_sets < 8 ? 8 : s->n_sets;
    s->memory = mem_alloc(N_VECTORS * stride, sizeof(double), error);
    if (!s->memory) {
        mem_free(s);
        return PT_E_MEMORY;
    }
    double **vectors[N_VECTORS] = {&s->m,        &s->projection, &s->z_a,    &s->z_b, &s->anchor_a,
                                   &s->anchor_b, &s->r_a,        &s->r_b,    &s->e_a, &s->e_b,
                                   &s->best_a,   &s->best_b,     &s->scratch};
    for (size_t i = 0; i < N_VECTORS; i++)
        *vectors[i] = s->memory + i * stride;
    fill_projection(s->projection, n_players);
    *solver = s;
    return PT_OK;
}

void sparse_solver_free(struct sparse_solver *solver)
{
    if (!solver)
        return;
    mem_free(solver->memory);
    mem_free(solver);
}

/* One step of the splitting; returns |y - x|, which tends to 0. */
static double iterate(struct sparse_solver *s, const struct progress *p)
{
    const struct kron_kernels *kernels = s->kernels;
    size_t n = s->n_sets;
    size_t bytes = n * sizeof(double);
    double free_a = s->z_a[0], free_b = s->z_b[0];

    kernels->reflect(s->z_a, p->gamma, s->r_a, n);
    kernels->reflect(s->z_b, p->gamma, s->r_b, n);
    s->r_a[0] = free_a;
    s->r_b[0] = free_b;

    memcpy(s->e_a, s->r_b, bytes);
    kernels->superset_sum(s->e_a, s->n_players);
    kernels->residual(s->r_a, s->m, s->e_a, n);
    kernels->golden(s->e_a, s->n_players);
    kernels->scale(s->projection, s->e_a, n);
    kernels->golden_transposed(s->e_a, s->n_players);
    memcpy(s->e_b, s->e_a, bytes);
    kernels->subset_sum(s->e_b, s->n_players);

    double keep = (double)(p->k + 1) / (double)(p->k + 2);
    double squares =
        kernels->anchored_step(s->anchor_a, s->e_a, keep, p->gamma, s->z_a, s->r_a, n) +
        kernels->anchored_step(s->anchor_b, s->e_b, keep, p->gamma, s->z_b, s->r_b, n);
    /* The kernel thresholds entry 0 like the others; there x = z. */
    double clipped_a = fmax(-p->gamma, fmin(p->gamma, free_a)) + s->e_a[0];
    double clipped_b = fmax(-p->gamma, fmin(p->gamma, free_b)) + s->e_b[0];
    squares += s->e_a[0] * s->e_a[0] - clipped_a * clipped_a;
    squares += s->e_b[0] * s->e_b[0] - clipped_b * clipped_b;
    return sqrt(fmax(squares, 0.0));
}

/* Squared changes of x and of u = (z - x) / gamma since the anchor was set. */
static void changes_since_anchor(const double *z, const double *anchor, double gamma, size_t n,
                                 double *dx, double *du)
{
    double inverse = 1.0 / gamma;
    for (size_t i = 1; i < n; i++) {
        double now = fmax(-gamma, fmin(gamma, z[i]));
        double then = fmax(-gamma, fmin(gamma, anchor[i]));
        double change_u = (now - then) * inverse;
        double change_x = (z[i] - now) - (anchor[i] - then);
        *du += change_u * change_u;
        *dx += change_x * change_x;
    }
}

/* Keeps x and u, scales z - x = gamma u to the new step size. */
static void rescale(double *z, double old_gamma, double new_gamma, size_t n)
{
    double ratio = new_gamma / old_gamma;
    for (size_t i = 1; i < n; i++) {
        double clipped = fmax(-old_gamma, fmin(old_gamma, z[i]));
        z[i] += (ratio - 1.0) * clipped;
    }
}

/* Anchors at the present point, with a step size that balances the primal and dual movement. */
static void restart(struct sparse_solver *s, struct progress *p)
{
    double dx = 0, du = 0;
    changes_since_anchor(s->z_a, s->anchor_a, p->gamma, s->n_sets, &dx, &du);
    changes_since_anchor(s->z_b, s->anchor_b, p->gamma, s->n_sets, &dx, &du);
    if (dx > 0 && du > 0) {
        double factor = sqrt(sqrt(dx / du) / p->gamma);
        factor = fmax(1.0 / 3.0, fmin(3.0, factor));
        rescale(s->z_a, p->gamma, p->gamma * factor, s->n_sets);
        rescale(s->z_b, p->gamma, p->gamma * factor, s->n_sets);
        p->gamma *= factor;
    }
    memcpy(s->anchor_a, s->z_a, s->n_sets * sizeof(double));
    memcpy(s->anchor_b, s->z_b, s->n_sets * sizeof(double));
    p->k = 0;
}

/* Restart on good progress, on progress that has turned, or when the anchor has grown old. */
static int time_to_restart(const struct progress *p, double residual, long iterations)
{
    if (residual <= 0.2 * p->first_residual)
        return 1;
    if (residual <= 0.8 * p->first_residual && residual > p->last_residual)
        return 1;
    return p->k > 50 && (double)p->k > 0.2 * (double)iterations;
}

/* Updates the certificate from the present iterate; 1 when the gap is closed. */
static int check(struct sparse_solver *s, const struct progress *p, double gap,
                 struct sparse_result *result)
{
    struct certificate_problem problem = {s->kernels, s->n_players, s->m, s->scratch};
    double bound = certificate_dual_bound(&problem, s->e_a, p->gamma, s->e_b);
    if (bound > result->dual_bound)
        result->dual_bound = bound;
    double value = certificate_primal(&problem, s->z_a, s->z_b, p->gamma, s->r_a, s->r_b);
    if (value < result->objective) {
        result->objective = value;
        memcpy(s->best_a, s->r_a, s->n_sets * sizeof(double));
        memcpy(s->best_b, s->r_b, s->n_sets * sizeof(double));
    }
    return result->objective - result->dual_bound <= gap * result->objective;
}

/* m' = (-1)^(|S|+1) moebius(u) and the zero starting point; returns the mean of |m'|. */
static double set_up(struct sparse_solver *s, const double *u)
{
    size_t bytes = s->n_sets * sizeof(double);
    memcpy(s->m, u, bytes);
    s->kernels->moebius(s->m, s->n_players);
    double sum = 0;
    for (size_t set = 0; set < s->n_sets; set++) {
        if (__builtin_popcountll(set) % 2 == 0)
            s->m[set] = -s->m[set];
        sum += fabs(s->m[set]);
    }
    s->m[0] = 0;
    memset(s->z_a, 0, bytes);
    memset(s->z_b, 0, bytes);
    memset(s->anchor_a, 0, bytes);
    memset(s->anchor_b, 0, bytes);
    return sum / (double)s->n_sets;
}

static void run(struct sparse_solver *s, struct progress *p, const struct sparse_options *options,
                struct sparse_result *result)
{
    long cap = options->max_iterations > 0 ? options->max_iterations : DEFAULT_MAX_ITERATIONS;
    while (result->iterations < cap) {
        double residual = iterate(s, p);
        result->iterations++;
        if (p->k == 0)
            p->first_residual = residual;
        p->k++;
        if ((result->iterations % ITERATIONS_PER_CHECK == 0 || result->iterations == cap) &&
            check(s, p, options->gap, result)) {
            result->converged = 1;
            return;
        }
        if (p->k > 1 && time_to_restart(p, residual, result->iterations))
            restart(s, p);
        p->last_residual = residual;
    }
}

void sparse_solve(struct sparse_solver *s, const double *u, const struct sparse_options *options,
                  double *a, double *b, struct sparse_result *result)
{
    size_t bytes = s->n_sets * sizeof(double);
    double mean = set_up(s, u);
    *result = (struct sparse_result){.objective = INFINITY};
    if (mean > 0) {
        struct progress progress = {.gamma = 0.3 * mean};
        run(s, &progress, options, result);
        memcpy(a, s->best_a, bytes);
        memcpy(b, s->best_b, bytes);
    } else {
        *result = (struct sparse_result){.converged = 1};
        memset(a, 0, bytes);
        memset(b, 0, bytes);
    }
    for (size_t set = 0; set < s->n_sets; set++)
        if (__builtin_popcountll(set) % 2 == 0)
            a[set] = -a[set];
    a[0] = b[0] = 0;
}
