/* The axis of values, linear or logarithmic. */
#include "report/axes.h"

#include "report/text.h"

void value_axis_draw(struct canvas *canvas, const struct value_axis *axis, double left,
                     double right, double gutter, const char *title)
{
    static const struct text_style label_style = {.size = TEXT_TICK, .align = TEXT_RIGHT};
    static const struct text_style title_style = {.size = TEXT_LABEL};
    double label_room = title ? gutter - 1.3 * TEXT_LABEL : gutter;
    for (double i = value_axis_first_tick(axis); value_axis_has_tick(axis, i); i++) {
        char text[80];
        double value = value_axis_tick(axis, i), y = value_axis_y(axis, value);
        canvas_set_colour(canvas, colour_grid, 1);
        canvas_line(canvas, left, y, right, y, 1.5);
        value_axis_label(axis, value, text, sizeof text);
        canvas_set_colour(canvas, colour_ink, 1);
        text_draw_within(canvas, left - 10, y + TEXT_TICK * 0.36, label_room - 10, text,
                         &label_style);
    }
    if (title)
        text_draw_upwards(canvas, left - gutter + TEXT_LABEL / 2, (axis->top + axis->bottom) / 2,
                          axis->bottom - axis->top, title, &title_style);
}

void value_axis_draw_across(struct canvas *canvas, const struct value_axis *axis, double top,
                            double bottom, const char *title)
{
    static const struct text_style label_style = {.size = TEXT_TICK, .align = TEXT_CENTRE};
    static const struct text_style title_style = {.size = TEXT_LABEL, .align = TEXT_CENTRE};
    const double pitch = (axis->top - axis->bottom) * axis->tick / (axis->high - axis->low);
    for (double i = value_axis_first_tick(axis); value_axis_has_tick(axis, i); i++) {
        char text[80];
        double value = value_axis_tick(axis, i), x = value_axis_y(axis, value);
        canvas_set_colour(canvas, colour_grid, 1);
        canvas_line(canvas, x, top, x, bottom, 1.5);
        value_axis_label(axis, value, text, sizeof text);
        canvas_set_colour(canvas, colour_ink, 1);
        text_draw_within(canvas, x, bottom + 34, pitch - 8, text, &label_style);
    }
    text_draw_within(canvas, (axis->top + axis->bottom) / 2, bottom + 70, axis->top - axis->bottom,
                     title, &title_style);
}
