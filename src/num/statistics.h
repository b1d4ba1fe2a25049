/* Small descriptive statistics: correlations, order statistics, percentiles. */
#ifndef NUM_STATISTICS_H
#define NUM_STATISTICS_H

#include <stddef.h>

/* An interval; both ends are NaN when it could not be computed. */
struct interval {
    double low, high;
};

/* Product-moment correlation of x[n] with y[n]; NaN when n < 2 or one of them is constant. */
double pearson_correlation(const double *x, const double *y, size_t n);

/* Pearson correlation of the ranks, ties sharing their average rank; NaN as above. O(n^2). */
double spearman_correlation(const double *x, const double *y, size_t n);

/* Cosine of the angle between x[n] and y[n]; NaN when one of them is zero. */
double cosine_similarity(const double *x, const double *y, size_t n);

/*
 * Reorders values[n] so that values[rank] is what it would be after sorting, with nothing larger
 * before it and nothing smaller after it. rank < n, no NaN. O(n) on average.
 */
void select_rank(double *values, size_t n, size_t rank);

/*
 * The value below which `fraction` (0..1) of values[n] lie, interpolated linearly between
 * neighbours as numpy.percentile does by default. Reorders the values. NaN when n is 0.
 */
double percentile(double *values, size_t n, double fraction);

#endif
