/*
 * Douglas-Rachford splitting with Halpern's anchor, restarts and step sizes that adapt.
 *
 * Finds a point of a subspace that minimises a sum of simple functions of its blocks. An iteration
 * is  x = prox(z),  y = projection of r = 2x - z,  z <- anchor/(k+2) + (k+1)/(k+2) (z + 2(y - x)).
 * The anchor is the z of the last restart (Halpern 1967; restarts as for PDHG in Lu, Yang 2024,
 * arXiv 2407.16144). What the subspace is, only the owner's project() knows.
 */
#ifndef TRACE_SPLITTING_H
#define TRACE_SPLITTING_H

#include "num/kernels.h"

#include <stddef.h>

enum split_prox {
    SPLIT_SOFT,     /* |x| */
    SPLIT_WEIGHTED, /* cost |x| + curvature x^2 / 2, entry by entry */
    SPLIT_CLIP      /* |x| <= bound */
};

struct split_block {
    enum split_prox prox;
    double metric;                  /* the step size of this block is gamma * metric */
    double *z, *anchor;             /* the iterate, and its value at the last restart */
    double *r;                      /* 2x - z */
    double *e;                      /* r minus its projection is metric * e; set by project() */
    const double *cost, *curvature; /* for SPLIT_WEIGHTED */
    double *threshold, *shrink;     /* gamma * cost and 1 / (1 + gamma * curvature) */
    double bound;                   /* for SPLIT_CLIP */
    int entry0_is_free;             /* entry 0 has no cost (x = z); otherwise it is held at 0 */
};

#define SPLIT_MAX_BLOCKS 3

struct splitting {
    const struct kernels *kernels;
    size_t n_entries; /* of each array */
    size_t n_blocks;
    struct split_block blocks[SPLIT_MAX_BLOCKS];
    int adapts_metric; /* the last block's metric is adapted at restarts, too */
    void *owner;
    void (*project)(void *owner);                       /* reads every r, sets every e */
    void (*metric_changed)(void *owner, double metric); /* may be NULL */
    double gamma;
    long k;                                           /* iterations since the restart */
    long n_iterations;                                /* since splitting_start() */
    double first_residual, residual_before, residual; /* |y - x|, since the restart */
};

/* Starts from z = 0 with step size `gamma`; the caller has set everything above `gamma`. */
void splitting_start(struct splitting *s, double gamma);

/* The prox functions have changed (cost, curvature, bound): goes on from the present z. */
void splitting_continue(struct splitting *s);

/* One iteration, without the restart it may make due. */
void splitting_step(struct splitting *s);

/* Restarts when it is time to; after this r and e are those of the past iteration no more. */
void splitting_maybe_restart(struct splitting *s);

#endif
