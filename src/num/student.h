/* Student's t: the interval of a mean that few independent numbers give. */
#ifndef NUM_STUDENT_H
#define NUM_STUDENT_H

#include "num/statistics.h"

/* The t for which |T| <= t with probability 0.95, T having `degrees` >= 1 degrees of freedom. */
double student_t95(size_t degrees);

/* The mean of the finite ones of x[n]; NaN without any. */
double finite_mean(const double *x, size_t n);

/* The 95% t-interval of that mean; NaN with fewer than two finite numbers. */
struct interval mean_interval(const double *x, size_t n);

#endif
