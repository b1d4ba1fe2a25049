/* The figure of each order's share of the interaction strength over training. */
#include "report/figures.h"

#include "report/curves.h"
#include "report/order_key.h"
#include "report/page.h"
#include "report/phase_marks.h"

#include <math.h>
#include <stdio.h>

#define COLUMN_WIDTH 775.0
#define AREA_TOP 308.0
#define AREA_BOTTOM 690.0
#define MEAN_TOP 725.0
#define MEAN_BOTTOM 952.0
#define KEY_LEFT 1800.0
#define GUTTER 110.0
#define LONE_WIDTH 80.0 /* of a checkpoint without neighbours */

static const double column_left[RESULTS_N_SPLITS] = {150, 985};
static const char *const column_title[RESULTS_N_SPLITS] = {"Training samples", "Held-out samples"};

/* Share of the orders 1..n_orders together at checkpoint i, in percent. */
static double share_up_to(const struct curve *shares, size_t n_orders, size_t i)
{
    double sum = 0;
    for (size_t k = 0; k < n_orders; k++)
        sum += shares[k].value[i];
    return 100 * sum;
}

static int has_shares(const struct result_orders *orders, size_t split, size_t i)
{
    double sum = share_up_to(orders->share[split], orders->n_orders, i);
    return isfinite(sum) && sum > 0;
}

/* Fills from 0 up to the cumulative share: painted from the highest order down, each area covers
 * all but its own part of the one before, and no seams show. */
static void fill_up_to(struct canvas *canvas, const struct plane *plane, const struct curve *shares,
                       size_t n_orders, size_t first, size_t end)
{
    const double lone = end - first == 1 ? LONE_WIDTH : 0;
    cairo_move_to(canvas->cairo, step_axis_x(&plane->steps, shares->step[first]),
                  plane->values.bottom);
    for (size_t i = first; i < end; i++)
        cairo_line_to(canvas->cairo, step_axis_x(&plane->steps, shares->step[i]),
                      value_axis_y(&plane->values, share_up_to(shares, n_orders, i)));
    cairo_rel_line_to(canvas->cairo, lone, 0);
    cairo_line_to(canvas->cairo, step_axis_x(&plane->steps, shares->step[end - 1]) + lone,
                  plane->values.bottom);
    cairo_close_path(canvas->cairo);
    cairo_fill_preserve(canvas->cairo);
    canvas_set_colour(canvas, colour_paper, 0.6);
    cairo_set_line_width(canvas->cairo, 1);
    cairo_stroke(canvas->cairo);
}

static void fill_areas(struct canvas *canvas, const struct plane *plane,
                       const struct result_orders *orders, size_t split)
{
    size_t n = orders->share[split][0].n;
    for (size_t first = 0, end; first < n; first = end) {
        end = first + 1;
        if (!has_shares(orders, split, first))
            continue;
        while (end < n && has_shares(orders, split, end))
            end++;
        for (size_t order = orders->n_orders; order > 0; order--) {
            canvas_set_colour(canvas, colour_of_order(order, orders->n_orders), 1);
            fill_up_to(canvas, plane, orders->share[split], order, first, end);
        }
    }
}

/* Whether a label at checkpoint i has coloured ground on both sides and is off the line at
 * x = `taken`. */
static int has_room(const struct step_axis *steps, const struct result_orders *orders, size_t split,
                    size_t i, double taken)
{
    const struct curve *any = &orders->share[split][0];
    if (!has_shares(orders, split, i) || (i > 0 && !has_shares(orders, split, i - 1)) ||
        (i + 1 < any->n && !has_shares(orders, split, i + 1)))
        return 0;
    return !(fabs(step_axis_x(steps, any->step[i]) - taken) < TEXT_LABEL);
}

/* The checkpoint with room where an order's share is largest; n when there is none. */
static size_t largest_share(const struct step_axis *steps, const struct result_orders *orders,
                            size_t split, size_t order, double taken)
{
    const struct curve *share = &orders->share[split][order - 1];
    size_t best = share->n;
    for (size_t i = 0; i < share->n; i++)
        if (has_room(steps, orders, split, i, taken) &&
            (best == share->n || share->value[i] > share->value[best]))
            best = i;
    return best;
}

