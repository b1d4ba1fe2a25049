/* The rules that cut a curve of mean orders into phases (doc/METHOD.md, "Phases"). */
#ifndef ANALYSIS_PHASES_H
#define ANALYSIS_PHASES_H

#include <stddef.h>

/* Places in a curve of n checkpoints; n stands for "there is none". */
struct phase_points {
    size_t minimum; /* the first one of equal minima; NaN are passed over */
    /* The first checkpoint after the minimum from which on the curve stays above its minimum plus
     * a quarter of the difference between its end and its minimum. */
    size_t rise;
};

struct phase_points phase_points(const double *mean_order, size_t n);

#endif
