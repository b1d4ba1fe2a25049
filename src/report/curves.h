/* Curves along the training steps, with their uncertainty. */
#ifndef REPORT_CURVES_H
#define REPORT_CURVES_H

#include "report/axes.h"
#include "report/results.h"

struct plane {
    struct step_axis steps;
    struct value_axis values;
};

/* Adds the values of a curve and its bounds. */
void curve_add_range(const struct curve *curve, struct range *range);

/* The largest step of `curve`, or `last` when that is larger. */
double curve_last_step(const struct curve *curve, double last);

/* The area between the bounds; a checkpoint without finite bounds interrupts it. */
void curve_draw_band(struct canvas *canvas, const struct plane *plane, const struct curve *curve,
                     struct colour colour);

/* The line through the finite values, broken where one is missing; a lone value is a dot. */
void curve_draw_line(struct canvas *canvas, const struct plane *plane, const struct curve *curve,
                     struct colour colour, double width);

/* A dot at each finite value. */
void curve_draw_dots(struct canvas *canvas, const struct plane *plane, const struct curve *curve,
                     struct colour colour, double radius);

/* "no finite values" in the middle, for a plane that has nothing to show. */
void plane_say_empty(struct canvas *canvas, const struct plane *plane);

/* A filled circle. */
void draw_dot(struct canvas *canvas, double x, double y, double radius, struct colour colour);

#endif
