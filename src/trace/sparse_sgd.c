/* Momentum SGD on the split of a value table into an AND part, an OR part and noise. */
#include "trace/sparse_sgd.h"

#include "base/mem.h"
#include "num/kernels.h"
#include "trace/sparse_form.h"

#include <math.h>
#include <string.h>

#define MOMENTUM 0.9
#define FIRST_RATE 2e-3 /* times max |u| / 2^n; doc/EXTRACTION.md compares others */
#define RATE_DECADES 1.0
#define N_VECTORS 5

struct sparse_sgd {
    const struct kernels *kernels;
    unsigned n;
    size_t n_sets;
    double *memory;
    double *g, *g_velocity, *d_velocity;
    double *from_and, *from_or; /* the objective's gradient in the AND and the OR part */
};

size_t sparse_sgd_bytes(unsigned n_players)
{
    return sizeof(struct sparse_sgd) + N_VECTORS * (sizeof(double) << n_players);
}

int sparse_sgd_create(unsigned n_players, struct sparse_sgd **sgd, struct pt_error *error)
{
    struct sparse_sgd *s = mem_alloc(1, sizeof *s, error);
    if (!s)
        return PT_E_MEMORY;
    double **vectors[N_VECTORS] = {&s->g, &s->g_velocity, &s->d_velocity, &s->from_and,
                                   &s->from_or};
    s->memory = sparse_vectors(n_players, N_VECTORS, vectors, error);
    if (!s->memory) {
        mem_free(s);
        return PT_E_MEMORY;
    }
    s->kernels = kernels_best();
    s->n = n_players;
    s->n_sets = (size_t)1 << n_players;
    *sgd = s;
    return PT_OK;
}

void sparse_sgd_free(struct sparse_sgd *s)
{
    if (!s)
        return;
    mem_free(s->memory);
    mem_free(s);
}

/* a = moebius((u - d)/2 + g), b = -moebius of (u - d)/2 - g read backwards. */
static void interactions(const struct sparse_sgd *s, const double *u, const double *d, double *a,
                         double *b)
{
    size_t full = s->n_sets - 1;
    for (size_t mask = 0; mask <= full; mask++) {
        double half = 0.5 * (u[mask] - d[mask]);
        a[mask] = half + s->g[mask];
        b[full ^ mask] = s->g[mask] - half;
    }
    s->kernels->moebius(a, s->n);
    s->kernels->moebius(b, s->n);
    a[0] = b[0] = 0;
}

static double sign(double x)
{
    return (double)((x > 0) - (x < 0));
}

/* The signs of the interactions, pulled back through the transposed transforms; from_or is left
 * with the opposite sign and read backwards, as b is. */
static void pull_back(struct sparse_sgd *s, const double *a, const double *b)
{
    for (size_t set = 0; set < s->n_sets; set++) {
        s->from_and[set] = sign(a[set]);
        s->from_or[set] = sign(b[set]);
    }
    s->kernels->superset_difference(s->from_and, s->n);
    s->kernels->superset_difference(s->from_or, s->n);
}

static void descend(struct sparse_sgd *s, double rate, double noise_bound, double *d)
{
    size_t full = s->n_sets - 1;
    for (size_t mask = 1; mask <= full; mask++) {
        double of_and = s->from_and[mask], of_or = -s->from_or[full ^ mask];
        s->g_velocity[mask] = MOMENTUM * s->g_velocity[mask] + (of_and - of_or);
        s->d_velocity[mask] = MOMENTUM * s->d_velocity[mask] - 0.5 * (of_and + of_or);
        s->g[mask] -= rate * s->g_velocity[mask];
        double noise = d[mask] - rate * s->d_velocity[mask];
        d[mask] = fmax(-noise_bound, fmin(noise_bound, noise));
    }
}

int sparse_sgd_solve(struct sparse_sgd *s, const double *u, double noise_bound,
                     const volatile int *stop, double *a, double *b, double *d)
{
    size_t bytes = s->n_sets * sizeof(double);
    memset(s->g, 0, bytes);
    memset(s->g_velocity, 0, bytes);
    memset(s->d_velocity, 0, bytes);
    memset(d, 0, bytes);
    double largest = 0;
    for (size_t mask = 0; mask < s->n_sets; mask++)
        largest = fmax(largest, fabs(u[mask]));
    double first_rate = FIRST_RATE * largest / (double)s->n_sets;
    interactions(s, u, d, a, b);
    for (long step = 0; step < SPARSE_SGD_STEPS; step++) {
        if (stop && *stop)
            return 0;
        double part = (double)step / (SPARSE_SGD_STEPS - 1);
        pull_back(s, a, b);
        descend(s, first_rate * pow(10, -RATE_DECADES * part), noise_bound, d);
        interactions(s, u, d, a, b);
    }
    return 1;
}
