/* Axes: training steps on a logarithmic scale that has room for step 0, orders, values. */
#ifndef REPORT_AXES_H
#define REPORT_AXES_H

#include "report/canvas.h"
#include "report/scales.h"

#define AXES_MAX_TICKS 160 /* nine a decade for 16 decades, and 0 */

/* Step numbers as wide as fit, from 0, 1, 2, 5, 10, ... down to powers of ten; at most
 * AXES_MAX_TICKS. Returns how many. */
size_t step_axis_ticks(struct canvas *canvas, const struct step_axis *axis,
                       double ticks[AXES_MAX_TICKS]);
/* The line at `y` with its ticks. */
void step_axis_draw_ticks(struct canvas *canvas, const struct step_axis *axis, double y);
/* The same, labels and what they count below it; needs 75 units. */
void step_axis_draw(struct canvas *canvas, const struct step_axis *axis, double y);

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

#endif
