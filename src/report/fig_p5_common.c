/* The figure of P5: which interactions two networks have in common, by order. */
#include "report/figures.h"

#include "report/bar_row.h"

#define TOP 240.0
#define BOTTOM 940.0
#define GUTTER 110.0

static void draw_panel(struct canvas *canvas, const struct bar_chart *chart, double left,
                       double right, const char *heading, const struct key_entry *keys,
                       size_t n_keys, const char *unit)
{
    const struct box box = {left, right, TOP, BOTTOM};
    page_draw_heading(canvas, left - GUTTER, right, TOP - 84, heading, NULL, 0);
    page_draw_heading(canvas, left - GUTTER, right, TOP - 42, "", keys, n_keys);
    bar_panel_draw(canvas, chart, &box, bar_chart_range(chart), GUTTER, unit, 0);
    order_title_draw(canvas, left, right, BOTTOM);
}

void fig_p5_common(struct canvas *canvas, const struct results *results)
{
    const struct result_table *table = &results->tables[TABLE_COMMON];
    const struct key_entry share_keys[] = {{"common", colour_generalisable, 0},
                                           {"expected by chance", colour_vermillion, 0}};
    const struct key_entry count_keys[] = {{"of one network", colour_blue, 0},
                                           {"common to both", colour_generalisable, 0}};
    struct bar_chart shares = {0}, counts = {0};
    struct spectrum first = result_spectrum(table, "n_first", KEYS(0), 0);
    struct spectrum second = result_spectrum(table, "n_second", KEYS(0), 0);
    for (size_t order = 1; order <= first.n_orders; order++)
        first.value[order] = (first.value[order] + second.value[order]) / 2;
    bar_chart_add(&shares, result_spectrum(table, "share", KEYS(0), 0), colour_generalisable, 0);
    bar_chart_add_mark(&shares, result_spectrum(table, "chance", KEYS(0), 0), colour_vermillion, 0);
    bar_chart_add(&counts, first, colour_blue, 0);
    bar_chart_add(&counts, result_spectrum(table, "n_common", KEYS(0), 0), colour_generalisable, 1);
    draw_panel(canvas, &shares, 150, 930, "Common to two networks, same sign", share_keys, 2,
               "share of the salient interactions");
    draw_panel(canvas, &counts, 1110, 1880, "How many salient interactions", count_keys, 2,
               "number a sample");
}
