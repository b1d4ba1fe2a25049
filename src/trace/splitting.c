/* The iteration of an operator splitting, its restarts and its step sizes. */
#include "trace/splitting.h"

#include <math.h>
#include <string.h>

#define OLD_ANCHOR_SHARE 0.15 /* of the iterations since the start */
#define FEWEST_TO_ADAPT 20    /* iterations that say something about the step sizes */

/* Not fmin() and fmax(), which are calls. */
static double clip(double x, double bound)
{
    x = x > bound ? bound : x;
    return x < -bound ? -bound : x;
}

static double prox(const struct split_block *b, double gamma, double z, size_t i)
{
    if (i == 0)
        return b->entry0_is_free ? z : 0.0;
    if (b->prox == SPLIT_CLIP)
        return clip(z, b->bound);
    if (b->prox == SPLIT_SOFT)
        return z - clip(z, gamma);
    return b->shrink[i] * (z - clip(z, b->threshold[i]));
}

/* The tables that depend on the step size. */
static void fill_weights(struct splitting *s)
{
    for (size_t i = 0; i < s->n_blocks; i++) {
        struct split_block *b = &s->blocks[i];
        for (size_t j = 0; b->prox == SPLIT_WEIGHTED && j < s->n_entries; j++) {
            b->threshold[j] = s->gamma * b->cost[j];
            b->shrink[j] = 1.0 / (1.0 + s->gamma * b->curvature[j]);
        }
    }
}

void splitting_start(struct splitting *s, double gamma)
{
    for (size_t i = 0; i < s->n_blocks; i++) {
        memset(s->blocks[i].z, 0, s->n_entries * sizeof(double));
        memset(s->blocks[i].anchor, 0, s->n_entries * sizeof(double));
    }
    s->gamma = gamma;
    s->n_iterations = 0;
    s->k = 0;
    fill_weights(s);
}

static void set_anchor(struct splitting *s)
{
    fill_weights(s);
    for (size_t i = 0; i < s->n_blocks; i++)
        memcpy(s->blocks[i].anchor, s->blocks[i].z, s->n_entries * sizeof(double));
    s->k = 0;
}

void splitting_continue(struct splitting *s)
{
    set_anchor(s);
    s->n_iterations = 0;
}

static void reflect(const struct splitting *s, struct split_block *b)
{
    const struct kernels *kernels = s->kernels;
    if (b->prox == SPLIT_SOFT)
        kernels->reflect_soft(b->z, s->gamma, b->r, s->n_entries);
    else if (b->prox == SPLIT_WEIGHTED)
        kernels->reflect_weighted(b->z, b->threshold, b->shrink, b->r, s->n_entries);
    else
        kernels->reflect_clip(b->z, b->bound, b->r, s->n_entries);
    b->r[0] = b->entry0_is_free ? b->z[0] : 0.0;
}

void splitting_step(struct splitting *s)
{
    for (size_t i = 0; i < s->n_blocks; i++)
        reflect(s, &s->blocks[i]);
    s->project(s->owner);
    double keep = (double)(s->k + 1) / (double)(s->k + 2);
    double squares = 0;
    for (size_t i = 0; i < s->n_blocks; i++) {
        struct split_block *b = &s->blocks[i];
        squares +=
            s->kernels->anchored_step(b->anchor, b->e, b->metric, keep, b->z, b->r, s->n_entries) /
            b->metric;
    }
    double residual = sqrt(squares);
    if (s->k == 0)
        s->first_residual = s->residual = residual;
    s->residual_before = s->residual;
    s->residual = residual;
    s->k++;
    s->n_iterations++;
}

/* Squared changes of x and of z - x in a block since the anchor was set, and the squares of z. */
struct changes {
    double x, u, z;
};

static struct changes changes_since_anchor(const struct splitting *s, const struct split_block *b)
{
    struct changes c = {0};
    for (size_t i = 1; i < s->n_entries; i++) {
        double x = prox(b, s->gamma, b->z[i], i), then = prox(b, s->gamma, b->anchor[i], i);
        double dx = x - then, du = (b->z[i] - x) - (b->anchor[i] - then);
        c.x += dx * dx;
        c.u += du * du;
        c.z += b->z[i] * b->z[i];
    }
    return c;
}

/* Keeps x and the multiplier (z - x) / (gamma metric) while the step size changes. */
static void rescale(const struct splitting *s, struct split_block *b, double factor)
{
    for (size_t i = 1; i < s->n_entries; i++) {
        double x = prox(b, s->gamma, b->z[i], i);
        b->z[i] = x + factor * (b->z[i] - x);
    }
}

static double fourth_root_within(double ratio, double limit)
{
    return fmax(1.0 / limit, fmin(limit, sqrt(sqrt(ratio))));
}

/* New step sizes that balance how far x and the multiplier moved since the last restart. */
static void adapt(struct splitting *s)
{
    struct changes sum = {0}, rest = {0}, last = {0};
    for (size_t i = 0; i < s->n_blocks; i++) {
        struct changes c = changes_since_anchor(s, &s->blocks[i]);
        double metric = s->blocks[i].metric;
        sum = (struct changes){sum.x + c.x / metric, sum.u + c.u / metric, sum.z + c.z / metric};
        if (i + 1 == s->n_blocks)
            last = c;
        else
            rest = (struct changes){rest.x + c.x, rest.u + c.u, rest.z + c.z};
    }
    double least = 1e-20 * sum.z, gamma_factor = 1, metric_factor = 1;
    if (sum.x > least && sum.u > least)
        gamma_factor = fourth_root_within(sum.x / sum.u, 3);
    if (s->adapts_metric && fmin(fmin(last.x, last.u), fmin(rest.x, rest.u)) > 1e-20 * rest.z)
        metric_factor = fourth_root_within(last.x / last.u * (rest.u / rest.x), 2);
    for (size_t i = 0; i < s->n_blocks; i++) {
        int adapts = s->adapts_metric && i + 1 == s->n_blocks;
        rescale(s, &s->blocks[i], gamma_factor * (adapts ? metric_factor : 1));
        s->blocks[i].metric *= adapts ? metric_factor : 1;
    }
    s->gamma *= gamma_factor;
    if (metric_factor != 1)
        s->metric_changed(s->owner, s->blocks[s->n_blocks - 1].metric);
}

/* On good progress, on progress that has turned, or when the anchor has grown old. */
static int time_to_restart(const struct splitting *s)
{
    if (s->k < 2)
        return 0;
    if (s->residual <= 0.2 * s->first_residual)
        return 1;
    if (s->residual <= 0.8 * s->first_residual && s->residual > s->residual_before)
        return 1;
    return s->k > 50 && (double)s->k > OLD_ANCHOR_SHARE * (double)s->n_iterations;
}

void splitting_maybe_restart(struct splitting *s)
{
    if (!time_to_restart(s))
        return;
    if (s->k >= FEWEST_TO_ADAPT)
        adapt(s);
    set_anchor(s);
}
