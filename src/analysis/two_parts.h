/* Explaining a curve as the sum of two parts with weights that are not negative. */
#ifndef ANALYSIS_TWO_PARTS_H
#define ANALYSIS_TWO_PARTS_H

#include <stddef.h>

struct two_parts {
    double first, second; /* weights */
    double residual;      /* |curve - fit| / |curve|; NaN when the curve is zero */
};

/* Least squares over first[n] and second[n]. Where both parts are the same curve, the first one
 * gets it all. */
struct two_parts fit_two_parts(const double *curve, const double *first, const double *second,
                               size_t n);

#endif
