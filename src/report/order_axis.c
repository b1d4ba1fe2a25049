/* The axis of orders. */
#include "report/axes.h"

#include "report/text.h"

#include <math.h>
#include <stdio.h>

#define LABEL_GAP 8.0 /* units between two labels, at least */

static const struct text_style style = {.size = 20, .align = TEXT_CENTRE};

double order_axis_width(const struct order_axis *axis)
{
    return (axis->right - axis->left) / (double)(axis->last - axis->first + 1);
}

double order_axis_x(const struct order_axis *axis, size_t order)
{
    return axis->left + ((double)(order - axis->first) + 0.5) * order_axis_width(axis);
}

void order_axis_draw(struct canvas *canvas, const struct order_axis *axis, double y)
{
    const char *widest = axis->last > 10 ? "10" : "9"; /* a 10 at the end may stick out */
    double room = text_width(canvas, widest, &style) + LABEL_GAP;
    size_t stride = (size_t)ceil(room / order_axis_width(axis));
    canvas_set_colour(canvas, colour_ink, 1);
    for (size_t order = axis->first; order <= axis->last; order += stride) {
        char text[24];
        snprintf(text, sizeof text, "%zu", order);
        text_draw(canvas, order_axis_x(axis, order), y + 26, text, &style);
    }
}
