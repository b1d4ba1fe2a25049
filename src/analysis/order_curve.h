/* Curves over the orders: n numbers, that of order k at k - 1. */
#ifndef ANALYSIS_ORDER_CURVE_H
#define ANALYSIS_ORDER_CURVE_H

#include <stddef.h>

/* Divides by the sum; all become NaN when that is 0. */
void curve_normalise(double *curve, size_t n_orders);

/* Half the sum of differences: the total variation of two distributions. NaN for a NaN. */
double curve_distance(const double *p, const double *q, size_t n_orders);

/*
 * Cosine of strengths[n_orders] with another curve over the orders that hold at least 1% of the
 * strength; NaN when fewer than 5 do. n_orders <= PT_MAX_PLAYERS.
 */
double curve_cosine(const double *strengths, const double *other, size_t n_orders);

/* The mean of rows[n_rows, n_columns]. */
void mean_of_rows(const double *rows, size_t n_rows, size_t n_columns, double *mean);

#endif
