/* Bars by order, drawn layer by layer. */
#include "report/bars.h"

#include <math.h>

#define GROUP_PART 0.82  /* of an order's room that its bars take, */
#define GROUP_MOST 110.0 /* but no more units than this */

void bar_chart_add(struct bar_chart *chart, struct spectrum values, struct colour colour,
                   size_t slot)
{
    if (chart->n_layers == BARS_MAX_LAYERS)
        return;
    chart->layers[chart->n_layers++] =
        (struct bar_layer){.values = values, .colour = colour, .slot = slot};
    if (slot >= chart->n_slots)
        chart->n_slots = slot + 1;
}

void bar_chart_add_mark(struct bar_chart *chart, struct spectrum values, struct colour colour,
                        size_t slot)
{
    size_t i = chart->n_layers;
    bar_chart_add(chart, values, colour, slot);
    if (chart->n_layers > i)
        chart->layers[i].is_mark = 1;
}

/* Where a layer's bar begins: the sum of what is below it in its slot, on the same side of 0. */
static double bar_base(const struct bar_chart *chart, size_t layer, size_t order)
{
    const struct bar_layer *top = &chart->layers[layer];
    double base = 0;
    for (size_t i = 0; i < layer && !top->is_mark; i++) {
        const struct bar_layer *below = &chart->layers[i];
        double value = below->values.value[order];
        if (below->slot == top->slot && !below->is_mark && isfinite(value) &&
            (value < 0) == (top->values.value[order] < 0))
            base += value;
    }
    return base;
}

struct range bar_chart_range(const struct bar_chart *chart)
{
    struct range range = range_empty();
    for (size_t i = 0; i < chart->n_layers; i++) {
        const struct spectrum *s = &chart->layers[i].values;
        for (size_t order = 1; order <= s->n_orders; order++) {
            double base = bar_base(chart, i, order);
            range_add(&range, base + s->value[order]);
            range_add(&range, base + s->low[order]);
            range_add(&range, base + s->high[order]);
        }
    }
    if (!range_is_empty(range))
        range_add(&range, 0);
    return range;
}

void draw_whisker(struct canvas *canvas, double x, double half_cap, double low, double high)
{
    canvas_set_colour(canvas, colour_ink, 1);
    canvas_line(canvas, x, low, x, high, 2);
    canvas_line(canvas, x - half_cap, low, x + half_cap, low, 2);
    canvas_line(canvas, x - half_cap, high, x + half_cap, high, 2);
}

static void draw_layer(struct canvas *canvas, const struct bar_chart *chart, size_t layer,
                       const struct order_axis *orders, const struct value_axis *values)
{
    const struct bar_layer *l = &chart->layers[layer];
    const struct spectrum *s = &l->values;
    double width = fmin(GROUP_PART * order_axis_width(orders), GROUP_MOST) / (double)chart->n_slots;
    for (size_t order = 1; order <= s->n_orders && order <= orders->last; order++) {
        if (!isfinite(s->value[order]))
            continue;
        double base = bar_base(chart, layer, order);
        double left =
            order_axis_x(orders, order) + ((double)l->slot - (double)chart->n_slots / 2) * width;
        double from = value_axis_y(values, base), to = value_axis_y(values, base + s->value[order]);
        canvas_set_colour(canvas, l->colour, 1);
        if (l->is_mark)
            canvas_line(canvas, left - 2, to, left + width + 2, to, 4);
        else
            canvas_fill_box(canvas, left, fmin(from, to), width, fabs(to - from));
        if (isfinite(s->low[order]) && isfinite(s->high[order]) && !l->is_mark)
            draw_whisker(canvas, left + width / 2, 0.22 * width,
                         value_axis_y(values, base + s->low[order]),
                         value_axis_y(values, base + s->high[order]));
    }
}

void bar_chart_draw(struct canvas *canvas, const struct bar_chart *chart,
                    const struct order_axis *orders, const struct value_axis *values)
{
    for (size_t i = 0; i < chart->n_layers; i++)
        draw_layer(canvas, chart, i, orders, values);
    double zero = value_axis_y(values, 0);
    canvas_set_colour(canvas, colour_ink, 1);
    canvas_line(canvas, orders->left, zero, orders->right, zero, 2);
}

void bar_chart_add_generality(struct bar_chart *chart, const struct result_table *table,
                              const size_t *keys, size_t at)
{
    static const char *const columns[] = {"gen_positive", "gen_negative", "non_positive",
                                          "non_negative"};
    for (size_t i = 0; i < 4; i++)
        bar_chart_add(chart, result_spectrum(table, columns[i], keys, at),
                      i < 2 ? colour_generalisable : colour_non_generalisable, 0);
}
