/* The key of the orders. */
#include "report/order_key.h"

#include "report/text.h"

#include <stdio.h>

void order_key_draw(struct canvas *canvas, size_t n_orders, size_t n_colours, double left,
                    double top, double bottom)
{
    static const struct text_style style = {.size = TEXT_TICK};
    static const struct text_style heading_style = {.size = TEXT_LABEL, .is_bold = 1};
    static const struct text_style end_style = {.size = 20};
    double height = (bottom - top) / (double)n_orders;
    canvas_set_colour(canvas, colour_ink, 1);
    text_draw(canvas, left, top - 44, "order", &heading_style);
    text_draw(canvas, left, top - 12, "complex", &end_style);
    text_draw(canvas, left, bottom + 26, "simple", &end_style);
    for (size_t order = 1; order <= n_orders; order++) {
        double y = bottom - (double)order * height;
        char text[24];
        snprintf(text, sizeof text, "%zu", order);
        canvas_set_colour(canvas, colour_of_order(order, n_colours), 1);
        canvas_fill_box(canvas, left, y, 40, height - 2);
        canvas_set_colour(canvas, colour_ink, 1);
        if (height >= TEXT_TICK || order % 2 == 1)
            text_draw(canvas, left + 52, y + height / 2 + 0.36 * style.size, text, &style);
    }
}
