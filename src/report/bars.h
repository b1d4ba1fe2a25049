/* Bars by order: beside each other, stacked, with whiskers and marks. */
#ifndef REPORT_BARS_H
#define REPORT_BARS_H

#include "report/axes.h"
#include "report/result_table.h"

#define BARS_MAX_LAYERS 4

/* A value for each order. Layers of one slot are stacked: positive values upwards from 0, negative
 * ones downwards. */
struct bar_layer {
    struct spectrum values;
    struct colour colour;
    size_t slot; /* 0..n_slots-1, from left to right within an order's room */
    int is_mark; /* a line across the slot at the value, instead of a bar */
};

struct bar_chart {
    size_t n_slots, n_layers;
    struct bar_layer layers[BARS_MAX_LAYERS];
};

/* Add a layer; beyond BARS_MAX_LAYERS nothing. */
void bar_chart_add(struct bar_chart *chart, struct spectrum values, struct colour colour,
                   size_t slot);
void bar_chart_add_mark(struct bar_chart *chart, struct spectrum values, struct colour colour,
                        size_t slot);

/* Both signs of the generalisable strength, and beyond them those of the non-generalisable one,
 * from the table generalization.csv. */
void bar_chart_add_generality(struct bar_chart *chart, const struct result_table *table,
                              const size_t *keys, size_t at);

/* All values, stacked, with their whiskers, and 0; empty when no value is finite. */
struct range bar_chart_range(const struct bar_chart *chart);

/* The bars with whiskers where bounds are finite, then the line at 0. */
void bar_chart_draw(struct canvas *canvas, const struct bar_chart *chart,
                    const struct order_axis *orders, const struct value_axis *values);

/* An upright line between two heights of the page, with caps. */
void draw_whisker(struct canvas *canvas, double x, double half_cap, double low, double high);

#endif
