/* Charts over training steps as SVG within a page; the page's style sheet gives the colours. */
#ifndef REPORT_HTML_PLOT_H
#define REPORT_HTML_PLOT_H

#include "base/text.h"
#include "report/phase_list.h"
#include "report/scales.h"

/* A rectangle of the drawing with a scale along each side. */
struct html_plot {
    struct step_axis steps;
    struct value_axis values;
};

/* Opens the drawing; `label` says to those who do not see it what it shows. */
void html_svg_open(struct text *out, double width, double height, const char *css_class,
                   const char *label);
void html_svg_close(struct text *out);

/* A text in the drawing; `anchor` is start, middle or end. */
void html_svg_text(struct text *out, double x, double y, const char *anchor, const char *css_class,
                   const char *words);

/* Grid lines with their values left of the plot, `unit` above. */
void html_plot_values(struct text *out, const struct html_plot *plot, const char *unit);

/* The line at the plot's foot; with `is_labelled` the steps below it, which need 44 units. */
void html_plot_steps(struct text *out, const struct html_plot *plot, int is_labelled);

/* Line of a curve, and the area of its interval where it has bounds. */
void html_plot_curve(struct text *out, const struct html_plot *plot, const struct curve *curve,
                     const char *css_class);

/* Grounds of the phases from `top` to `bottom`; with `is_named` their numbers above. */
void html_plot_phases(struct text *out, const struct step_axis *steps,
                      const struct results *results, double top, double bottom, int is_named);

/* A line at a step that moves with the slider. */
void html_plot_now(struct text *out, const struct step_axis *steps, double top, double bottom,
                   double step);

/* Widens the range by the values of a curve and its bounds. */
void html_range_add_curve(struct range *range, const struct curve *curve);

#endif
