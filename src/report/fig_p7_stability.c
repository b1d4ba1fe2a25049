/* The figure of P7: which orders are stable under noise, and which are learnt first. */
#include "report/figures.h"

#include "report/bar_row.h"
#include "report/order_key.h"
#include "report/timeline.h"

#include <math.h>
#include <stdio.h>

#define TOP 200.0
#define BOTTOM 500.0
#define STEPS_TOP 656.0
#define STEPS_BOTTOM 954.0
#define STEPS_LEFT 156.0
#define STEPS_RIGHT 1730.0
#define GUTTER 116.0

static void draw_order_curve(struct canvas *canvas, const struct spectrum *values,
                             const struct box *box, const char *heading, const char *unit)
{
    struct range range = range_empty();
    for (size_t order = 1; order <= values->n_orders; order++)
        if (values->value[order] > 0)
            range_add(&range, values->value[order]);
    struct value_axis axis = value_axis_log_over(box->top, box->bottom, range);
    const struct order_axis orders = {box->left, box->right, 1,
                                      values->n_orders > 0 ? values->n_orders : 1};
    page_draw_heading(canvas, box->left - GUTTER, box->right, box->top - 40, heading, NULL, 0);
    value_axis_draw(canvas, &axis, box->left, box->right, GUTTER, unit);
    canvas_set_colour(canvas, colour_blue, 1);
    cairo_set_line_width(canvas->cairo, 4);
    for (size_t order = 1; order <= values->n_orders; order++)
        if (values->value[order] > 0)
            cairo_line_to(canvas->cairo, order_axis_x(&orders, order),
                          value_axis_y(&axis, values->value[order]));
    cairo_stroke(canvas->cairo);
    for (size_t order = 1; order <= values->n_orders; order++)
        if (values->value[order] > 0)
            draw_dot(canvas, order_axis_x(&orders, order),
                     value_axis_y(&axis, values->value[order]), 9, colour_blue);
    order_axis_draw(canvas, &orders, box->bottom);
    order_title_draw(canvas, box->left, box->right, box->bottom);
}

static void draw_convergence(struct canvas *canvas, const struct results *results)
{
    const struct result_table *table = &results->tables[TABLE_CONVERGENCE];
    size_t n_orders = result_n_orders(table);
    struct timeline timeline = {.top = STEPS_TOP,
                                .bottom = STEPS_BOTTOM,
                                .gutter = GUTTER,
                                .heading = "How similar each order is to what it is at the end, "
                                           "held-out samples",
                                .unit = "similarity",
                                .has_zero = 1};
    for (size_t order = 1; order <= n_orders; order++)
        timeline_add(&timeline, result_curve(table, "similarity", KEYS(PT_GROUP_TEST, order)), NULL,
                     colour_of_order(order, n_orders + 1), 0);
    const struct step_axis steps = {STEPS_LEFT, STEPS_RIGHT, timeline_last_step(&timeline, 1)};
    timeline_draw(canvas, &timeline, &steps);
    step_axis_draw(canvas, &steps, STEPS_BOTTOM);
    if (n_orders > 0)
        order_key_draw(canvas, n_orders, n_orders + 1, 1790, STEPS_TOP, STEPS_BOTTOM);
}

void fig_p7_stability(struct canvas *canvas, const struct results *results)
{
    const struct result_table *table = &results->tables[TABLE_STABILITY];
    const struct box left = {STEPS_LEFT, 900, TOP, BOTTOM}, right = {1130, 1880, TOP, BOTTOM};
    struct spectrum variance = result_spectrum(table, "variance", KEYS(0), 0);
    struct spectrum ratio = result_spectrum(table, "ratio", KEYS(0), 0);
    draw_order_curve(canvas, &variance, &left, "Variance under small input noise", "V(k)");
    draw_order_curve(canvas, &ratio, &right, "Strength over its noise", "mean |I| / \xe2\x88\x9aV");
    draw_convergence(canvas, results);
}
