/* Curves along training, with labels kept apart. */
#include "report/timeline.h"

#include "report/line_labels.h"
#include "report/page.h"

#include <math.h>

void timeline_add(struct timeline *timeline, struct curve curve, const char *label,
                  struct colour colour, int is_dashed)
{
    if (timeline->n_lines < TIMELINE_MAX_LINES && curve_has_values(&curve))
        timeline->lines[timeline->n_lines++] =
            (struct timeline_line){curve, label, colour, is_dashed};
}

double timeline_last_step(const struct timeline *timeline, double last)
{
    for (size_t i = 0; i < timeline->n_lines; i++)
        last = curve_last_step(&timeline->lines[i].curve, last);
    return last;
}

static struct value_axis make_values(const struct timeline *timeline)
{
    struct range range = range_empty(), positive = range_empty();
    for (size_t i = 0; i < timeline->n_lines; i++) {
        const struct curve *curve = &timeline->lines[i].curve;
        if (!timeline->lines[i].is_dashed)
            curve_add_range(curve, &range);
        for (size_t k = 0; k < curve->n; k++) {
            range_add(&range, curve->value[k]);
            if (curve->value[k] > 0)
                range_add(&positive, curve->value[k]);
        }
    }
    if (timeline->is_log)
        return value_axis_log_over(timeline->top, timeline->bottom, positive);
    if (timeline->has_zero && !range_is_empty(range))
        range_add(&range, 0);
    return value_axis_fitted(timeline->top, timeline->bottom, range);
}

static double last_value(const struct curve *curve)
{
    size_t i = curve->n - 1;
    while (i > 0 && !isfinite(curve->value[i]))
        i--;
    return curve->value[i];
}

static void draw_labels(struct canvas *canvas, const struct timeline *timeline,
                        const struct plane *plane)
{
    struct line_label labels[TIMELINE_MAX_LINES];
    size_t n = 0;
    for (size_t i = 0; i < timeline->n_lines; i++) {
        const struct timeline_line *line = &timeline->lines[i];
        if (line->label)
            labels[n++] =
                (struct line_label){line->label, line->colour, line->is_dashed,
                                    value_axis_y(&plane->values, last_value(&line->curve))};
    }
    line_labels_draw(canvas, labels, n, plane->steps.right + timeline->air + 12,
                     timeline->label_room - timeline->air - 12, timeline->bottom);
}

static void draw_lines(struct canvas *canvas, const struct timeline *timeline,
                       const struct plane *plane)
{
    for (size_t i = 0; i < timeline->n_lines; i++)
        if (!timeline->lines[i].is_dashed)
            curve_draw_band(canvas, plane, &timeline->lines[i].curve, timeline->lines[i].colour);
    for (size_t i = 0; i < timeline->n_lines; i++) {
        const struct timeline_line *line = &timeline->lines[i];
        canvas_set_dash(canvas, line->is_dashed ? 10 : 0, 6);
        curve_draw_line(canvas, plane, &line->curve, line->colour, 4);
        canvas_set_dash(canvas, 0, 0);
    }
}

struct plane timeline_draw(struct canvas *canvas, const struct timeline *timeline,
                           const struct step_axis *steps)
{
    struct plane plane = {*steps, make_values(timeline)};
    if (timeline->heading)
        page_draw_heading(canvas, PAGE_MARGIN, PAGE_WIDTH - PAGE_MARGIN, timeline->top - 20,
                          timeline->heading, NULL, 0);
    if (timeline->n_lines == 0)
        plane_say_empty(canvas, &plane);
    else
        value_axis_draw(canvas, &plane.values, steps->left - timeline->air,
                        steps->right + timeline->air, timeline->gutter - timeline->air,
                        timeline->unit);
    draw_lines(canvas, timeline, &plane);
    if (timeline->label_room > 0)
        draw_labels(canvas, timeline, &plane);
    step_axis_draw_ticks(canvas, steps, timeline->bottom);
    return plane;
}