/* The order's number on its area, where that is thickest, if it is thick enough to hold it. */
static void label_area(struct canvas *canvas, const struct plane *plane,
                       const struct result_orders *orders, size_t split, size_t order, double taken)
{
    static const struct text_style style = {.size = TEXT_LABEL, .align = TEXT_CENTRE, .is_bold = 1};
    size_t i = largest_share(&plane->steps, orders, split, order, taken);
    if (i == orders->share[split][0].n || orders->share[split][0].n < 2)
        return;
    double low = value_axis_y(&plane->values, share_up_to(orders->share[split], order - 1, i));
    double high = value_axis_y(&plane->values, share_up_to(orders->share[split], order, i));
    if (low - high < 1.3 * style.size)
        return;
    char text[24];
    snprintf(text, sizeof text, "%zu", order);
    double x = step_axis_x(&plane->steps, orders->share[split][0].step[i]);
    x = fmin(fmax(x, plane->steps.left + 22), plane->steps.right - 22);
    struct colour ground = colour_of_order(order, orders->n_orders);
    canvas_set_colour(canvas, colour_contrasting(ground), 1);
    text_draw(canvas, x, (low + high) / 2 + 0.36 * style.size, text, &style);
}

static int any_shares(const struct result_orders *orders, size_t split)
{
    for (size_t i = 0; i < orders->share[split][0].n; i++)
        if (has_shares(orders, split, i))
            return 1;
    return 0;
}

static void draw_areas(struct canvas *canvas, const struct results *results, size_t split,
                       const struct step_axis *steps)
{
    const struct result_orders *orders = &results->orders;
    struct plane plane = {*steps, {AREA_TOP, AREA_BOTTOM, 0, 100, 25, 0}};
    value_axis_draw(canvas, &plane.values, steps->left, steps->right, GUTTER,
                    split == PT_TRAIN ? "share of strength (%)" : NULL);
    fill_areas(canvas, &plane, orders, split);
    if (!any_shares(orders, split))
        plane_say_empty(canvas, &plane);
    for (size_t order = 1; order <= orders->n_orders; order++)
        label_area(canvas, &plane, orders, split, order,
                   step_axis_x(steps, results->phases[split].t_star));
    step_axis_draw_ticks(canvas, steps, AREA_BOTTOM);
}

static void draw_mean(struct canvas *canvas, const struct results *results, size_t split,
                      const struct step_axis *steps)
{
    const struct result_phases *phases = &results->phases[split];
    struct range range = range_empty();
    for (size_t i = 0; i < RESULTS_N_SPLITS; i++)
        curve_add_range(&results->mean_order[i], &range);
    struct plane plane = {*steps, value_axis_over(MEAN_TOP, MEAN_BOTTOM, range, 5)};
    if (range_is_empty(range))
        plane_say_empty(canvas, &plane);
    else
        value_axis_draw(canvas, &plane.values, steps->left, steps->right, GUTTER,
                        split == PT_TRAIN ? "mean order m(t)" : NULL);
    phase_marks_draw_boundary(canvas, phases, steps, MEAN_TOP, MEAN_BOTTOM);
    phase_marks_draw_rise(canvas, phases, steps, MEAN_TOP, MEAN_BOTTOM);
    curve_draw_band(canvas, &plane, &results->mean_order[split], colour_blue);
    curve_draw_line(canvas, &plane, &results->mean_order[split], colour_blue, 4);
    curve_draw_dots(canvas, &plane, &results->mean_order[split], colour_blue, 6);
    step_axis_draw(canvas, steps, MEAN_BOTTOM);
}

static void draw_column(struct canvas *canvas, const struct results *results, size_t split,
                        double last_step)
{
    const struct step_axis steps = {column_left[split], column_left[split] + COLUMN_WIDTH,
                                    last_step};
    const struct result_phases *phases = &results->phases[split];
    page_draw_heading(canvas, steps.left, steps.right, 158, column_title[split], NULL, 0);
    draw_areas(canvas, results, split, &steps);
    draw_mean(canvas, results, split, &steps);
    phase_marks_draw_brackets(canvas, phases, &steps, 206, 3);
    phase_marks_draw_boundary(canvas, phases, &steps, 211, AREA_BOTTOM);
}

void fig_p2_order_shares(struct canvas *canvas, const struct results *results)
{
    double last = 1;
    for (size_t split = 0; split < RESULTS_N_SPLITS; split++) {
        last = curve_last_step(&results->mean_order[split], last);
        last = curve_last_step(&results->orders.share[split][0], last);
    }
    for (size_t split = 0; split < RESULTS_N_SPLITS; split++)
        draw_column(canvas, results, split, last);
    order_key_draw(canvas, results->orders.n_orders, results->orders.n_orders, KEY_LEFT, AREA_TOP,
                   AREA_BOTTOM);
}
