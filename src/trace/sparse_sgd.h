/*
 * The published procedure for sparse AND/OR interactions, kept for comparison.
 *
 * P5's and P2's authors minimise sum |I_and(S)| + |I_or(S)| by gradient descent on the split
 * a = (u - d)/2 + g, o = (u - d)/2 - g and on the noise |d| <= noise_bound: SGD with momentum 0.9
 * from g = d = 0, the noise clamped after each step, the learning rate falling log-spaced by a
 * decade. Their code leaves the first learning rate to the user; ours is 0.002 max |u| / 2^n, so
 * that the scale of the table does not matter and larger tables, whose gradients are larger, stay
 * stable. g and d are held at 0 for the empty set, which keeps v(0) exact. Gradients go through
 * subset transforms instead of dense 2^n x 2^n matrices.
 */
#ifndef TRACE_SPARSE_SGD_H
#define TRACE_SPARSE_SGD_H

#include "phasetrace/status.h"

#include <stddef.h>

#define SPARSE_SGD_STEPS 10000

/* Buffers for tables over n players; used by one thread at a time. */
struct sparse_sgd;

int sparse_sgd_create(unsigned n_players, struct sparse_sgd **sgd, struct pt_error *error);
void sparse_sgd_free(struct sparse_sgd *sgd); /* NULL is allowed */
size_t sparse_sgd_bytes(unsigned n_players);

/*
 * Decomposes `u` [2^n], u[0] == 0, into `a`, `b` and `d` [2^n each, entry 0 is 0]: whatever the
 * descent has reached, u(T) = d(T) + sum of a over S inside T + sum of b over S that meet T, to
 * rounding. Singletons of both kinds stay apart. All arrays are aligned to 64 bytes and do not
 * overlap. There is no certificate. Returns 0 when `*stop` (may be NULL) became non-zero before the
 * last step, 1 otherwise.
 */
int sparse_sgd_solve(struct sparse_sgd *sgd, const double *u, double noise_bound,
                     const volatile int *stop, double *a, double *b, double *d);

#endif
