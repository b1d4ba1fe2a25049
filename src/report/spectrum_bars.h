/* The strength by order that bars show, at one checkpoint and over all of them. */
#ifndef REPORT_SPECTRUM_BARS_H
#define REPORT_SPECTRUM_BARS_H

#include "report/results.h"
#include "report/scales.h"

#define BARS_MAX_LAYERS 2

/* Layers lie on one another: what generalises, then the rest; or one layer of all. */
struct spectrum_bars {
    size_t n_orders, n_layers;
    double positive[BARS_MAX_LAYERS][RESULTS_MAX_ORDER]; /* >= 0; index 0 is order 1 */
    double negative[BARS_MAX_LAYERS][RESULTS_MAX_ORDER]; /* <= 0 */
};

/* What is said about a split at a checkpoint; NaN where it is not known. */
struct spectrum_reading {
    double strength, mean_order, gamma, chance;
};

/* Checkpoints are those of orders.csv. */
size_t checkpoint_count(const struct results *results);
double checkpoint_step(const struct results *results, size_t at);

/* 1 when generalization.csv is about the same checkpoints. */
int checkpoint_has_generality(const struct results *results);

struct spectrum_bars spectrum_bars_at(const struct results *results, size_t split, size_t at);
struct spectrum_reading spectrum_reading_at(const struct results *results, size_t split, size_t at);

/* Widens the range by the bars of both splits. */
void spectrum_range_add(struct range *range, const struct results *results, size_t at);

/* The value of a curve at a step; NaN where it has none. */
double curve_at_step(const struct curve *curve, double step);

#endif
