/* The figure of a planted truth: how much of it is found, and how much of what is found is true. */
#include "report/figures.h"

#include "report/bar_row.h"
#include "report/timeline_stack.h"

#define STACK_RIGHT 1240.0
#define BARS_LEFT 1360.0
#define BARS_RIGHT 1880.0
#define GUTTER 100.0

static void draw_over_time(struct canvas *canvas, const struct results *results)
{
    const struct result_table *table = &results->tables[TABLE_GROUND_TRUTH];
    const size_t *test = KEYS(PT_GROUP_TEST, 0);
    struct timeline panels[] = {
        {.heading = "Precision: part of the found strength that was planted",
         .unit = "precision",
         .has_zero = 1},
        {.heading = "Recall: part of the planted strength that is found",
         .unit = "recall",
         .has_zero = 1},
    };
    timeline_add(&panels[0], result_curve(table, "precision", test), "all", colour_blue, 0);
    timeline_add(&panels[0], result_curve(table, "gen_precision", test), "generalisable",
                 colour_generalisable, 1);
    timeline_add(&panels[1], result_curve(table, "recall", test), "all", colour_blue, 0);
    timeline_add(&panels[1], result_curve(table, "gen_recall", test), "generalisable",
                 colour_generalisable, 1);
    timeline_stack_draw(canvas, results, panels, 2, STACK_RIGHT, 220);
}

static void draw_panel(struct canvas *canvas, const struct bar_chart *chart, double top,
                       const char *heading, const struct key_entry *keys, const char *unit,
                       int is_last)
{
    const struct box box = {BARS_LEFT, BARS_RIGHT, top, top + 264};
    page_draw_heading(canvas, BARS_LEFT - GUTTER, BARS_RIGHT, top - 62, heading, NULL, 0);
    page_draw_heading(canvas, BARS_LEFT - GUTTER, BARS_RIGHT, top - 24, "", keys, 2);
    bar_panel_draw(canvas, chart, &box, bar_chart_range(chart), GUTTER, unit, 0);
    if (is_last)
        order_title_draw(canvas, BARS_LEFT, BARS_RIGHT, box.bottom);
}

void fig_ground_truth(struct canvas *canvas, const struct results *results)
{
    const struct result_table *table = &results->tables[TABLE_GROUND_TRUTH];
    const size_t *test = KEYS(PT_GROUP_TEST, 0);
    size_t end = table->n_along > 0 ? table->n_along - 1 : 0;
    const struct key_entry strength_keys[] = {{"planted", colour_sky, 0},
                                              {"found", colour_blue, 0}};
    const struct key_entry rate_keys[] = {{"precision", colour_blue, 0},
                                          {"recall", colour_orange, 0}};
    struct bar_chart strengths = {0}, rates = {0};
    bar_chart_add(&strengths, result_spectrum(table, "planted_strength", test, end), colour_sky, 0);
    bar_chart_add(&strengths, result_spectrum(table, "found_strength", test, end), colour_blue, 1);
    bar_chart_add(&rates, result_spectrum(table, "precision", test, end), colour_blue, 0);
    bar_chart_add(&rates, result_spectrum(table, "recall", test, end), colour_orange, 1);
    draw_over_time(canvas, results);
    draw_panel(canvas, &strengths, 262, "Strength by order, at the end", strength_keys, "strength",
               0);
    draw_panel(canvas, &rates, 692, "The same by order, at the end", rate_keys, "part", 1);
}
