/*
 * The extraction without noise, as a splitting.
 *
 * With m = moebius(u), and a' and m' carrying the sign (-1)^(|S|+1), a decomposition is a pair with
 * a' + K' b = m', K' the superset sum. K' K'^T = kron^n [[2,1],[1,1]] has the golden ratio in its
 * eigenvectors, so the projection on this subspace costs four subset transforms. Entry 0 of both
 * vectors is free and without cost; it makes every operator purely Kronecker.
 */
#include "trace/sparse_form.h"

#include "base/mem.h"

#include <math.h>
#include <string.h>

#define N_VECTORS 14

struct plain {
    const struct kernels *kernels;
    unsigned n;
    size_t n_sets;
    double *memory;
    double *m;          /* signed Moebius transform of u */
    double *projection; /* eigenvalues of (I + K' K'^T)^-1, scaled for the unnormalised basis */
    struct splitting *splitting;
};

size_t sparse_plain_bytes(unsigned n_players)
{
    return sizeof(struct plain) + N_VECTORS * (sizeof(double) << n_players);
}

/* phi^(2(n - 2|S|)) is the eigenvalue of K' K'^T; 1/(1 + t^2) a bit normalises the basis. */
static void fill_projection(struct plain *p)
{
    double phi = 1.0 + GOLDEN_T;
    double norm = pow(1.0 + GOLDEN_T * GOLDEN_T, -(double)p->n);
    for (size_t set = 0; set < p->n_sets; set++) {
        int exponent = 2 * ((int)p->n - 2 * __builtin_popcountll(set));
        p->projection[set] = norm / (1.0 + pow(phi, exponent));
    }
}

/* e = (I + K' K'^T)^-1 (r_a + K' r_b - m') for the AND block, K'^T e for the OR block. */
static void project(void *owner)
{
    struct plain *p = owner;
    const double *r_a = p->splitting->blocks[0].r, *r_b = p->splitting->blocks[1].r;
    double *e_a = p->splitting->blocks[0].e, *e_b = p->splitting->blocks[1].e;
    memcpy(e_a, r_b, p->n_sets * sizeof *e_a);
    p->kernels->superset_sum(e_a, p->n);
    p->kernels->add_difference(e_a, r_a, p->m, p->n_sets);
    p->kernels->golden(e_a, p->n);
    p->kernels->multiply(e_a, p->projection, p->n_sets);
    p->kernels->golden_transposed(e_a, p->n);
    memcpy(e_b, e_a, p->n_sets * sizeof *e_b);
    p->kernels->subset_sum(e_b, p->n);
}

static void set_up(struct sparse_form *form, const double *u, double noise_bound)
{
    (void)noise_bound;
    struct plain *p = form->data;
    memcpy(p->m, u, p->n_sets * sizeof *u);
    p->kernels->moebius(p->m, p->n);
    double sum = 0;
    for (size_t set = 0; set < p->n_sets; set++) {
        if (__builtin_popcountll(set) % 2 == 0)
            p->m[set] = -p->m[set];
        sum += fabs(p->m[set]);
    }
    p->m[0] = 0;
    splitting_start(&form->splitting, 0.3 * sum / (double)p->n_sets);
}

/* m' is the signed Moebius transform of u: its transpose turns alpha into multipliers of u. */
static void lambda_from_alpha(const struct plain *p, const double *alpha, double scale,
                              double *lambda)
{
    for (size_t set = 0; set < p->n_sets; set++)
        lambda[set] = (__builtin_popcountll(set) % 2 == 0 ? -scale : scale) * alpha[set];
    p->kernels->superset_difference(lambda, p->n);
    lambda[0] = 0;
}

/* alpha = -e / gamma proves <m', alpha> when |alpha| <= c and |K'^T alpha| <= c. Of the plain cost
 * alpha is clipped before it is scaled, which closes the gap earlier. */
static double dual_bound(struct sparse_form *form, const struct sparse_costs *costs, double *lambda)
{
    struct plain *p = form->data;
    double *alpha = form->splitting.blocks[0].e, *t = form->splitting.blocks[1].e;
    double factor = -1.0 / form->splitting.gamma;
    for (size_t i = 0; i < p->n_sets; i++) {
        double value = factor * alpha[i];
        alpha[i] = costs ? value : fmax(-1.0, fmin(1.0, value));
    }
    alpha[0] = 0;
    memcpy(t, alpha, p->n_sets * sizeof *t);
    p->kernels->subset_sum(t, p->n);
    const double *c_and = costs ? costs->c_and : NULL, *c_or = costs ? costs->c_or : NULL;
    const double *q = costs ? costs->q : NULL;
    double scale = fmin(sparse_dual_scale(alpha, p->n_sets, c_and, q),
                        sparse_dual_scale(t, p->n_sets, c_or, q));
    double bound = 0;
    for (size_t i = 0; i < p->n_sets; i++)
        bound += p->m[i] * alpha[i];
    bound *= scale;
    if (lambda)
        lambda_from_alpha(p, alpha, scale, lambda);
    if (costs)
        bound -= sparse_dual_penalty(alpha, scale, p->n_sets, c_and, q) +
                 sparse_dual_penalty(t, scale, p->n_sets, c_or, q);
    return bound;
}

