/* How interactions vary under noise on the input, by order (P7; doc/METHOD.md, "Stability"). */
#ifndef ANALYSIS_STABILITY_H
#define ANALYSIS_STABILITY_H

#include "phasetrace/trace.h"

/*
 * Sums over the sets of an order, [n_players] each: of the variance of I(S|x + noise), then of the
 * size of its mean. rows[n_samples, 2 n_players].
 */
void stability_rows(const struct pt_stability *stability, double *rows);

/* Means over the sets of one order, from the sum of the rows of `n_samples` samples. */
struct order_stability {
    size_t n_sets; /* sets of this order, times samples */
    double variance, mean_strength;
    double ratio; /* mean_strength / sqrt(variance); not finite where nothing varies */
};

struct order_stability stability_of_order(const double *total, size_t n_players, size_t n_samples,
                                          size_t order);

#endif
