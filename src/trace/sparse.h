/*
 * The sparsest AND/OR decomposition of a value table, with a certificate.
 *
 * Among all pairs of AND and OR interactions that reproduce u(T) = v(T) - v(0) exactly, the one
 * of least total strength  sum |I_and(S)| + |I_or(S)|  over non-empty S. doc/METHOD.md derives
 * the closed form and the iteration; the papers look for the same minimum by gradient descent.
 */
#ifndef TRACE_SPARSE_H
#define TRACE_SPARSE_H

#include "phasetrace/status.h"

#include <stddef.h>

/* Buffers for tables over n players; used by one thread at a time. */
struct sparse_solver;

struct sparse_options {
    double gap;          /* stop at (objective - dual_bound) <= gap * objective */
    long max_iterations; /* 0: the default cap */
};

struct sparse_result {
    double objective;  /* sum |a| + |b| over non-empty sets, of the decomposition returned */
    double dual_bound; /* no decomposition has a smaller sum than this */
    long iterations;
    int converged; /* 0 when the cap was reached first */
};

int sparse_solver_create(unsigned n_players, struct sparse_solver **solver, struct pt_error *error);
void sparse_solver_free(struct sparse_solver *solver); /* NULL is allowed */
size_t sparse_solver_bytes(unsigned n_players);

/*
 * Decomposes `u` [2^n], u[0] == 0, into AND interactions `a` and OR interactions `b` [2^n each,
 * entry 0 is 0]; u(T) = sum of a over S inside T + sum of b over S that meet T, to rounding. The
 * arrays are aligned to 64 bytes and do not overlap.
 */
void sparse_solve(struct sparse_solver *solver, const double *u,
                  const struct sparse_options *options, double *a, double *b,
                  struct sparse_result *result);

#endif
