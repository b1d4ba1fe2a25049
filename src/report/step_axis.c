/* The axis of training steps, logarithmic but with step 0 on it. */
#include "report/axes.h"

#include "report/text.h"

#include <math.h>

#define LABEL_GAP 22.0    /* units between two labels, at least */
#define MAX_OVERHANG 36.0 /* units beyond the axis' end, at most */

static const struct text_style tick_style = {.size = TEXT_TICK, .align = TEXT_CENTRE};
static const struct text_style title_style = {.size = TEXT_LABEL, .align = TEXT_CENTRE};

/* 0 and every factors[j] * 10^k up to the last step. */
static size_t candidate_ticks(const struct step_axis *axis, const double *factors, size_t n_factors,
                              double ticks[AXES_MAX_TICKS])
{
    size_t n = 0;
    ticks[n++] = 0;
    for (double power = 1; power <= axis->last; power *= 10)
        for (size_t j = 0; j < n_factors; j++)
            if (n < AXES_MAX_TICKS && factors[j] * power <= axis->last)
                ticks[n++] = factors[j] * power;
    return n;
}

static double label_half_width(struct canvas *canvas, double step)
{
    char text[32];
    format_count(step, text, sizeof text);
    return text_width(canvas, text, &tick_style) / 2;
}

/* Keeps the ticks whose labels are clear of the last one kept and do not stick out far. */
static size_t keep_clear_ticks(struct canvas *canvas, const struct step_axis *axis, double *ticks,
                               size_t n)
{
    size_t n_kept = 0;
    double free_from = -INFINITY;
    for (size_t i = 0; i < n; i++) {
        double x = step_axis_x(axis, ticks[i]), half = label_half_width(canvas, ticks[i]);
        if (x - half < free_from || x + half > axis->right + MAX_OVERHANG)
            continue;
        ticks[n_kept++] = ticks[i];
        free_from = x + half + LABEL_GAP;
    }
    return n_kept;
}

size_t step_axis_ticks(struct canvas *canvas, const struct step_axis *axis,
                       double ticks[AXES_MAX_TICKS])
{
    static const double factors[] = {1, 2, 5};
    size_t n = candidate_ticks(axis, factors, 3, ticks);
    if (keep_clear_ticks(canvas, axis, ticks, n) == n)
        return n;
    n = candidate_ticks(axis, factors, 1, ticks);
    return keep_clear_ticks(canvas, axis, ticks, n);
}

static void draw_minor_ticks(struct canvas *canvas, const struct step_axis *axis, double y)
{
    static const double factors[] = {1, 2, 3, 4, 5, 6, 7, 8, 9};
    double ticks[AXES_MAX_TICKS];
    size_t n = candidate_ticks(axis, factors, 9, ticks);
    for (size_t i = 0; i < n; i++) {
        double x = step_axis_x(axis, ticks[i]);
        canvas_line(canvas, x, y, x, y + 5, 1.5);
    }
}

void step_axis_draw_ticks(struct canvas *canvas, const struct step_axis *axis, double y)
{
    canvas_set_colour(canvas, colour_ink, 1);
    canvas_line(canvas, axis->left, y, axis->right, y, 2);
    draw_minor_ticks(canvas, axis, y);
    double ticks[AXES_MAX_TICKS];
    size_t n = step_axis_ticks(canvas, axis, ticks);
    for (size_t i = 0; i < n; i++) {
        double x = step_axis_x(axis, ticks[i]);
        canvas_line(canvas, x, y, x, y + 10, 2);
    }
}

void step_axis_draw(struct canvas *canvas, const struct step_axis *axis, double y)
{
    step_axis_draw_ticks(canvas, axis, y);
    double ticks[AXES_MAX_TICKS];
    size_t n = step_axis_ticks(canvas, axis, ticks);
    for (size_t i = 0; i < n; i++) {
        char text[32];
        format_count(ticks[i], text, sizeof text);
        text_draw(canvas, step_axis_x(axis, ticks[i]), y + 34, text, &tick_style);
    }
    text_draw(canvas, (axis->left + axis->right) / 2, y + 68, "training step (logarithmic)",
              &title_style);
}
