/* The sparsest decomposition by GLPK's simplex method: an oracle that shares no code with ours. */
#ifndef LP_ORACLE_H
#define LP_ORACLE_H

#include <stddef.h>

/* The least sum |a| + |b| over the AND/OR decompositions of u - d [2^n], u[0] == 0, d(0) == 0 and
 * |d(T)| <= noise_bound. */
double lp_optimum(const double *u, unsigned n_players, double noise_bound);

#endif
