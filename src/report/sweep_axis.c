/* The axis along which the values of a swept key lie. */
#include "report/sweep_axis.h"

#include "report/text.h"

#include <math.h>
#include <stdio.h>

#define AIR 34.0              /* from an end to the first level */
#define LABEL_GAP 12.0        /* between two labels, at least */
#define MAX_NUMBER 112.0      /* width of a number */
#define WORD_ROOM 64.0        /* what a word must at least have */
#define FACTOR_OF_LOG_AXIS 10 /* between the smallest level and the largest */

static const struct text_style tick_style = {.size = TEXT_TICK, .align = TEXT_CENTRE};
static const struct text_style title_style = {.size = TEXT_LABEL, .align = TEXT_CENTRE};

struct sweep_axis sweep_axis_make(const struct sweep_key *key, double left, double right)
{
    struct sweep_axis axis = {left, right, key, 0};
    if (key->is_numeric && key->n_levels > 2) {
        double low = key->levels[0].number, high = key->levels[key->n_levels - 1].number;
        axis.is_log = low > 0 && high / low >= FACTOR_OF_LOG_AXIS;
    }
    return axis;
}

static double position(const struct sweep_axis *axis, size_t level)
{
    double number = axis->key->levels[level].number;
    return axis->is_log ? log10(number) : number;
}

double sweep_axis_x(const struct sweep_axis *axis, size_t level)
{
    size_t n = axis->key->n_levels;
    double width = axis->right - axis->left;
    if (n < 2 || !axis->key->is_numeric)
        return axis->left + width * ((double)level + 0.5) / (double)n;
    double first = position(axis, 0), last = position(axis, n - 1);
    return axis->left + AIR + (width - 2 * AIR) * (position(axis, level) - first) / (last - first);
}

double sweep_axis_pitch(const struct sweep_axis *axis)
{
    double pitch = axis->right - axis->left;
    for (size_t i = 1; i < axis->key->n_levels; i++)
        pitch = fmin(pitch, sweep_axis_x(axis, i) - sweep_axis_x(axis, i - 1));
    return pitch;
}

/* Those that are clear of the last one drawn. */
static void draw_numbers(struct canvas *canvas, const struct sweep_axis *axis, double y)
{
    double free_from = -INFINITY;
    for (size_t i = 0; i < axis->key->n_levels; i++) {
        const char *text = axis->key->levels[i].text;
        double x = sweep_axis_x(axis, i);
        double half = fmin(text_width(canvas, text, &tick_style), MAX_NUMBER) / 2;
        if (x - half < free_from)
            continue;
        text_draw_within(canvas, x, y, MAX_NUMBER, text, &tick_style);
        free_from = x + half + LABEL_GAP;
    }
}

static void draw_words(struct canvas *canvas, const struct sweep_axis *axis, double y)
{
    double pitch = sweep_axis_pitch(axis);
    size_t stride = (size_t)ceil(WORD_ROOM / pitch);
    for (size_t i = 0; i < axis->key->n_levels; i += stride)
        text_draw_within(canvas, sweep_axis_x(axis, i), y, (double)stride * pitch - LABEL_GAP,
                         axis->key->levels[i].text, &tick_style);
}

void sweep_axis_draw(struct canvas *canvas, const struct sweep_axis *axis, double y, int has_title)
{
    canvas_set_colour(canvas, colour_ink, 1);
    canvas_line(canvas, axis->left, y, axis->right, y, 2);
    for (size_t i = 0; i < axis->key->n_levels; i++)
        canvas_line(canvas, sweep_axis_x(axis, i), y, sweep_axis_x(axis, i), y + 8, 2);
    if (axis->key->is_numeric)
        draw_numbers(canvas, axis, y + 32);
    else
        draw_words(canvas, axis, y + 32);
    char title[RESULTS_MAX_TEXT_BYTES + 32];
    snprintf(title, sizeof title, "%s%s", axis->key->name, axis->is_log ? " (logarithmic)" : "");
    if (has_title)
        text_draw_within(canvas, (axis->left + axis->right) / 2, y + 66, axis->right - axis->left,
                         title, &title_style);
}
