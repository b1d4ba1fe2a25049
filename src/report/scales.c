/* Scales of values, linear or logarithmic, and of training steps. */
#include "report/scales.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MINUS "\xe2\x88\x92"
#define TICK_PITCH 50.0 /* units from one tick to the next, about */
#define LARGEST 1e100   /* keeps differences of two values finite, */
#define SMALLEST 1e-100 /* and this what is divided by them */

double step_axis_x(const struct step_axis *axis, double step)
{
    return axis->left + (axis->right - axis->left) * log2(step + 1) / log2(axis->last + 1);
}

void format_count(double count, char *text, size_t text_bytes)
{
    char digits[32];
    int n = snprintf(digits, sizeof digits, "%.0f", count);
    size_t length = 0;
    for (int i = 0; i < n && length + 2 < text_bytes; i++) {
        if (i > 0 && (n - i) % 3 == 0)
            text[length++] = ',';
        text[length++] = digits[i];
    }
    text[length] = '\0';
}

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
    struct value_axis axis = {top, bottom, low, high, nice_step((high - low) / n_ticks), 0};
    if (low != 0)
        axis.low -= air;
    if (high != 0)
        axis.high += air;
    return axis;
}

struct value_axis value_axis_fitted(double top, double bottom, struct range range)
{
    double n_ticks = clamp(ceil(fabs(bottom - top) / TICK_PITCH), 2, 5);
    return value_axis_over(top, bottom, range, (int)n_ticks);
}

struct value_axis value_axis_log_over(double top, double bottom, struct range range)
{
    struct range positive = {fmax(range.low, SMALLEST), fmin(range.high, LARGEST)};
    if (positive.low > positive.high)
        positive = (struct range){1, 10};
    double low = floor(log10(positive.low) + 1e-9), high = ceil(log10(positive.high) - 1e-9);
    if (high <= low)
        high = low + 1;
    return (struct value_axis){top, bottom, low, high, ceil((high - low) / 6), 1};
}

double value_axis_y(const struct value_axis *axis, double value)
{
    if (axis->is_log)
        value = value > 0 ? log10(value) : -INFINITY;
    double share = (value - axis->low) / (axis->high - axis->low);
    return axis->bottom + (axis->top - axis->bottom) * clamp(share, 0, 1);
}

/* "5e-9", "1.5e20": no longer than a figure has room for. */
static void exponent_label(double value, char *text, size_t text_bytes)
{
    int exponent = (int)floor(log10(value) + 1e-9);
    snprintf(text, text_bytes, "%.3ge%d", value / pow(10, exponent), exponent);
}

/* 10 to the power of `decade`, in figures and superscripts. */
static void decade_label(int decade, char *text, size_t text_bytes)
{
    static const char *const superscripts[] = {
        "\xe2\x81\xb0", "\xc2\xb9",     "\xc2\xb2",     "\xc2\xb3",     "\xe2\x81\xb4",
        "\xe2\x81\xb5", "\xe2\x81\xb6", "\xe2\x81\xb7", "\xe2\x81\xb8", "\xe2\x81\xb9",
    };
    if (decade == 0 || decade == 1) {
        snprintf(text, text_bytes, "%s", decade ? "10" : "1");
        return;
    }
    char digits[16];
    snprintf(digits, sizeof digits, "%d", abs(decade));
    int length = snprintf(text, text_bytes, "10%s", decade < 0 ? "\xe2\x81\xbb" : "");
    for (const char *digit = digits; *digit && (size_t)length < text_bytes; digit++)
        length +=
            snprintf(text + length, text_bytes - (size_t)length, "%s", superscripts[*digit - '0']);
}

void value_axis_label(const struct value_axis *axis, double value, char *text, size_t text_bytes)
{
    if (axis->is_log) {
        decade_label((int)lround(log10(value)), text, text_bytes);
        return;
    }
    char number[64];
    int exponent = (int)floor(log10(axis->tick) + 1e-9);
    if (fabs(value) < axis->tick * 1e-6)
        snprintf(number, sizeof number, "0");
    else if (exponent < -3 || exponent > 5)
        exponent_label(fabs(value), number, sizeof number);
    else
        snprintf(number, sizeof number, "%.*f", exponent < 0 ? -exponent : 0, fabs(value));
    snprintf(text, text_bytes, "%s%s", value < 0 && strcmp(number, "0") != 0 ? MINUS : "", number);
}

double value_axis_tick(const struct value_axis *axis, double i)
{
    return axis->is_log ? pow(10, i * axis->tick) : i * axis->tick;
}

double value_axis_first_tick(const struct value_axis *axis)
{
    return ceil(axis->low / axis->tick - 1e-9);
}

int value_axis_has_tick(const struct value_axis *axis, double i)
{
    return i * axis->tick <= axis->high + 1e-9 * axis->tick;
}
