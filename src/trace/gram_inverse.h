/*
 * Solving (A A' + O O' + k I) y = f, the inner system of the extraction with a noise term.
 *
 * A(T,S) = 1 when S is inside T and O(T,S) = 1 when S meets T, S non-empty, so that
 *   (A A' + O O')(T,T') = 2^|T & T'| - 1 + 2^n - 2^(n-|T|) - 2^(n-|T'|) + 2^(n-|T u T'|).
 * It commutes with permutations of the players, hence with those of two halves of the players. In
 * the spin basis of each half (num/spin_basis.h) it falls apart into one small dense block for
 * each pair (j1, j2), shared by all copies; the blocks are diagonalised once, so that a new k
 * costs little.
 */
#ifndef TRACE_GRAM_INVERSE_H
#define TRACE_GRAM_INVERSE_H

#include "phasetrace/status.h"

#include <stddef.h>

struct gram_inverse;

/* n_players = 0..20; k is 1 at first. The caller frees with gram_inverse_free(). */
int gram_inverse_create(unsigned n_players, struct gram_inverse **inverse, struct pt_error *error);
void gram_inverse_free(struct gram_inverse *inverse); /* NULL is allowed */
size_t gram_inverse_bytes(unsigned n_players);        /* about what it allocates */

void gram_inverse_set_shift(struct gram_inverse *inverse, double k); /* k > 0 */

/* f [2^n], aligned to 64 bytes, becomes y. */
void gram_inverse_apply(struct gram_inverse *inverse, double *f);

#endif
