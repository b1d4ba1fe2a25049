/* The figure of P1's two phases: strength by order at five checkpoints, and the loss gap. */
#include "report/figures.h"

#include "report/bar_row.h"
#include "report/page.h"
#include "report/phase_marks.h"

#include <math.h>
#include <stdio.h>

#define GAP_TOP 752.0
#define GAP_BOTTOM 952.0
#define GAP_LEFT 156.0
#define GAP_RIGHT 1880.0

static double mean_order_at(const struct curve *mean, double step)
{
    for (size_t i = 0; i < mean->n; i++)
        if (mean->step[i] == step)
            return mean->value[i];
    return NAN;
}

static void chart_signs(const struct results *results, const void *user, size_t at,
                        struct bar_chart *chart, char note[BAR_NOTE_BYTES])
{
    (void)user;
    const struct result_table *orders = &results->tables[TABLE_ORDERS];
    const size_t *place = KEYS(PT_GROUP_TEST, KIND_BOTH, 0);
    bar_chart_add(chart, result_spectrum(orders, "positive", place, at), colour_blue, 0);
    bar_chart_add(chart, result_spectrum(orders, "negative", place, at), colour_vermillion, 0);
    double mean = mean_order_at(&results->mean_order[PT_TEST], orders->along[at]);
    if (isfinite(mean))
        snprintf(note, BAR_NOTE_BYTES, "mean order %.3g", mean);
}

static void draw_gap(struct canvas *canvas, const struct results *results,
                     const struct selection *selection)
{
    const struct curve *gap = &results->metrics.gap;
    const struct curve *orders = &results->orders.positive[PT_TEST][0];
    const struct result_phases *phases = &results->phases[PT_TEST];
    struct range range = range_empty();
    curve_add_range(gap, &range);
    double last = curve_last_step(orders, curve_last_step(gap, 1));
    struct plane plane = {{GAP_LEFT + BADGE_ROOM, GAP_RIGHT - BADGE_ROOM, last},
                          value_axis_over(GAP_TOP, GAP_BOTTOM, range, 4)};
    page_draw_heading(canvas, PAGE_MARGIN, GAP_RIGHT, 664,
                      "Loss gap between held-out and training samples", NULL, 0);
    if (range_is_empty(range))
        plane_say_empty(canvas, &plane);
    else
        value_axis_draw(canvas, &plane.values, GAP_LEFT, GAP_RIGHT, GAP_LEFT - PAGE_MARGIN,
                        "gap (nats)");
    phase_marks_draw_brackets(canvas, phases, &plane.steps, 706, 1);
    phase_marks_draw_boundary(canvas, phases, &plane.steps, 711, GAP_BOTTOM);
    curve_draw_band(canvas, &plane, gap, colour_ink);
    curve_draw_line(canvas, &plane, gap, colour_ink, 4);
    step_axis_draw(canvas, &plane.steps, GAP_BOTTOM);
    selection_draw_on_curve(canvas, selection, &plane, gap);
}

void fig_p1_two_phases(struct canvas *canvas, const struct results *results)
{
    const struct result_table *orders = &results->tables[TABLE_ORDERS];
    const struct key_entry keys[] = {{"positive", colour_blue, 0},
                                     {"negative", colour_vermillion, 0}};
    const struct bar_row row = {.top = 258,
                                .bottom = 548,
                                .n_panels = SELECTION_MAX,
                                .unit = "strength (log-odds)",
                                .chart = chart_signs};
    struct selection selection =
        selection_of_two_phases(orders->along, orders->n_along, results->phases[PT_TEST].t_star);
    page_draw_heading(canvas, PAGE_MARGIN, GAP_RIGHT, 156,
                      "Interaction strength by order, held-out samples (each panel has its own "
                      "scale)",
                      keys, 2);
    bar_row_draw(canvas, results, &row, &selection);
    draw_gap(canvas, results, &selection);
}
