/* The axis along which the values of a swept key lie. */
#ifndef REPORT_SWEEP_AXIS_H
#define REPORT_SWEEP_AXIS_H

#include "report/sweep.h"

/* Numbers lie where they belong, on a logarithmic scale when they are positive and span a factor of
 * ten; words lie at equal distances. */
struct sweep_axis {
    double left, right; /* units of the page */
    const struct sweep_key *key;
    int is_log;
};

struct sweep_axis sweep_axis_make(const struct sweep_key *key, double left, double right);

double sweep_axis_x(const struct sweep_axis *axis, size_t level);

/* The smallest distance of two levels; the axis' length when there are less than two. */
double sweep_axis_pitch(const struct sweep_axis *axis);

/* The line at `y`, a tick at each level, and below it as many of the levels as fit; with
 * `has_title` also the key. Needs 36 units, or 75. */
void sweep_axis_draw(struct canvas *canvas, const struct sweep_axis *axis, double y, int has_title);

#endif
