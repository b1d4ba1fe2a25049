/* What quantity "row_norms" leaves for claim D8: the norms of the rows of M(sigma2). */
#ifndef ANALYSIS_ROW_NORMS_H
#define ANALYSIS_ROW_NORMS_H

#include <stddef.h>

#define N_ROW_NORMS 4
extern const size_t row_norm_players[N_ROW_NORMS]; /* 6, 8, 10, 12 */

/* For each number n of players [N_SIGMA2, n + 1] by |T|, on the grid of analysis/attenuation.h. */
struct row_norms {
    double *norms[N_ROW_NORMS];
};

#endif
