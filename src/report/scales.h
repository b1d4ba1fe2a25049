/* Where values and training steps lie on a line, apart from any drawing. */
#ifndef REPORT_SCALES_H
#define REPORT_SCALES_H

#include <stddef.h>

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
/* Tick number i of an axis, counted from value 0: a value, for i from the first tick's number on as
 * long as the axis has it. */
double value_axis_first_tick(const struct value_axis *axis);
int value_axis_has_tick(const struct value_axis *axis, double i);
double value_axis_tick(const struct value_axis *axis, double i);

/* 1234567 as "1,234,567". */
void format_count(double count, char *text, size_t text_bytes);

#endif
