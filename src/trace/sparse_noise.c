/*
 * The extraction with a noise term, as a splitting.
 *
 * The point (a, b, d) lies in the subspace A a + O b + d = u, where A(T,S) = 1 when S is inside T
 * and O(T,S) = 1 when S meets T. Projecting on it, with the noise block in its own metric k, needs
 * (A A' + O O' + k I)^-1 (trace/gram_inverse.h); A, O and their transposes are subset transforms.
 */
#include "trace/sparse_form.h"

#include "base/mem.h"
#include "trace/gram_inverse.h"

#include <math.h>
#include <string.h>

#define N_VECTORS 18
#define FIRST_METRIC 1.0
#define TINY_METRIC 1e-9

struct noise {
    const struct kernels *kernels;
    unsigned n;
    size_t n_sets;
    double *memory;
    double *u;
    double *excess; /* the part of d beyond its bound */
    double bound;
    struct gram_inverse *gram;       /* with the noise block's metric */
    struct gram_inverse *gram_exact; /* with next to none: decomposes without noise */
    struct splitting *splitting;
};

size_t sparse_noise_bytes(unsigned n_players)
{
    return sizeof(struct noise) + N_VECTORS * (sizeof(double) << n_players) +
           2 * gram_inverse_bytes(n_players);
}

/* to(S) = sum over T that meet S of from(T). It is its own transpose: both O and O'. */
static void meeting_sum(const struct noise *p, const double *from, double *to)
{
    memcpy(to, from, p->n_sets * sizeof *to);
    p->kernels->disjoint_sum(to, p->n);
    p->kernels->subtract_from(to[0], to, p->n_sets);
}

/* to = A' from, without the empty set. */
static void containing_sum(const struct noise *p, const double *from, double *to)
{
    memcpy(to, from, p->n_sets * sizeof *to);
    p->kernels->superset_sum(to, p->n);
    to[0] = 0;
}

/* y = (A A' + O O' + k I)^-1 (A r_a + O r_b + r_d - u); e = (A' y, O' y, y), the last times k. */
static void project(void *owner)
{
    struct noise *p = owner;
    struct split_block *blocks = p->splitting->blocks;
    double *y = blocks[2].e, *met = blocks[1].e;
    meeting_sum(p, blocks[1].r, met);
    memcpy(y, blocks[0].r, p->n_sets * sizeof *y);
    p->kernels->subset_sum(y, p->n);
    p->kernels->add_difference(met, blocks[2].r, p->u, p->n_sets);
    p->kernels->add(y, met, p->n_sets);
    y[0] = 0;
    gram_inverse_apply(p->gram, y);
    y[0] = 0;
    containing_sum(p, y, blocks[0].e);
    meeting_sum(p, y, blocks[1].e);
}

static void metric_changed(void *owner, double metric)
{
    struct noise *p = owner;
    gram_inverse_set_shift(p->gram, metric);
}

static void set_up(struct sparse_form *form, const double *u, double noise_bound)
{
    struct noise *p = form->data;
    struct splitting *s = &form->splitting;
    memcpy(p->u, u, p->n_sets * sizeof *u);
    p->bound = s->blocks[2].bound = noise_bound;
    memcpy(s->blocks[2].e, u, p->n_sets * sizeof *u);
    p->kernels->moebius(s->blocks[2].e, p->n);
    double sum = 0;
    for (size_t set = 0; set < p->n_sets; set++)
        sum += fabs(s->blocks[2].e[set]);
    s->blocks[2].metric = FIRST_METRIC;
    gram_inverse_set_shift(p->gram, FIRST_METRIC);
    splitting_start(s, 0.3 * sum / (double)p->n_sets);
}

/* lambda = -y / gamma proves <u, lambda> - bound |lambda|_1 when |A' lambda| <= c and
 * |O' lambda| <= c. */
