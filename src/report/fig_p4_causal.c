/* The figure of P4's causal test: the loss gap without the non-generalisable interactions. */
#include "report/figures.h"

#include "report/bars.h"
#include "report/page.h"
#include "report/timeline_stack.h"

#include <math.h>
#include <stdio.h>

#define STACK_RIGHT 1460.0
#define BARS_LEFT 1556.0
#define BARS_RIGHT 1880.0
#define BARS_TOP 280.0
#define BARS_BOTTOM 900.0
#define N_BARS 3

struct bar {
    const char *label;
    struct curve curve;
    struct colour colour;
};

/* The gap of the random draws with their 5th and 95th percentile as bounds. */
static struct curve random_gap(const struct result_table *table, size_t sample)
{
    struct curve curve = result_curve(table, "gap_random", KEYS(sample));
    curve.low = result_curve(table, "gap_random_p5", KEYS(sample)).value;
    curve.high = result_curve(table, "gap_random_p95", KEYS(sample)).value;
    return curve;
}

static void draw_over_time(struct canvas *canvas, const struct results *results)
{
    const struct result_table *table = &results->tables[TABLE_CAUSAL];
    const size_t *place = KEYS(SAMPLE_CHECKPOINT);
    struct timeline panels[] = {
        {.heading = "Loss gap of the traced samples", .unit = "gap (nats)", .has_zero = 1},
        {.heading = "Loss of the traced held-out samples", .unit = "loss (nats)", .has_zero = 1},
    };
    timeline_add(&panels[0], random_gap(table, SAMPLE_CHECKPOINT), "minus random ones", colour_sky,
                 0);
    timeline_add(&panels[0], result_curve(table, "gap", place), "all interactions", colour_muted,
                 0);
    timeline_add(&panels[0], result_curve(table, "gap_gen", place), "minus non-generalisable",
                 colour_generalisable, 0);
    timeline_add(&panels[1], result_curve(table, "test_loss_random", place), "minus random ones",
                 colour_sky, 0);
    timeline_add(&panels[1], result_curve(table, "test_loss", place), "all interactions",
                 colour_muted, 0);
    timeline_add(&panels[1], result_curve(table, "test_loss_gen", place), "minus non-generalisable",
                 colour_generalisable, 0);
    timeline_stack_draw(canvas, results, panels, 2, STACK_RIGHT, 340);
}

static int has_last(const struct curve *curve)
{
    return curve->n > 0 && isfinite(curve->value[curve->n - 1]);
}

static void draw_bar(struct canvas *canvas, const struct bar *bar, const struct value_axis *axis,
                     double left, double width)
{
    static const struct text_style style = {.size = TEXT_TICK, .align = TEXT_CENTRE};
    size_t i = bar->curve.n - 1;
    double zero = value_axis_y(axis, 0), end = value_axis_y(axis, bar->curve.value[i]);
    double x = left + width / 2;
    canvas_set_colour(canvas, bar->colour, 1);
    canvas_fill_box(canvas, left + 0.12 * width, fmin(zero, end), 0.76 * width, fabs(end - zero));
    canvas_set_colour(canvas, colour_ink, 1);
    if (isfinite(bar->curve.low[i]) && isfinite(bar->curve.high[i]))
        draw_whisker(canvas, x, 10, value_axis_y(axis, bar->curve.low[i]),
                     value_axis_y(axis, bar->curve.high[i]));
    text_draw_wrapped(canvas, x, axis->bottom + 30, width, 4, bar->label, &style);
}

/* The gap at the last checkpoint, of the larger sample where there is one. */
static void draw_final(struct canvas *canvas, const struct results *results)
{
    const struct result_table *table = &results->tables[TABLE_CAUSAL];
    struct curve gap = result_curve(table, "gap", KEYS(SAMPLE_FINAL));
    size_t sample = has_last(&gap) ? SAMPLE_FINAL : SAMPLE_CHECKPOINT;
    const struct bar bars[N_BARS] = {
        {"all", result_curve(table, "gap", KEYS(sample)), colour_muted},
        {"minus random", random_gap(table, sample), colour_sky},
        {"minus non-gen.", result_curve(table, "gap_gen", KEYS(sample)), colour_generalisable},
    };
    struct curve n = result_curve(table, "n_test", KEYS(sample));
    struct range range = {0, 0};
    char heading[80] = "Gap at the end";
    for (size_t i = 0; i < N_BARS; i++)
        if (has_last(&bars[i].curve)) {
            range_add(&range, bars[i].curve.value[bars[i].curve.n - 1]);
            range_add(&range, bars[i].curve.low[bars[i].curve.n - 1]);
            range_add(&range, bars[i].curve.high[bars[i].curve.n - 1]);
        }
    if (has_last(&n))
        snprintf(heading, sizeof heading, "End, %.0f samples", n.value[n.n - 1]);
    struct value_axis axis = value_axis_fitted(BARS_TOP, BARS_BOTTOM, range);
    page_draw_heading(canvas, BARS_LEFT - 100, BARS_RIGHT, BARS_TOP - 30, heading, NULL, 0);
    value_axis_draw(canvas, &axis, BARS_LEFT, BARS_RIGHT, 100, "gap (nats)");
    for (size_t i = 0; i < N_BARS; i++)
        if (has_last(&bars[i].curve))
            draw_bar(canvas, &bars[i], &axis,
                     BARS_LEFT + (double)i * (BARS_RIGHT - BARS_LEFT) / N_BARS,
                     (BARS_RIGHT - BARS_LEFT) / N_BARS);
    canvas_line(canvas, BARS_LEFT, value_axis_y(&axis, 0), BARS_RIGHT, value_axis_y(&axis, 0), 2);
}

void fig_p4_causal(struct canvas *canvas, const struct results *results)
{
    draw_over_time(canvas, results);
    draw_final(canvas, results);
}