/* a = m' - K' b. */
static void and_from_or(const struct plain *p, double *a, const double *b)
{
    memcpy(a, b, p->n_sets * sizeof *a);
    p->kernels->superset_sum(a, p->n);
    for (size_t i = 0; i < p->n_sets; i++)
        a[i] = p->m[i] - a[i];
    a[0] = 0;
}

/* b = K'^-1 (m' - a). Entry 0 of a only moves entry 0 of b: both are dropped. */
static void or_from_and(const struct plain *p, const double *a, double *b)
{
    for (size_t i = 0; i < p->n_sets; i++)
        b[i] = p->m[i] - a[i];
    p->kernels->superset_difference(b, p->n);
    b[0] = 0;
}

/* x = soft(z). */
static void thresholded(const struct splitting *s, size_t block, double *x)
{
    const struct split_block *b = &s->blocks[block];
    for (size_t i = 1; i < s->n_entries; i++)
        x[i] = b->z[i] > s->gamma    ? b->z[i] - s->gamma
               : b->z[i] < -s->gamma ? b->z[i] + s->gamma
                                     : 0.0;
    x[0] = 0;
}

/* Of the plain cost the thresholded OR or AND part with its complement; of the other the projected
 * point itself, whose cost is smooth where it matters. */
static double primal(struct sparse_form *form, const struct sparse_costs *costs, double *a,
                     double *b, double *d)
{
    (void)d;
    struct plain *p = form->data;
    const struct splitting *s = &form->splitting;
    if (costs) {
        for (size_t i = 0; i < p->n_sets; i++)
            b[i] = s->blocks[1].r[i] - s->blocks[1].e[i];
        b[0] = 0;
        and_from_or(p, a, b);
        return sparse_cost(a, b, p->n_sets, costs);
    }
    thresholded(s, 0, a);
    or_from_and(p, a, b);
    double from_and = sparse_cost(a, b, p->n_sets, NULL);
    thresholded(s, 1, b);
    and_from_or(p, a, b);
    double from_or = sparse_cost(a, b, p->n_sets, NULL);
    if (from_or <= from_and)
        return from_or;
    thresholded(s, 0, a);
    or_from_and(p, a, b);
    return from_and;
}

static void finish(struct sparse_form *form, double *a, double *b, double *d)
{
    struct plain *p = form->data;
    (void)b;
    for (size_t set = 0; set < p->n_sets; set++)
        if (__builtin_popcountll(set) % 2 == 0)
            a[set] = -a[set];
    if (d)
        memset(d, 0, p->n_sets * sizeof *d);
}

static void release(struct sparse_form *form)
{
    struct plain *p = form->data;
    if (!p)
        return;
    mem_free(p->memory);
    mem_free(p);
}

int sparse_plain_create(unsigned n_players, struct sparse_form *form, struct pt_error *error)
{
    struct plain *p = mem_alloc(1, sizeof *p, error);
    if (!p)
        return PT_E_MEMORY;
    struct splitting *s = &form->splitting;
    struct split_block *a = &s->blocks[0], *b = &s->blocks[1];
    double **vectors[N_VECTORS] = {&p->m, &p->projection, &a->z,         &a->anchor, &a->r,
                                   &a->e, &a->threshold,  &a->shrink,    &b->z,      &b->anchor,
                                   &b->r, &b->e,          &b->threshold, &b->shrink};
    p->memory = sparse_vectors(n_players, N_VECTORS, vectors, error);
    if (!p->memory) {
        mem_free(p);
        return PT_E_MEMORY;
    }
    p->kernels = s->kernels = kernels_best();
    p->n = form->n_players = n_players;
    p->n_sets = s->n_entries = (size_t)1 << n_players;
    p->splitting = s;
    s->n_blocks = 2;
    a->metric = b->metric = 1;
    a->entry0_is_free = b->entry0_is_free = 1;
    s->owner = p;
    s->project = project;
    fill_projection(p);
    form->data = p;
    form->set_up = set_up;
    form->dual_bound = dual_bound;
    form->primal = primal;
    form->finish = finish;
    form->release = release;
    return PT_OK;
}
