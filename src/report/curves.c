/* How a curve with its bootstrap band looks. */
#include "report/curves.h"

#include "report/text.h"

#include <math.h>

#define TWO_PI 6.28318530717958647692

void curve_add_range(const struct curve *curve, struct range *range)
{
    for (size_t i = 0; i < curve->n; i++) {
        range_add(range, curve->value[i]);
        range_add(range, curve->low[i]);
        range_add(range, curve->high[i]);
    }
}

double curve_last_step(const struct curve *curve, double last)
{
    return curve->n > 0 ? fmax(last, curve->step[curve->n - 1]) : last;
}

static int has_bounds(const struct curve *curve, size_t i)
{
    return isfinite(curve->low[i]) && isfinite(curve->high[i]);
}

/* Out along the upper bounds of points first..end-1, back along the lower ones. */
static void fill_between(struct canvas *canvas, const struct plane *plane,
                         const struct curve *curve, size_t first, size_t end)
{
    for (size_t i = first; i < end; i++)
        cairo_line_to(canvas->cairo, step_axis_x(&plane->steps, curve->step[i]),
                      value_axis_y(&plane->values, curve->high[i]));
    for (size_t i = end; i-- > first;)
        cairo_line_to(canvas->cairo, step_axis_x(&plane->steps, curve->step[i]),
                      value_axis_y(&plane->values, curve->low[i]));
    cairo_close_path(canvas->cairo);
    cairo_fill(canvas->cairo);
}

static void draw_lone_bounds(struct canvas *canvas, const struct plane *plane,
                             const struct curve *curve, size_t i)
{
    double x = step_axis_x(&plane->steps, curve->step[i]);
    canvas_line(canvas, x, value_axis_y(&plane->values, curve->low[i]), x,
                value_axis_y(&plane->values, curve->high[i]), 6);
}

void curve_draw_band(struct canvas *canvas, const struct plane *plane, const struct curve *curve,
                     struct colour colour)
{
    canvas_set_colour(canvas, colour, 0.22);
    for (size_t i = 0, end; i < curve->n; i = end) {
        end = i + 1;
        if (!has_bounds(curve, i))
            continue;
        while (end < curve->n && has_bounds(curve, end))
            end++;
        if (end - i > 1)
            fill_between(canvas, plane, curve, i, end);
        else
            draw_lone_bounds(canvas, plane, curve, i);
    }
}

void draw_dot(struct canvas *canvas, double x, double y, double radius, struct colour colour)
{
    canvas_set_colour(canvas, colour, 1);
    cairo_new_path(canvas->cairo);
    cairo_arc(canvas->cairo, x, y, radius, 0, TWO_PI);
    cairo_fill(canvas->cairo);
}

static void draw_dot_at(struct canvas *canvas, const struct plane *plane, const struct curve *curve,
                        size_t i, double radius, struct colour colour)
{
    draw_dot(canvas, step_axis_x(&plane->steps, curve->step[i]),
             value_axis_y(&plane->values, curve->value[i]), radius, colour);
}

void curve_draw_line(struct canvas *canvas, const struct plane *plane, const struct curve *curve,
                     struct colour colour, double width)
{
    canvas_set_colour(canvas, colour, 1);
    cairo_set_line_width(canvas->cairo, width);
    cairo_set_line_join(canvas->cairo, CAIRO_LINE_JOIN_ROUND);
    for (size_t i = 0, end; i < curve->n; i = end + 1) {
        for (end = i; end < curve->n && isfinite(curve->value[end]); end++)
            cairo_line_to(canvas->cairo, step_axis_x(&plane->steps, curve->step[end]),
                          value_axis_y(&plane->values, curve->value[end]));
        cairo_stroke(canvas->cairo);
        if (end == i + 1)
            draw_dot_at(canvas, plane, curve, i, 1.5 * width, colour);
    }
}

void curve_draw_dots(struct canvas *canvas, const struct plane *plane, const struct curve *curve,
                     struct colour colour, double radius)
{
    for (size_t i = 0; i < curve->n; i++)
        if (isfinite(curve->value[i]))
            draw_dot_at(canvas, plane, curve, i, radius, colour);
}

void plane_say_empty(struct canvas *canvas, const struct plane *plane)
{
    static const struct text_style style = {.size = TEXT_LABEL, .align = TEXT_CENTRE};
    canvas_set_colour(canvas, colour_muted, 1);
    text_draw_within(canvas, (plane->steps.left + plane->steps.right) / 2,
                     (plane->values.top + plane->values.bottom) / 2,
                     plane->steps.right - plane->steps.left, "no finite values", &style);
}
