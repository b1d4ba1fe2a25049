/* Axes, curves and phases in SVG. */
#include "report/html_plot.h"

#include "report/html.h"

#include <math.h>
#include <stdio.h>

#define TICK_BYTES 80
#define LABEL_PITCH 44.0 /* units from one step's label to the next, at least */

void html_svg_open(struct text *out, double width, double height, const char *css_class,
                   const char *label)
{
    text_printf(out, "<svg class=\"%s\" viewBox=\"0 0 %g %g\" role=\"img\" aria-label=\"",
                css_class, width, height);
    html_text(out, label);
    text_printf(out, "\">\n");
}

void html_svg_close(struct text *out)
{
    text_printf(out, "</svg>\n");
}

void html_svg_text(struct text *out, double x, double y, const char *anchor, const char *css_class,
                   const char *words)
{
    text_printf(out, "<text class=\"%s\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">", css_class, x,
                y, anchor);
    html_text(out, words);
    text_printf(out, "</text>\n");
}

static void append_line(struct text *out, const char *css_class, double x0, double y0, double x1,
                        double y1)
{
    text_printf(out, "<line class=\"%s\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"></line>\n",
                css_class, x0, y0, x1, y1);
}

void html_plot_values(struct text *out, const struct html_plot *plot, const char *unit)
{
    const struct value_axis *axis = &plot->values;
    for (double i = value_axis_first_tick(axis); value_axis_has_tick(axis, i); i++) {
        char label[TICK_BYTES];
        double value = value_axis_tick(axis, i), y = value_axis_y(axis, value);
        value_axis_label(axis, value, label, sizeof label);
        append_line(out, i == 0 ? "zero" : "grid", plot->steps.left, y, plot->steps.right, y);
        html_svg_text(out, plot->steps.left - 8, y + 5, "end", "tick", label);
    }
    html_svg_text(out, plot->steps.left + 8, axis->top - 12, "start", "unit", unit);
}

static void append_step(struct text *out, const struct step_axis *steps, double y, double step,
                        int is_labelled)
{
    char label[TICK_BYTES];
    double x = step_axis_x(steps, step);
    append_line(out, "axis", x, y, x, y + 5);
    format_count(step, label, sizeof label);
    if (is_labelled)
        html_svg_text(out, x, y + 21, "middle", "tick", label);
}

void html_plot_steps(struct text *out, const struct html_plot *plot, int is_labelled)
{
    static const double factors[] = {1, 2, 5};
    const struct step_axis *steps = &plot->steps;
    double y = plot->values.bottom, free_from = steps->left + LABEL_PITCH;
    append_line(out, "axis", steps->left, y, steps->right, y);
    append_step(out, steps, y, 0, is_labelled);
    for (double power = 1; power <= steps->last; power *= 10)
        for (size_t j = 0; j < sizeof factors / sizeof *factors; j++) {
            double step = factors[j] * power;
            if (step > steps->last || step_axis_x(steps, step) < free_from)
                continue;
            append_step(out, steps, y, step, is_labelled);
            free_from = step_axis_x(steps, step) + LABEL_PITCH;
        }
    if (is_labelled)
        html_svg_text(out, (steps->left + steps->right) / 2, y + 42, "middle", "unit",
                      "training step (logarithmic)");
}

static void append_point(struct text *out, const struct html_plot *plot, char command, double step,
                         double value)
{
    text_printf(out, "%c%.1f %.1f", command, step_axis_x(&plot->steps, step),
                value_axis_y(&plot->values, value));
}

/* There and back: the upper bounds, then the lower ones. */
static void append_interval(struct text *out, const struct html_plot *plot,
                            const struct curve *curve, const char *css_class)
{
    for (size_t i = 0; i < curve->n; i++)
        if (!isfinite(curve->low[i]) || !isfinite(curve->high[i]))
            return;
    if (curve->n < 2)
        return;
    text_printf(out, "<path class=\"interval %s\" d=\"", css_class);
    for (size_t i = 0; i < curve->n; i++)
        append_point(out, plot, i == 0 ? 'M' : 'L', curve->step[i], curve->high[i]);
    for (size_t i = curve->n; i-- > 0;)
        append_point(out, plot, 'L', curve->step[i], curve->low[i]);
    text_printf(out, "Z\"></path>\n");
}

/* A curve ends before a value that is missing and begins anew behind it. */
void html_plot_curve(struct text *out, const struct html_plot *plot, const struct curve *curve,
                     const char *css_class)
{
    if (!curve_has_values(curve))
        return;
    append_interval(out, plot, curve, css_class);
    text_printf(out, "<path class=\"curve %s\" d=\"", css_class);
    for (size_t i = 0; i < curve->n; i++)
        if (isfinite(curve->value[i])) {
            int goes_on = i > 0 && isfinite(curve->value[i - 1]);
            append_point(out, plot, goes_on ? 'L' : 'M', curve->step[i], curve->value[i]);
        }
    text_printf(out, "\"></path>\n");
}

void html_plot_phases(struct text *out, const struct step_axis *steps,
                      const struct results *results, double top, double bottom, int is_named)
{
    struct phase phases[PHASES_MAX];
    size_t n = phases_list(results, PHASES_THREE, phases);
    double left = steps->left;
    for (size_t i = 0; i < n; i++) {
        char name[32];
        double end = isnan(phases[i].end) ? steps->last : fmin(phases[i].end, steps->last);
        double right = step_axis_x(steps, end), width = fmax(0, right - left);
        text_printf(out,
                    "<rect class=\"phase phase-%zu\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" "
                    "height=\"%.1f\"></rect>\n",
                    i + 1, left, top, width, bottom - top);
        if (i > 0)
            append_line(out, "boundary", left, top, left, bottom);
        snprintf(name, sizeof name, width > 70 ? "phase %zu" : "%zu", i + 1);
        if (is_named && width > 12)
            html_svg_text(out, left + width / 2, top - 9, "middle", "phase-name", name);
        left = right;
    }
}

void html_plot_now(struct text *out, const struct step_axis *steps, double top, double bottom,
                   double step)
{
    double x = step_axis_x(steps, fmin(step, steps->last));
    text_printf(out,
                "<line class=\"now\" data-left=\"%.1f\" data-right=\"%.1f\" data-last=\"%.17g\" "
                "x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"></line>\n",
                steps->left, steps->right, steps->last, x, top, x, bottom);
}

void html_range_add_curve(struct range *range, const struct curve *curve)
{
    for (size_t i = 0; i < curve->n; i++) {
        range_add(range, curve->value[i]);
        range_add(range, curve->low[i]);
        range_add(range, curve->high[i]);
    }
}
