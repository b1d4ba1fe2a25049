/*
 * Common interactions: what networks that were trained independently have in common (P5).
 *
 * The networks are the baselines, taken in pairs; the samples are of the training split, which no
 * baseline network has seen: those of the larger sample where there is one.
 */
#ifndef ANALYSIS_COMMON_H
#define ANALYSIS_COMMON_H

#include "num/statistics.h"
#include "phasetrace/trace.h"

#define COMMON_LAST_RAW_ORDER 4 /* beyond it much is common by chance alone */

/* Of one order, means over pairs; NaN where there is nothing. */
struct common_order {
    double share;  /* 2 |A and B| / (|A| + |B|), sums over the samples */
    double chance; /* the same with the number of common ones to be expected of random sets */
    struct interval share_bounds;
    double n_first, n_second, n_common; /* salient interactions of a sample */
    double strength;                    /* share of this order in the strength of the networks */
};

struct common {
    size_t n_pairs, n_samples;                      /* n_pairs 0: not measured */
    struct common_order orders[PT_MAX_PLAYERS + 1]; /* by order; the first is not used */
    double fall;   /* share(1) - share(4); NaN with fewer than 4 players */
    double beyond; /* (share - chance) / (1 - chance), orders beyond the 4th taken together */
    struct interval fall_bounds, beyond_bounds;
};

#endif
