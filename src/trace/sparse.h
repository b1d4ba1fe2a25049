/*
 * The sparsest AND/OR decomposition of a value table, with a certificate.
 *
 * Among all AND interactions a, OR interactions b and noise d with |d(T)| <= noise_bound, d(0) = 0,
 * that reproduce u(T) = v(T) - v(0) exactly, those of least total strength
 * sum |a(S)| + |b(S)| over non-empty S. The papers look for the same minimum by gradient descent.
 *
 * The minimum is not unique: AND{i,j} + OR{i,j} = {i} + {j} at equal cost. The answer is defined
 * as the minimiser of a slightly different, strictly convex cost that favours low orders,
 *   sum c(S) |I(S)| + 0.03/s (|S|-1) I(S)^2 / 2,   s = max |u|,
 *   c_and = 1 + 0.005 (|S|-1),   c_or = 1 + 0.005 (|S|-1/2),
 * without OR singletons, which would duplicate AND singletons. So there are two stages: the plain
 * cost until its gap is closed, which gives the certified bound, then this cost until its own is.
 */
#ifndef TRACE_SPARSE_H
#define TRACE_SPARSE_H

#include "phasetrace/status.h"

#include <stddef.h>

/* Buffers for tables over n players; used by one thread at a time. */
struct sparse_solver;

struct sparse_options {
    double gap;               /* stage (i) ends at (objective - dual_bound) <= gap * objective */
    double tie_gap;           /* stage (ii) ends at this gap of its own cost; 0: no stage (ii) */
    double noise_bound;       /* >= 0, in the units of u */
    long max_iterations;      /* of each stage; 0: the default cap */
    const volatile int *stop; /* non-zero ends the iteration, not converged; may be NULL */
    double *dual; /* receives the multipliers [2^n] that prove dual_bound; may be NULL */
};

/*
 * The multipliers are numbers lambda(T), lambda(0) = 0, with |sum of lambda over T containing S| <=
 * 1 and |sum of lambda over T that meet S| <= 1 for every non-empty S; they prove the bound sum u
 * lambda - noise_bound sum |lambda|.
 */
struct sparse_result {
    double objective;  /* sum |a| + |b| over non-empty sets, of the decomposition returned */
    double least;      /* the smallest sum found: that of stage (i), which closes the gap */
    double dual_bound; /* no decomposition has a smaller sum than this */
    long iterations;   /* of both stages */
    int converged;     /* 0 when a stage reached the cap first */
};

int sparse_solver_create(unsigned n_players, int with_noise, struct sparse_solver **solver,
                         struct pt_error *error);
void sparse_solver_free(struct sparse_solver *solver); /* NULL is allowed */
size_t sparse_solver_bytes(unsigned n_players, int with_noise);

/*
 * Decomposes `u` [2^n], u[0] == 0, into `a`, `b` and `d` [2^n each, entry 0 is 0, singletons only
 * in `a`]: u(T) = d(T) + sum of a over S inside T + sum of b over S that meet T, to rounding. `d`
 * may be NULL when noise_bound is 0; a positive bound needs a solver made with noise. All arrays
 * are aligned to 64 bytes and do not overlap.
 */
void sparse_solve(struct sparse_solver *solver, const double *u,
                  const struct sparse_options *options, double *a, double *b, double *d,
                  struct sparse_result *result);

#endif
