/* The figure of P1's two phases: strength by order at five checkpoints, and the loss gap. */
#include "report/figures.h"

#include "report/curves.h"
#include "report/page.h"
#include "report/phase_marks.h"

#include <math.h>
#include <stdio.h>

#define N_PANELS 5
#define FIRST_LEFT 76.0
#define PANEL_PITCH 363.0
#define PANEL_GUTTER 80.0
#define PANEL_WIDTH 272.0
#define PANEL_TOP 258.0
#define PANEL_BOTTOM 548.0
#define GAP_TOP 752.0
#define GAP_BOTTOM 952.0
#define GAP_LEFT 156.0
#define GAP_RIGHT 1880.0
#define BADGE_ROOM 22.0 /* keeps the badges of the first and last step off the axis labels */

/* The checkpoints that are shown, by index into the orders' curves. */
struct selection {
    size_t n;
    size_t checkpoint[N_PANELS];
    const char *role[N_PANELS];
};

static double log_step(double step)
{
    return log2(step + 1);
}

static size_t nearest_checkpoint(const struct curve *curve, double target)
{
    size_t best = 0;
    for (size_t i = 1; i < curve->n; i++)
        if (fabs(log_step(curve->step[i]) - target) < fabs(log_step(curve->step[best]) - target))
            best = i;
    return best;
}

/* Adds the checkpoint nearest to a position on the log axis, unless it is there already. */
static void select_near(struct selection *selection, const struct curve *curve, double target,
                        const char *role)
{
    size_t checkpoint = nearest_checkpoint(curve, target);
    if (selection->n > 0 && checkpoint <= selection->checkpoint[selection->n - 1])
        return;
    selection->checkpoint[selection->n] = checkpoint;
    selection->role[selection->n++] = role;
}

static struct selection select_checkpoints(const struct curve *curve, double t_star)
{
    static const char *const phase_roles[N_PANELS] = {"start", "phase 1", "end of phase 1",
                                                      "phase 2", "end"};
    static const char *const plain_roles[N_PANELS] = {"start", "", "", "", "end"};
    struct selection selection = {0};
    if (curve->n == 0)
        return selection;
    double first = log_step(curve->step[0]), last = log_step(curve->step[curve->n - 1]);
    double middle = isnan(t_star) ? (first + last) / 2 : log_step(t_star);
    const double targets[N_PANELS] = {first, (first + middle) / 2, middle, (middle + last) / 2,
                                      last};
    for (size_t i = 0; i < N_PANELS; i++)
        select_near(&selection, curve, targets[i], isnan(t_star) ? plain_roles[i] : phase_roles[i]);
    return selection;
}

/* A white letter on a dark disc: the same in a panel's heading and on the curve below. */
static void draw_badge(struct canvas *canvas, double x, double y, size_t index)
{
    static const struct text_style style = {.size = 20, .align = TEXT_CENTRE, .is_bold = 1};
    const char letter[2] = {(char)('A' + index), '\0'};
    draw_dot(canvas, x, y, 17, colour_paper);
    draw_dot(canvas, x, y, 15, colour_ink);
    canvas_set_colour(canvas, colour_paper, 1);
    text_draw(canvas, x, y + 0.36 * style.size, letter, &style);
}

static double mean_order_at(const struct curve *mean, double step)
{
    for (size_t i = 0; i < mean->n; i++)
        if (mean->step[i] == step)
            return mean->value[i];
    return NAN;
}

static void draw_panel_heading(struct canvas *canvas, const struct results *results, size_t index,
                               double left, double step, const char *role)
{
    static const struct text_style step_style = {.size = TEXT_LABEL, .is_bold = 1};
    static const struct text_style role_style = {.size = TEXT_TICK};
    char count[32], text[64];
    format_count(step, count, sizeof count);
    snprintf(text, sizeof text, "step %s", count);
    draw_badge(canvas, left - 24, PANEL_TOP - 62, index);
    canvas_set_colour(canvas, colour_ink, 1);
    text_draw_within(canvas, left, PANEL_TOP - 54, PANEL_WIDTH, text, &step_style);
    double used = text_width(canvas, text, &step_style) + 12;
    if (used < PANEL_WIDTH)
        text_draw_within(canvas, left + used, PANEL_TOP - 54, PANEL_WIDTH - used, role,
                         &role_style);
    double mean = mean_order_at(&results->mean_order[PT_TEST], step);
    if (isnan(mean))
        return;
    snprintf(text, sizeof text, "mean order %.3g", mean);
    canvas_set_colour(canvas, colour_muted, 1);
    text_draw_within(canvas, left, PANEL_TOP - 22, PANEL_WIDTH, text, &role_style);
}

static void draw_whisker(struct canvas *canvas, const struct value_axis *axis, double x,
                         double half_cap, const struct curve *curve, size_t i)
{
    if (!isfinite(curve->low[i]) || !isfinite(curve->high[i]))
        return;
    double low = value_axis_y(axis, curve->low[i]), high = value_axis_y(axis, curve->high[i]);
    canvas_set_colour(canvas, colour_ink, 1);
    canvas_line(canvas, x, low, x, high, 2);
    canvas_line(canvas, x - half_cap, low, x + half_cap, low, 2);
    canvas_line(canvas, x - half_cap, high, x + half_cap, high, 2);
}

static void draw_bar(struct canvas *canvas, const struct value_axis *axis, double x, double width,
                     const struct curve *curve, size_t i, struct colour colour)
{
    if (!isfinite(curve->value[i]))
        return;
    double zero = value_axis_y(axis, 0), end = value_axis_y(axis, curve->value[i]);
    canvas_set_colour(canvas, colour, 1);
    canvas_fill_box(canvas, x - 0.41 * width, fmin(zero, end), 0.82 * width, fabs(end - zero));
    draw_whisker(canvas, axis, x, 0.18 * width, curve, i);
}

