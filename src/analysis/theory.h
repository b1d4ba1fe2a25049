/* What quantity "theory" leaves for the claims: the sigma2 that fits each checkpoint best. */
#ifndef ANALYSIS_THEORY_H
#define ANALYSIS_THEORY_H

#include "analysis/prediction.h"

struct theory_fit {
    double sigma2;         /* of the grid, the least one of equals */
    double distance;       /* D between measured and predicted shares of the orders, 0..1 */
    double distance_final; /* D between the measured ones and those of w* itself */
}; /* all NaN when nothing is salient at the checkpoint or at the last one */

/* Of the testing samples. NULL when there are none, or too many players. */
struct theory_results {
    struct theory_fit *fits[N_PREDICTED_KINDS]; /* [n_checkpoints] */
    /* [n_replicates, n_checkpoints] of PREDICTED_AND, without distance_final */
    struct theory_fit *replicates;
};

#endif
