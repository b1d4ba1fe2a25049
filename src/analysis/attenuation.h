/*
 * The operator of P2's theory: what noise leaves of the interactions of a network.
 *
 *   M(sigma2) = (J'J + 2^n diag(2^|T| sigma2))^-1 J'J,   J(S,T) = 1 when T is inside S
 *
 * (Ren et al. 2024, arXiv 2407.19198, Theorem 3). J'J is the n-th Kronecker power of a =
 * [[2,1],[1,1]] and diag(2^|T|) that of d = diag(1,2), so that the two eigenvectors of the pencil
 * (a, d) diagonalise M for every sigma2:
 *
 *   M = B diag(lambda / (lambda + 2^n sigma2)) B^-1,   lambda(S) = l0^(n-|S|) l1^|S|
 *
 * with B the Kronecker power of the eigenvectors and l0, l1 = (5 +- sqrt 17) / 4. Nothing is ever
 * factorised, and M takes n 2^n operations.
 */
#ifndef ANALYSIS_ATTENUATION_H
#define ANALYSIS_ATTENUATION_H

#include <stddef.h>

/* The grid on which a sigma2 is looked for: 0, then 10^-6 to 10^2 with 8 a decade. */
#define N_SIGMA2 66
double sigma2_at(size_t index);

/* The eigenvalues of M(sigma2) by |S|: factors[n_players + 1]. */
void attenuation_factors(size_t n_players, double sigma2, double *factors);

/* B^-1 and B, in place, on f[2^n_players]: between them f(S) is multiplied by factors[|S|]. */
void attenuation_to_eigenbasis(size_t n_players, double *f);
void attenuation_from_eigenbasis(size_t n_players, double *f);

/*
 * Euclidean norms of the rows of M, which are those of one row for each |T|:
 * factors[n_sigma2, n_players + 1] -> norms[n_sigma2, n_players + 1]. n_players <= PT_MAX_PLAYERS.
 */
void attenuation_row_norms(size_t n_players, const double *factors, size_t n_sigma2, double *norms);

#endif
