/* Brackets, lines and words for the two phases. */
#include "report/phase_marks.h"

#include "report/text.h"

#include <math.h>
#include <stdio.h>

static const struct text_style phase_style = {.size = TEXT_TICK, .align = TEXT_CENTRE};
static const struct text_style bold_style = {.size = TEXT_TICK, .align = TEXT_CENTRE, .is_bold = 1};
static const struct text_style rise_style = {.size = 20};

/* A white edge keeps the line apart from any coloured ground. */
static void draw_haloed_line(struct canvas *canvas, double x, double top, double bottom, double on,
                             double off)
{
    canvas_set_colour(canvas, colour_paper, 0.9);
    canvas_line(canvas, x, top, x, bottom, 6);
    canvas_set_colour(canvas, colour_ink, 1);
    canvas_set_dash(canvas, on, off);
    canvas_line(canvas, x, top, x, bottom, 3);
    canvas_set_dash(canvas, 0, 0);
}

static void draw_bracket(struct canvas *canvas, double left, double right, double y)
{
    canvas_set_colour(canvas, colour_ink, 1);
    canvas_line(canvas, left, y, right, y, 2);
    canvas_line(canvas, left, y - 1, left, y + 9, 2);
    canvas_line(canvas, right, y - 1, right, y + 9, 2);
}

/* The name of a phase and, as far as there is room between left and right, what happens in it. */
static void draw_phase(struct canvas *canvas, double left, double right, double y, size_t max_lines,
                       const char *number, const char *meaning)
{
    if (right - left < 4)
        return;
    draw_bracket(canvas, left + 3, right - 3, y);
    char name[32], full[128];
    snprintf(name, sizeof name, "phase %s", number);
    snprintf(full, sizeof full, "phase %s: %s", number, meaning);
    double centre = (left + right) / 2, room = right - left - 20, first = y + 30;
    if (max_lines == 1 && *meaning &&
        text_draw_wrapped(canvas, centre, first, room, 1, full, &phase_style))
        return;
    if (!text_draw_wrapped(canvas, centre, first, room, 1, name, &bold_style)) {
        text_draw_wrapped(canvas, centre, first, room + 14, 1, number, &bold_style);
        return;
    }
    if (max_lines > 1)
        text_draw_wrapped(canvas, centre, first + text_line_height(&phase_style), room,
                          max_lines - 1, meaning, &phase_style);
}

void phase_marks_draw_brackets(struct canvas *canvas, const struct result_phases *phases,
                               const struct step_axis *steps, double y, size_t max_lines)
{
    if (isnan(phases->t_star)) {
        canvas_set_colour(canvas, colour_muted, 1);
        text_draw_within(canvas, (steps->left + steps->right) / 2, y + 30,
                         steps->right - steps->left, "no phase boundary in this run", &phase_style);
        return;
    }
    double x = step_axis_x(steps, fmin(phases->t_star, steps->last));
    int falls = phases->mean_order_star < phases->mean_order_start;
    int rises = !isnan(phases->t_rise);
    draw_phase(canvas, steps->left, x, y, max_lines, "1",
               falls ? "complex interactions are forgotten" : "");
    draw_phase(canvas, x, steps->right, y, max_lines, "2",
               rises ? "ever more complex ones are learnt" : "no lasting rise");
    char step[32], text[64];
    format_count(phases->t_star, step, sizeof step);
    snprintf(text, sizeof text, "t* = step %s", step);
    double half = text_width(canvas, text, &bold_style) / 2;
    canvas_set_colour(canvas, colour_ink, 1);
    text_draw(canvas, fmin(fmax(x, steps->left + half), steps->right - half), y - 12, text,
              &bold_style);
}

void phase_marks_draw_boundary(struct canvas *canvas, const struct result_phases *phases,
                               const struct step_axis *steps, double top, double bottom)
{
    if (!isnan(phases->t_star))
        draw_haloed_line(canvas, step_axis_x(steps, fmin(phases->t_star, steps->last)), top, bottom,
                         12, 7);
}

void phase_marks_draw_rise(struct canvas *canvas, const struct result_phases *phases,
                           const struct step_axis *steps, double top, double bottom)
{
    if (isnan(phases->t_rise))
        return;
    double x = step_axis_x(steps, fmin(phases->t_rise, steps->last));
    draw_haloed_line(canvas, x, top, bottom, 3, 6);
    char step[32], text[64];
    format_count(phases->t_rise, step, sizeof step);
    snprintf(text, sizeof text, "rise from step %s", step);
    canvas_set_colour(canvas, colour_ink, 1);
    text_draw_wrapped(canvas, x + 10, top + 20, steps->right - x - 14, 1, text, &rise_style);
}
