/* The linear axis of values. */
#include "report/axes.h"

#include "report/text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MINUS "\xe2\x88\x92"
#define LARGEST 1e100   /* keeps differences of two values finite, */
#define SMALLEST 1e-100 /* and this what is divided by them */

static double clamp(double value, double low, double high)
{
    return fmin(fmax(value, low), high);
}

struct range range_empty(void)
{
    return (struct range){INFINITY, -INFINITY};
}

void range_add(struct range *range, double value)
{
    if (!isfinite(value))
        return;
    range->low = fmin(range->low, value);
    range->high = fmax(range->high, value);
}

int range_is_empty(struct range range)
{
    return range.low > range.high;
}

/* Of 1, 2, 5 times a power of ten the one nearest to `step` in ratio. */
static double nice_step(double step)
{
    double power = pow(10, floor(log10(step)));
    double factor = step / power;
    if (factor < sqrt(1 * 2))
        return power;
    if (factor < sqrt(2 * 5))
        return 2 * power;
    return factor < sqrt(5 * 10) ? 5 * power : 10 * power;
}

struct value_axis value_axis_over(double top, double bottom, struct range range, int n_ticks)
{
    if (range_is_empty(range))
        range = (struct range){0, 1};
    double low = clamp(range.low, -LARGEST, LARGEST), high = clamp(range.high, -LARGEST, LARGEST);
    double size = fmax(fabs(low), fabs(high));
    if (high - low <= fmax(1e-9 * size, SMALLEST)) {
        double half = size > SMALLEST ? size / 2 : 1;
        low -= half;
        high += half;
    }
    double air = 0.05 * (high - low);
    struct value_axis axis = {top, bottom, low, high, nice_step((high - low) / n_ticks)};
    if (low != 0)
        axis.low -= air;
    if (high != 0)
        axis.high += air;
    return axis;
}

double value_axis_y(const struct value_axis *axis, double value)
{
    double share = (value - axis->low) / (axis->high - axis->low);
    return axis->bottom + (axis->top - axis->bottom) * clamp(share, 0, 1);
}

/* "5e-09" as "5e-9" and "1e+20" as "1e20". */
static void shorten_exponent(const char *number, char *text, size_t text_bytes)
{
    const char *e = strchr(number, 'e');
    if (!e) {
        snprintf(text, text_bytes, "%s", number);
        return;
    }
    int exponent = atoi(e + 1);
    snprintf(text, text_bytes, "%.*se%s%d", (int)(e - number), number, exponent < 0 ? "-" : "",
             abs(exponent));
}

void value_axis_label(const struct value_axis *axis, double value, char *text, size_t text_bytes)
{
    char number[64], size[64];
    int exponent = (int)floor(log10(axis->tick) + 1e-9);
    if (fabs(value) < axis->tick * 1e-6)
        snprintf(number, sizeof number, "0");
    else if (exponent < -4 || exponent > 5)
        snprintf(number, sizeof number, "%.3g", fabs(value));
    else
        snprintf(number, sizeof number, "%.*f", exponent < 0 ? -exponent : 0, fabs(value));
    shorten_exponent(number, size, sizeof size);
    snprintf(text, text_bytes, "%s%s", value < 0 && strcmp(size, "0") != 0 ? MINUS : "", size);
}

void value_axis_draw(struct canvas *canvas, const struct value_axis *axis, double left,
                     double right, double gutter, const char *title)
{
    static const struct text_style label_style = {.size = TEXT_TICK, .align = TEXT_RIGHT};
    static const struct text_style title_style = {.size = TEXT_LABEL};
    double label_room = title ? gutter - 1.3 * TEXT_LABEL : gutter;
    double first = ceil(axis->low / axis->tick - 1e-9);
    for (double i = first; i * axis->tick <= axis->high + 1e-9 * axis->tick; i++) {
        char text[80];
        double y = value_axis_y(axis, i * axis->tick);
        canvas_set_colour(canvas, colour_grid, 1);
        canvas_line(canvas, left, y, right, y, 1.5);
        value_axis_label(axis, i * axis->tick, text, sizeof text);
        canvas_set_colour(canvas, colour_ink, 1);
        text_draw_within(canvas, left - 10, y + TEXT_TICK * 0.36, label_room - 10, text,
                         &label_style);
    }
    if (title)
        text_draw_upwards(canvas, left - gutter + TEXT_LABEL / 2, (axis->top + axis->bottom) / 2,
                          axis->bottom - axis->top, title, &title_style);
}
