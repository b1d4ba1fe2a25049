/* Axes: training steps on a logarithmic scale that has room for step 0, orders, values. */
#ifndef REPORT_AXES_H
#define REPORT_AXES_H

#include "report/canvas.h"

#define AXES_MAX_TICKS 160 /* nine a decade for 16 decades, and 0 */

/* The smallest interval that holds what was added; low > high while that is nothing. */
struct range {
    double low, high;
};
struct range range_empty(void);
void range_add(struct range *range, double value); /* NaN and infinities are passed over */
int range_is_empty(struct range range);

/* Steps 0..last at x = left + (right - left) log2(step + 1) / log2(last + 1). */
struct step_axis {
    double left, right; /* units of the page */
    double last;        /* > 0 */
};
double step_axis_x(const struct step_axis *axis, double step);

/* Step numbers as wide as fit, from 0, 1, 2, 5, 10, ... down to powers of ten; at most
 * AXES_MAX_TICKS. Returns how many. */
size_t step_axis_ticks(struct canvas *canvas, const struct step_axis *axis,
                       double ticks[AXES_MAX_TICKS]);
/* The line at `y` with its ticks. */
void step_axis_draw_ticks(struct canvas *canvas, const struct step_axis *axis, double y);
/* The same, labels and what they count below it; needs 75 units. */
void step_axis_draw(struct canvas *canvas, const struct step_axis *axis, double y);

struct value_axis {
    double top, bottom; /* units of the page */
    double low, high;   /* values at bottom and top */
    double tick;        /* distance of ticks: 1, 2 or 5 times a power of ten */
    int is_log;         /* low, high and tick are decades: of log10 of the values */
};
/*
 * An axis over `range` with a little air and about `n_ticks` ticks (never more than twice that).
 * A range that is empty or a point becomes an interval around it.
 */
struct value_axis value_axis_over(double top, double bottom, struct range range, int n_ticks);
/* The same with as many ticks as its length has room for. */
struct value_axis value_axis_fitted(double top, double bottom, struct range range);
/* A logarithmic axis over the part of `range` above 0, with a tick at every so many decades. */
struct value_axis value_axis_log_over(double top, double bottom, struct range range);
/* Values outside the axis come to lie on its end. `value` is not NaN. */
double value_axis_y(const struct value_axis *axis, double value);
/* "-2", "0.25", "1.5e-7" with the decimals the ticks need and a true minus sign. */
void value_axis_label(const struct value_axis *axis, double value, char *text, size_t text_bytes);
/*
 * Grid lines from left to right, labels left of `left` within `gutter` units, `title` (NULL: none)
 * upwards at the far end of the gutter.
 */
void value_axis_draw(struct canvas *canvas, const struct value_axis *axis, double left,
                     double right, double gutter, const char *title);

/* The same values along a line from left to right: `top` of the axis is its right end, `bottom` its
 * left one. Grid lines from `top` to `bottom`, labels and `title` below; needs 75 units. */
void value_axis_draw_across(struct canvas *canvas, const struct value_axis *axis, double top,
                            double bottom, const char *title);

/* Orders first..last, each in the middle of as much room. */
struct order_axis {
    double left, right; /* units of the page */
    size_t first, last;
};
double order_axis_width(const struct order_axis *axis); /* of the room of an order */
double order_axis_x(const struct order_axis *axis, size_t order);
/* Every order's number below `y` when they fit, otherwise every second or third; needs 30 units. */
void order_axis_draw(struct canvas *canvas, const struct order_axis *axis, double y);

/* A part of the page. */
struct box {
    double left, right, top, bottom;
};

/* 1234567 as "1,234,567". */
void format_count(double count, char *text, size_t text_bytes);

#endif