static double dual_bound(struct sparse_form *form, const struct sparse_costs *costs, double *lambda)
{
    struct noise *p = form->data;
    const struct split_block *blocks = form->splitting.blocks;
    const double *c_and = costs ? costs->c_and : NULL, *c_or = costs ? costs->c_or : NULL;
    const double *q = costs ? costs->q : NULL;
    double factor = -1.0 / form->splitting.gamma, product = 0;
    for (size_t i = 0; i < p->n_sets; i++) {
        double multiplier = factor * blocks[2].e[i];
        product += p->u[i] * multiplier - p->bound * fabs(multiplier);
        blocks[0].e[i] *= factor;
        blocks[1].e[i] *= factor;
    }
    double scale = fmin(sparse_dual_scale(blocks[0].e, p->n_sets, c_and, q),
                        sparse_dual_scale(blocks[1].e, p->n_sets, c_or, q));
    double bound = scale * product;
    for (size_t i = 0; lambda && i < p->n_sets; i++)
        lambda[i] = scale * factor * blocks[2].e[i];
    if (costs)
        bound -= sparse_dual_penalty(blocks[0].e, scale, p->n_sets, c_and, q) +
                 sparse_dual_penalty(blocks[1].e, scale, p->n_sets, c_or, q);
    return bound;
}

/*
 * The projected point with its noise clipped. What is clipped off is small; its decomposition of
 * least Euclidean norm, (A', O') (A A' + O O')^-1, is added to the interactions.
 */
static double primal(struct sparse_form *form, const struct sparse_costs *costs, double *a,
                     double *b, double *d)
{
    struct noise *p = form->data;
    const struct split_block *blocks = form->splitting.blocks;
    for (size_t i = 0; i < p->n_sets; i++) {
        double value = blocks[2].r[i] - blocks[2].metric * blocks[2].e[i];
        d[i] = value > p->bound ? p->bound : value < -p->bound ? -p->bound : value;
        p->excess[i] = value - d[i];
    }
    p->excess[0] = d[0] = 0;
    gram_inverse_apply(p->gram_exact, p->excess);
    p->excess[0] = 0;
    containing_sum(p, p->excess, a);
    meeting_sum(p, p->excess, b);
    for (size_t i = 0; i < p->n_sets; i++) {
        a[i] += blocks[0].r[i] - blocks[0].e[i];
        b[i] += blocks[1].r[i] - blocks[1].e[i];
    }
    a[0] = b[0] = 0;
    return sparse_cost(a, b, p->n_sets, costs);
}

/* a = moebius(u - d - O b). */
static void finish(struct sparse_form *form, double *a, double *b, double *d)
{
    struct noise *p = form->data;
    for (size_t i = 0; i < p->n_sets; i++)
        d[i] = fmax(-p->bound, fmin(p->bound, d[i]));
    b[0] = d[0] = 0;
    meeting_sum(p, b, a);
    for (size_t i = 0; i < p->n_sets; i++)
        a[i] = p->u[i] - d[i] - a[i];
    p->kernels->moebius(a, p->n);
    a[0] = 0;
}

static void release(struct sparse_form *form)
{
    struct noise *p = form->data;
    if (!p)
        return;
    gram_inverse_free(p->gram);
    gram_inverse_free(p->gram_exact);
    mem_free(p->memory);
    mem_free(p);
}

int sparse_noise_create(unsigned n_players, struct sparse_form *form, struct pt_error *error)
{
    struct noise *p = mem_alloc(1, sizeof *p, error);
    if (!p)
        return PT_E_MEMORY;
    form->data = p;
    form->release = release;
    struct splitting *s = &form->splitting;
    struct split_block *a = &s->blocks[0], *b = &s->blocks[1], *d = &s->blocks[2];
    double **vectors[N_VECTORS] = {&p->u,         &p->excess, &a->z, &a->anchor, &a->r, &a->e,
                                   &a->threshold, &a->shrink, &b->z, &b->anchor, &b->r, &b->e,
                                   &b->threshold, &b->shrink, &d->z, &d->anchor, &d->r, &d->e};
    p->memory = sparse_vectors(n_players, N_VECTORS, vectors, error);
    int status = p->memory ? gram_inverse_create(n_players, &p->gram, error) : PT_E_MEMORY;
    if (!status)
        status = gram_inverse_create(n_players, &p->gram_exact, error);
    if (status) {
        release(form);
        form->data = NULL;
        return status;
    }
    gram_inverse_set_shift(p->gram_exact, TINY_METRIC);
    p->kernels = s->kernels = kernels_best();
    p->n = form->n_players = n_players;
    p->n_sets = s->n_entries = (size_t)1 << n_players;
    p->splitting = s;
    s->n_blocks = 3;
    a->metric = b->metric = 1;
    d->prox = SPLIT_CLIP;
    s->adapts_metric = 1;
    s->owner = p;
    s->project = project;
    s->metric_changed = metric_changed;
    form->set_up = set_up;
    form->dual_bound = dual_bound;
    form->primal = primal;
    form->finish = finish;
    return PT_OK;
}
