/* The figures of P2's theory of the second phase: orders measured and predicted. */
#include "report/figures.h"

#include "report/bar_row.h"
#include "report/page.h"
#include "report/timeline.h"

#include <math.h>
#include <stdio.h>

#define N_PANELS 3
#define STEPS_TOP 740.0
#define STEPS_BOTTOM 946.0
#define GUTTER 116.0
#define LABEL_ROOM 290.0

static const struct result_table *theory_of(const struct results *results)
{
    return &results->tables[TABLE_THEORY];
}

static void chart_theory(const struct results *results, const void *user, size_t at,
                         struct bar_chart *chart, char note[BAR_NOTE_BYTES])
{
    const struct result_table *table = theory_of(results);
    size_t kind = *(const size_t *)user;
    bar_chart_add(chart, result_spectrum(table, "real", KEYS(PT_GROUP_TEST, kind, 0), at),
                  colour_blue, 0);
    bar_chart_add(chart, result_spectrum(table, "theory", KEYS(PT_GROUP_TEST, kind, 0), at),
                  colour_orange, 1);
    struct curve sigma2 = result_curve(table, "sigma2", KEYS(PT_GROUP_TEST, kind, 1));
    struct curve distance = result_curve(table, "distance", KEYS(PT_GROUP_TEST, kind, 1));
    if (at < sigma2.n && isfinite(sigma2.value[at]) && isfinite(distance.value[at]))
        snprintf(note, BAR_NOTE_BYTES, "noise \xcf\x83\xc2\xb2 = %.2g, distance %.2f",
                 sigma2.value[at], distance.value[at]);
}

/* Early, in the middle and late in the second phase. */
static struct selection select_in_phase_2(const struct results *results)
{
    static const char *const roles[N_PANELS] = {"early in phase 2", "middle", "late"};
    const struct result_table *table = theory_of(results);
    double t_star = results->phases[PT_TEST].t_star;
    if (table->n_along == 0)
        return (struct selection){0};
    double last = log_position(table->along[table->n_along - 1]);
    double first = log_position(isnan(t_star) ? table->along[0] : t_star);
    const double targets[N_PANELS] = {first + (last - first) / 6, first + (last - first) / 2,
                                      first + (last - first) * 5 / 6};
    return selection_near(table->along, table->n_along, targets, roles, N_PANELS);
}

static void draw_over_time(struct canvas *canvas, const struct results *results, size_t kind,
                           const struct selection *selection)
{
    const struct result_table *table = theory_of(results);
    const size_t *place = KEYS(PT_GROUP_TEST, kind, 1);
    struct timeline sigma = {.top = STEPS_TOP,
                             .bottom = STEPS_BOTTOM,
                             .gutter = GUTTER,
                             .unit = "\xcf\x83\xc2\xb2",
                             .is_log = 1};
    struct timeline distance = {.top = STEPS_TOP,
                                .bottom = STEPS_BOTTOM,
                                .gutter = GUTTER,
                                .unit = "distance",
                                .has_zero = 1,
                                .label_room = LABEL_ROOM};
    struct curve fitted = result_curve(table, "sigma2", place);
    struct curve fit = result_curve(table, "distance", place);
    timeline_add(&sigma, fitted, NULL, colour_orange, 0);
    timeline_add(&distance, fit, "theory", colour_orange, 0);
    timeline_add(&distance, result_curve(table, "distance_final", place), "orders at the end",
                 colour_muted, 1);
    double last = timeline_last_step(&sigma, timeline_last_step(&distance, 1));
    const struct step_axis left = {156, 800, last}, right = {990, 1890 - LABEL_ROOM, last};
    page_draw_heading(canvas, PAGE_MARGIN, left.right + 40, STEPS_TOP - 30,
                      "Noise that fits best (0: on the axis)", NULL, 0);
    page_draw_heading(canvas, right.left - GUTTER, BAR_ROW_RIGHT, STEPS_TOP - 30,
                      "Distance to the measured orders", NULL, 0);
    struct plane plane = timeline_draw(canvas, &sigma, &left);
    curve_draw_dots(canvas, &plane, &fitted, colour_orange, 6);
    selection_draw_on_curve(canvas, selection, &plane, &fitted);
    plane = timeline_draw(canvas, &distance, &right);
    selection_draw_on_curve(canvas, selection, &plane, &fit);
    step_axis_draw(canvas, &left, STEPS_BOTTOM);
    step_axis_draw(canvas, &right, STEPS_BOTTOM);
}

static void draw_theory(struct canvas *canvas, const struct results *results, size_t kind)
{
    const struct key_entry keys[] = {{"measured", colour_blue, 0},
                                     {"theory (P2, theorem 3)", colour_orange, 0}};
    const struct bar_row row = {.top = 254,
                                .bottom = 580,
                                .n_panels = N_PANELS,
                                .unit = "share of strength",
                                .has_common_scale = 1,
                                .chart = chart_theory,
                                .user = &kind};
    struct selection selection = select_in_phase_2(results);
    page_draw_heading(canvas, PAGE_MARGIN, BAR_ROW_RIGHT, 156,
                      kind == KIND_AND ? "AND interactions of held-out samples, by order"
                                       : "Interactions of held-out samples, by order",
                      keys, 2);
    bar_row_draw(canvas, results, &row, &selection);
    draw_over_time(canvas, results, kind, &selection);
}

void fig_p2_theory(struct canvas *canvas, const struct results *results)
{
    draw_theory(canvas, results, KIND_BOTH);
}

void fig_p2_theory_and(struct canvas *canvas, const struct results *results)
{
    draw_theory(canvas, results, KIND_AND);
}