/* Every order's number when they fit beside each other, otherwise every second or third. */
static void draw_order_labels(struct canvas *canvas, size_t n_orders, double left)
{
    static const struct text_style style = {.size = 20, .align = TEXT_CENTRE};
    double width = PANEL_WIDTH / (double)n_orders;
    double room = n_orders > 10 ? text_width(canvas, "10", &style) + 10 : width;
    size_t stride = (size_t)ceil(room / width);
    canvas_set_colour(canvas, colour_ink, 1);
    for (size_t k = 0; k < n_orders; k += stride) {
        char text[24];
        snprintf(text, sizeof text, "%zu", k + 1);
        text_draw(canvas, left + ((double)k + 0.5) * width, PANEL_BOTTOM + 26, text, &style);
    }
}

static struct range panel_range(const struct result_orders *orders, size_t checkpoint)
{
    struct range range = range_empty();
    for (size_t k = 0; k < orders->n_orders; k++) {
        const struct curve *signs[] = {&orders->positive[PT_TEST][k],
                                       &orders->negative[PT_TEST][k]};
        for (size_t s = 0; s < 2; s++) {
            range_add(&range, signs[s]->value[checkpoint]);
            range_add(&range, signs[s]->low[checkpoint]);
            range_add(&range, signs[s]->high[checkpoint]);
        }
    }
    if (!range_is_empty(range))
        range_add(&range, 0);
    return range;
}

static void draw_panel(struct canvas *canvas, const struct results *results,
                       const struct selection *selection, size_t index)
{
    const struct result_orders *orders = &results->orders;
    size_t checkpoint = selection->checkpoint[index];
    double left = FIRST_LEFT + PANEL_GUTTER + (double)index * PANEL_PITCH;
    double width = PANEL_WIDTH / (double)orders->n_orders;
    struct range range = panel_range(orders, checkpoint);
    struct value_axis axis = value_axis_over(PANEL_TOP, PANEL_BOTTOM, range, 5);
    draw_panel_heading(canvas, results, index, left, orders->positive[PT_TEST][0].step[checkpoint],
                       selection->role[index]);
    if (range_is_empty(range))
        plane_say_empty(canvas, &(struct plane){{left, left + PANEL_WIDTH, 1}, axis});
    else
        value_axis_draw(canvas, &axis, left, left + PANEL_WIDTH, PANEL_GUTTER, NULL);
    for (size_t k = 0; k < orders->n_orders; k++) {
        double x = left + ((double)k + 0.5) * width;
        draw_bar(canvas, &axis, x, width, &orders->positive[PT_TEST][k], checkpoint, colour_blue);
        draw_bar(canvas, &axis, x, width, &orders->negative[PT_TEST][k], checkpoint,
                 colour_vermillion);
    }
    canvas_set_colour(canvas, colour_ink, 1);
    double zero = value_axis_y(&axis, 0);
    canvas_line(canvas, left, zero, left + PANEL_WIDTH, zero, 2);
    draw_order_labels(canvas, orders->n_orders, left);
}

static void draw_panels(struct canvas *canvas, const struct results *results,
                        const struct selection *selection)
{
    static const struct text_style style = {.size = TEXT_LABEL, .align = TEXT_CENTRE};
    const struct key_entry keys[] = {{"positive", colour_blue, 0},
                                     {"negative", colour_vermillion, 0}};
    page_draw_heading(canvas, PAGE_MARGIN, GAP_RIGHT, 156,
                      "Interaction strength by order, held-out samples (each panel has its own "
                      "scale)",
                      keys, 2);
    for (size_t i = 0; i < selection->n; i++)
        draw_panel(canvas, results, selection, i);
    canvas_set_colour(canvas, colour_ink, 1);
    text_draw_upwards(canvas, PAGE_MARGIN + 12, (PANEL_TOP + PANEL_BOTTOM) / 2,
                      PANEL_BOTTOM - PANEL_TOP, "strength (log-odds)", &style);
    text_draw(canvas, (GAP_LEFT + GAP_RIGHT) / 2, PANEL_BOTTOM + 62,
              "order of the interaction (number of players)", &style);
}

/* The value at `step`, between neighbours on a straight line of the log axis; NaN outside. */
static double value_at(const struct curve *curve, double step)
{
    for (size_t i = 0; i < curve->n; i++) {
        if (curve->step[i] == step)
            return curve->value[i];
        if (i > 0 && curve->step[i] > step && curve->step[i - 1] < step) {
            double from = log_step(curve->step[i - 1]), to = log_step(curve->step[i]);
            double t = (log_step(step) - from) / (to - from);
            return curve->value[i - 1] + t * (curve->value[i] - curve->value[i - 1]);
        }
    }
    return NAN;
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
    for (size_t i = 0; i < selection->n; i++) {
        double step = orders->step[selection->checkpoint[i]], value = value_at(gap, step);
        if (isfinite(value))
            draw_badge(canvas, step_axis_x(&plane.steps, step), value_axis_y(&plane.values, value),
                       i);
    }
}

void fig_two_phases(struct canvas *canvas, const struct results *results)
{
    struct selection selection =
        select_checkpoints(&results->orders.positive[PT_TEST][0], results->phases[PT_TEST].t_star);
    draw_panels(canvas, results, &selection);
    draw_gap(canvas, results, &selection);
}
