/* The colours of the orders, explained by a column of boxes. */
#ifndef REPORT_ORDER_KEY_H
#define REPORT_ORDER_KEY_H

#include "report/canvas.h"

/*
 * Boxes of the orders 1..n_orders, coloured as colour_of_order(order, n_colours), from `bottom` up
 * to `top`, with their numbers; needs 66 units above, 30 below, 100 to the right of `left`.
 */
void order_key_draw(struct canvas *canvas, size_t n_orders, size_t n_colours, double left,
                    double top, double bottom);

#endif
