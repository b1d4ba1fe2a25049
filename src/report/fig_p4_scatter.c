/* The figure of P4's relation between what does not generalise and the loss gap. */
#include "report/figures.h"

#include "num/statistics.h"
#include "report/page.h"
#include "report/curves.h"

#include <math.h>
#include <stdio.h>

#define LEFT 170.0
#define RIGHT 1300.0
#define TOP 200.0
#define BOTTOM 940.0
#define NOTES_LEFT 1370.0
#define NOTES_RIGHT 1880.0
#define MAX_POINTS 1000 /* of more checkpoints, every second or third is shown */

struct points {
    size_t n, n_late; /* the late ones, after t1, are at the end */
    double step[MAX_POINTS], x[MAX_POINTS], gap[MAX_POINTS];
    double gen[MAX_POINTS], non[MAX_POINTS]; /* strengths */
};

static double value_at_step(const struct curve *curve, double step)
{
    for (size_t i = 0; i < curve->n; i++)
        if (curve->step[i] == step)
            return curve->value[i];
    return NAN;
}

static void collect_points(const struct results *results, struct points *p)
{
    const struct result_table *table = &results->tables[TABLE_GENERALIZATION];
    const size_t *train = KEYS(PT_GROUP_TRAIN, 0);
    struct curve excess = result_curve(table, "excess", train);
    struct curve strength = result_curve(table, "strength", train);
    struct curve gen = result_curve(table, "generalisable", train);
    p->n = p->n_late = 0;
    for (size_t i = 0; i < excess.n; i += 1 + (excess.n - 1) / MAX_POINTS) {
        double gap = value_at_step(&results->metrics.gap, excess.step[i]);
        if (!isfinite(excess.value[i]) || !isfinite(gap))
            continue;
        p->step[p->n] = excess.step[i];
        p->x[p->n] = 1 - excess.value[i];
        p->gap[p->n] = gap;
        p->gen[p->n] = gen.value[i];
        p->non[p->n++] = strength.value[i] - gen.value[i];
        p->n_late += excess.step[i] > results->three_phases.t1;
    }
}

/* Joined in the order of training. */
static void draw_points(struct canvas *canvas, const struct points *p, const struct value_axis *x,
                        const struct value_axis *y)
{
    canvas_set_colour(canvas, colour_grid, 1);
    cairo_set_line_width(canvas->cairo, 3);
    for (size_t i = 0; i < p->n; i++)
        cairo_line_to(canvas->cairo, value_axis_y(x, p->x[i]), value_axis_y(y, p->gap[i]));
    cairo_stroke(canvas->cairo);
    for (size_t i = 0; i < p->n; i++) {
        int is_late = i >= p->n - p->n_late;
        draw_dot(canvas, value_axis_y(x, p->x[i]), value_axis_y(y, p->gap[i]), is_late ? 12 : 8,
                 is_late ? colour_vermillion : colour_sky);
    }
}

/* The number of the first and last step beside their points. */
static void label_ends(struct canvas *canvas, const struct points *p, const struct value_axis *x,
                       const struct value_axis *y)
{
    for (size_t k = 0; k < 2 && p->n > k; k++) {
        size_t i = k == 0 ? 0 : p->n - 1;
        char count[32], text[64];
        double at = value_axis_y(x, p->x[i]);
        int is_right = at > (x->bottom + x->top) / 2;
        const struct text_style style = {.size = TEXT_TICK,
                                         .align = is_right ? TEXT_RIGHT : TEXT_LEFT};
        format_count(p->step[i], count, sizeof count);
        snprintf(text, sizeof text, "step %s", count);
        canvas_set_colour(canvas, colour_ink, 1);
        text_draw_within(canvas, at + (is_right ? -18 : 18), value_axis_y(y, p->gap[i]) - 16, 300,
                         text, &style);
    }
}

static void draw_note(struct canvas *canvas, double *y, double correlation, const char *what)
{
    static const struct text_style value_style = {.size = 40, .is_bold = 1};
    static const struct text_style text_style = {.size = TEXT_LABEL};
    char text[32] = "not defined";
    if (isfinite(correlation))
        snprintf(text, sizeof text, "r = %.2f", correlation);
    canvas_set_colour(canvas, colour_ink, 1);
    text_draw(canvas, NOTES_LEFT, *y, text, &value_style);
    *y += 40;
    size_t n =
        text_draw_wrapped(canvas, NOTES_LEFT, *y, NOTES_RIGHT - NOTES_LEFT, 3, what, &text_style);
    *y += (double)n * text_line_height(&text_style) + 52;
}

static void draw_notes(struct canvas *canvas, const struct points *p)
{
    size_t first = p->n - p->n_late, n = p->n_late;
    double y = TOP + 90;
    char heading[80];
    snprintf(heading, sizeof heading, "After t1 (%zu checkpoints)", n);
    page_draw_heading(canvas, NOTES_LEFT, NOTES_RIGHT, TOP + 20, heading, NULL, 0);
    draw_note(canvas, &y, pearson_correlation(p->x + first, p->gap + first, n),
              "of the gap with the share that does not generalise");
    draw_note(canvas, &y, pearson_correlation(p->non + first, p->gap + first, n),
              "of the gap with non-generalisable strength");
    draw_note(canvas, &y, pearson_correlation(p->gen + first, p->gap + first, n),
              "of the gap with generalisable strength");
    static const struct text_style style = {.size = TEXT_TICK};
    canvas_set_colour(canvas, colour_muted, 1);
    text_draw_wrapped(canvas, NOTES_LEFT, y, NOTES_RIGHT - NOTES_LEFT, 3,
                      "Strengths of both kinds grow with training, so their correlation alone "
                      "proves little.",
                      &style);
}

void fig_p4_scatter(struct canvas *canvas, const struct results *results)
{
    const struct key_entry keys[] = {{"until t1", colour_sky, 0},
                                     {"after t1", colour_vermillion, 0}};
    struct points points;
    collect_points(results, &points);
    struct range x_range = range_empty(), y_range = range_empty();
    for (size_t i = 0; i < points.n; i++) {
        range_add(&x_range, points.x[i]);
        range_add(&y_range, points.gap[i]);
    }
    struct value_axis x = value_axis_over(RIGHT, LEFT, x_range, 6);
    struct value_axis y = value_axis_over(TOP, BOTTOM, y_range, 6);
    page_draw_heading(canvas, PAGE_MARGIN, RIGHT, 160, "A point is a checkpoint", keys, 2);
    value_axis_draw(canvas, &y, LEFT, RIGHT, LEFT - PAGE_MARGIN, "loss gap (nats)");
    value_axis_draw_across(canvas, &x, TOP, BOTTOM,
                           "share that does not generalise: 1 \xe2\x88\x92 excess over chance");
    draw_points(canvas, &points, &x, &y);
    label_ends(canvas, &points, &x, &y);
    draw_notes(canvas, &points);
}
