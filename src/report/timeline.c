/* Curves along training, with labels kept apart. */
#include "report/timeline.h"

#include "report/page.h"

#include <math.h>

#define LABEL_PITCH 27.0 /* of baselines, at least */
#define LABEL_DASH 22.0  /* the sample of the line before its label */

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

struct label {
    const struct timeline_line *line;
    double y;
};

/* Sorts by height, then pushes apart downwards and, where the plot ends, back upwards. */
static void spread_labels(struct label *labels, size_t n, double bottom)
{
    for (size_t i = 1; i < n; i++)
        for (size_t k = i; k > 0 && labels[k].y < labels[k - 1].y; k--) {
            struct label swap = labels[k];
            labels[k] = labels[k - 1];
            labels[k - 1] = swap;
        }
    for (size_t i = 1; i < n; i++)
        labels[i].y = fmax(labels[i].y, labels[i - 1].y + LABEL_PITCH);
    double lowest = bottom;
    for (size_t i = n; i-- > 0; lowest -= LABEL_PITCH)
        labels[i].y = fmin(labels[i].y, lowest);
}

static void draw_labels(struct canvas *canvas, const struct timeline *timeline,
                        const struct plane *plane)
{
    static const struct text_style style = {.size = TEXT_TICK};
    struct label labels[TIMELINE_MAX_LINES];
    size_t n = 0;
    for (size_t i = 0; i < timeline->n_lines; i++) {
        const struct timeline_line *line = &timeline->lines[i];
        if (line->label)
            labels[n++] =
                (struct label){line, value_axis_y(&plane->values, last_value(&line->curve))};
    }
    spread_labels(labels, n, timeline->bottom);
    double x = plane->steps.right + timeline->air + 12;
    for (size_t i = 0; i < n; i++) {
        canvas_set_colour(canvas, labels[i].line->colour, 1);
        canvas_set_dash(canvas, labels[i].line->is_dashed ? 6 : 0, 4);
        canvas_line(canvas, x, labels[i].y, x + LABEL_DASH, labels[i].y, 5);
        canvas_set_dash(canvas, 0, 0);
        canvas_set_colour(canvas, colour_ink, 1);
        text_draw_within(canvas, x + LABEL_DASH + 8, labels[i].y + 0.36 * style.size,
                         timeline->label_room - timeline->air - LABEL_DASH - 20,
                         labels[i].line->label, &style);
    }
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
