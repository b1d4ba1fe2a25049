/* The figure of a sweep: what changes with the values of the swept key. */
#include "report/sweep.h"

#include "report/curves.h"
#include "report/line_labels.h"
#include "report/page.h"
#include "report/sweep_axis.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define N_COLUMNS 3
#define N_ROWS 2
#define MAX_LINES 8 /* one of two keys has no more values: a sweep has at most 64 settings */
#define TOP 130.0
#define BOTTOM 942.0
#define VERDICT_HEIGHT 56.0
#define HEADING_ROOM 62.0 /* above a panel */
#define TICK_ROOM 44.0    /* below one */
#define GUTTER 112.0      /* left of one */
#define COLUMN_GAP 34.0
#define LABEL_ROOM 142.0 /* right of one when lines have labels */
#define RUN_RADIUS 5.5
#define RUN_SHIFT 16.0 /* from the mean of a setting to its runs */

struct panel {
    enum sweep_quantity quantity;
    enum sweep_quantity same_range; /* its axis holds this one too */
    const char *heading, *unit;
    int has_zero;
};

static const struct panel panels[N_ROWS * N_COLUMNS] = {
    {SWEEP_SPINDLE_WEIGHT, SWEEP_SPINDLE_WEIGHT, "Spindle: fitted weight", "log-odds (held-out)",
     1},
    {SWEEP_SPINDLE_SHARE, SWEEP_SPINDLE_SHARE, "Spindle: share of the strength", "share (held-out)",
     1},
    {SWEEP_LOSS_GAP, SWEEP_LOSS_GAP, "Loss gap at the end", "gap (nats)", 1},
    {SWEEP_EXCESS, SWEEP_EXCESS, "Generalisable share at the end", "above chance (training)", 1},
    {SWEEP_ORDER_STAR, SWEEP_ORDER_END, "Mean order when simplest (t*)", "order (held-out)", 0},
    {SWEEP_ORDER_END, SWEEP_ORDER_STAR, "Mean order at the end", "order (held-out)", 0},
};

/* What all panels have in common. */
struct sheet {
    const struct sweep *sweep;
    size_t across, lines; /* indices of the keys */
    size_t n_lines;
};

/* The second key makes the lines, unless it has too many values for that. */
static struct sheet make_sheet(const struct sweep *sweep)
{
    int swaps = sweep->keys[1].n_levels > MAX_LINES;
    struct sheet sheet = {sweep, swaps ? 1 : 0, swaps ? 0 : 1, 0};
    sheet.n_lines = sweep->keys[sheet.lines].n_levels;
    return sheet;
}

static struct sweep_mean mean_of(const struct sheet *sheet, enum sweep_quantity quantity,
                                 size_t line, size_t level)
{
    size_t levels[SWEEP_MAX_KEYS];
    levels[sheet->across] = level;
    levels[sheet->lines] = line;
    return sweep_mean(sheet->sweep, quantity, levels);
}

static struct colour line_colour(const struct sheet *sheet, size_t line)
{
    return sheet->n_lines > 1 ? colour_of_order(line + 1, sheet->n_lines + 1) : colour_blue;
}

static void add_runs(const struct sheet *sheet, enum sweep_quantity quantity, struct range *range)
{
    for (size_t i = 0; i < sheet->sweep->n_points; i++)
        range_add(range, sheet->sweep->points[i].values[quantity]);
}

/* Widens the range for the intervals, but not beyond `limit`. */
static void add_intervals(const struct sheet *sheet, enum sweep_quantity quantity,
                          struct range limit, struct range *range)
{
    for (size_t line = 0; line < sheet->n_lines; line++)
        for (size_t level = 0; level < sheet->sweep->keys[sheet->across].n_levels; level++) {
            struct interval interval = mean_of(sheet, quantity, line, level).interval;
            if (isfinite(interval.low) && isfinite(interval.high)) {
                range_add(range, fmax(interval.low, limit.low));
                range_add(range, fmin(interval.high, limit.high));
            }
        }
}

/* The interval of two runs is so wide that on an axis which held it nothing else could be seen. */
static struct range panel_range(const struct sheet *sheet, const struct panel *panel)
{
    struct range range = range_empty();
    add_runs(sheet, panel->quantity, &range);
    add_runs(sheet, panel->same_range, &range);
    if (range_is_empty(range))
        return range;
    if (panel->has_zero)
        range_add(&range, 0);
    double half = range.high / 2 - range.low / 2;
    const struct range limit = {range.low - half, range.high + half};
    add_intervals(sheet, panel->quantity, limit, &range);
    add_intervals(sheet, panel->same_range, limit, &range);
    return range;
}

/* ---- A panel ---- */

struct plot {
    const struct sheet *sheet;
    enum sweep_quantity quantity;
    struct sweep_axis x;
    struct value_axis y;
    double shift; /* from one line to the next, so that whiskers do not cover each other */
};

static double plot_x(const struct plot *plot, size_t line, size_t level)
{
    double middle = ((double)plot->sheet->n_lines - 1) / 2;
    return sweep_axis_x(&plot->x, level) + ((double)line - middle) * plot->shift;
}

/* Words have no distances, so a lone line through them would say nothing. */
static void draw_line(struct canvas *canvas, const struct plot *plot, size_t line)
{
    if (!plot->x.key->is_numeric && plot->sheet->n_lines == 1)
        return;
    cairo_set_line_width(canvas->cairo, 4);
    cairo_set_line_join(canvas->cairo, CAIRO_LINE_JOIN_ROUND);
    canvas_set_colour(canvas, line_colour(plot->sheet, line), 1);
    for (size_t level = 0; level < plot->x.key->n_levels; level++) {
        double mean = mean_of(plot->sheet, plot->quantity, line, level).mean;
        if (isfinite(mean))
            cairo_line_to(canvas->cairo, plot_x(plot, line, level), value_axis_y(&plot->y, mean));
        else
            cairo_new_sub_path(canvas->cairo);
    }
    cairo_stroke(canvas->cairo);
}

/* Where a whisker is cut, an arrow says that it goes on. */
static void draw_arrow(struct canvas *canvas, double x, double y, double along)
{
    canvas_line(canvas, x - 7, y + along, x, y, 2.5);
    canvas_line(canvas, x + 7, y + along, x, y, 2.5);
}

static void draw_whisker(struct canvas *canvas, const struct value_axis *axis, double x,
                         struct interval interval, double width)
{
    if (!isfinite(interval.low) || !isfinite(interval.high))
        return;
    canvas_line(canvas, x, value_axis_y(axis, interval.low), x, value_axis_y(axis, interval.high),
                width);
    if (interval.low < axis->low)
        draw_arrow(canvas, x, axis->bottom, -9);
    if (interval.high > axis->high)
        draw_arrow(canvas, x, axis->top, 9);
}

static void draw_means(struct canvas *canvas, const struct plot *plot, size_t line)
{
    int is_single = plot->sheet->n_lines == 1;
    for (size_t level = 0; level < plot->x.key->n_levels; level++) {
        struct sweep_mean mean = mean_of(plot->sheet, plot->quantity, line, level);
        double x = plot_x(plot, line, level);
        if (!isfinite(mean.mean))
            continue;
        canvas_set_colour(canvas, line_colour(plot->sheet, line), 1);
        draw_whisker(canvas, &plot->y, x, mean.interval, is_single ? 3.5 : 2.5);
        draw_dot(canvas, x, value_axis_y(&plot->y, mean.mean), is_single ? 9 : 7,
                 line_colour(plot->sheet, line));
    }
}

/* The only run of its setting is its mean. */
static int is_alone(const struct sheet *sheet, const struct sweep_point *point)
{
    size_t n = 0;
    for (size_t i = 0; i < sheet->sweep->n_points && n < 2; i++)
        n += sweep_is_of(&sheet->sweep->points[i], point->level);
    return n < 2;
}

static void draw_runs(struct canvas *canvas, const struct plot *plot)
{
    const struct sheet *sheet = plot->sheet;
    double shift = sheet->n_lines > 1 ? plot->shift / 2 : RUN_SHIFT;
    for (size_t i = 0; i < sheet->sweep->n_points; i++) {
        const struct sweep_point *point = &sheet->sweep->points[i];
        double value = point->values[plot->quantity];
        size_t line = point->level[sheet->lines];
        double x = plot_x(plot, line, point->level[sheet->across]) + shift;
        if (!isfinite(value) || is_alone(sheet, point))
            continue;
        canvas_set_colour(canvas, line_colour(sheet, line), 0.55);
        cairo_arc(canvas->cairo, x, value_axis_y(&plot->y, value), RUN_RADIUS, 0, 6.2831853);
        cairo_fill(canvas->cairo);
    }
}

static void draw_labels(struct canvas *canvas, const struct plot *plot)
{
    const struct sheet *sheet = plot->sheet;
    struct line_label labels[MAX_LINES];
    size_t n = 0;
    for (size_t line = 0; line < sheet->n_lines; line++) {
        double last = NAN;
        for (size_t level = 0; level < plot->x.key->n_levels; level++) {
            double mean = mean_of(sheet, plot->quantity, line, level).mean;
            last = isfinite(mean) ? mean : last;
        }
        if (isfinite(last))
            labels[n++] =
                (struct line_label){sheet->sweep->keys[sheet->lines].levels[line].text,
                                    line_colour(sheet, line), 0, value_axis_y(&plot->y, last)};
    }
    static const struct text_style style = {.size = TEXT_SMALLEST};
    const char *key = sheet->sweep->keys[sheet->lines].name, *dot = strchr(key, '.');
    canvas_set_colour(canvas, colour_muted, 1);
    text_draw_within(canvas, plot->x.right + 14, plot->y.top - 24, LABEL_ROOM - 14,
                     dot ? dot + 1 : key, &style);
    line_labels_draw(canvas, labels, n, plot->x.right + 8, LABEL_ROOM - 8, plot->y.bottom);
}

static void say_empty(struct canvas *canvas, const struct box *box)
{
    static const struct text_style style = {.size = TEXT_LABEL, .align = TEXT_CENTRE};
    canvas_set_colour(canvas, colour_muted, 1);
    text_draw_within(canvas, (box->left + box->right) / 2, (box->top + box->bottom) / 2,
                     box->right - box->left, "not measured", &style);
}

static void draw_panel(struct canvas *canvas, const struct sheet *sheet, const struct panel *panel,
                       const struct box *box, int is_last_row)
{
    struct range own = range_empty();
    struct plot plot = {.sheet = sheet, .quantity = panel->quantity};
    add_runs(sheet, panel->quantity, &own);
    page_draw_heading(canvas, box->left - GUTTER, box->right, box->top - 24, panel->heading, NULL,
                      0);
    plot.x = sweep_axis_make(&sheet->sweep->keys[sheet->across], box->left, box->right);
    plot.y = value_axis_fitted(box->top, box->bottom, panel_range(sheet, panel));
    plot.shift = fmin(14, 0.7 * sweep_axis_pitch(&plot.x) / (double)sheet->n_lines);
    if (range_is_empty(own)) {
        say_empty(canvas, box);
    } else {
        value_axis_draw(canvas, &plot.y, box->left, box->right, GUTTER, panel->unit);
        for (size_t line = 0; line < sheet->n_lines; line++)
            draw_line(canvas, &plot, line);
        draw_runs(canvas, &plot);
        for (size_t line = 0; line < sheet->n_lines; line++)
            draw_means(canvas, &plot, line);
    }
    if (sheet->sweep->n_keys > 1)
        draw_labels(canvas, &plot);
    sweep_axis_draw(canvas, &plot.x, box->bottom, is_last_row);
}

/* ---- The verdict on D15 ---- */

/* The verdict goes by all runs together. */
static void describe_correlation(const struct result_claim *claim, char *text, size_t text_bytes)
{
    if (isfinite(claim->within_seeds))
        snprintf(text, text_bytes,
                 "rank correlation over all runs %.2f, at least %.2g asked for; within seeds %.2f",
                 claim->value, claim->threshold, claim->within_seeds);
    else
        snprintf(text, text_bytes,
                 "rank correlation of its weight over all runs %.2f; at least %.2g asked for",
                 claim->value, claim->threshold);
}

static void draw_verdict(struct canvas *canvas, const struct result_claim *claim)
{
    static const struct text_style bold = {.size = TEXT_LABEL, .is_bold = 1};
    static const struct text_style plain = {.size = TEXT_LABEL};
    static const char *const words[] = {
        [CLAIM_NOT_MEASURED] = "Claim D15, the spindle grows with the label noise: not measured",
        [CLAIM_NOT_REPRODUCED] =
            "Claim D15, the spindle grows with the label noise: not reproduced",
        [CLAIM_REPRODUCED] = "Claim D15, the spindle grows with the label noise: reproduced",
    };
    static const struct colour *const grounds[] = {
        [CLAIM_NOT_MEASURED] = &colour_phase[1],
        [CLAIM_NOT_REPRODUCED] = &colour_phase[2],
        [CLAIM_REPRODUCED] = &colour_phase[0],
    };
    const double right = PAGE_WIDTH - PAGE_MARGIN, baseline = TOP + 36;
    char numbers[256];
    describe_correlation(claim, numbers, sizeof numbers);
    canvas_set_colour(canvas, *grounds[claim->verdict], 1);
    canvas_fill_box(canvas, PAGE_MARGIN, TOP, right - PAGE_MARGIN, VERDICT_HEIGHT);
    canvas_set_colour(canvas, colour_ink, 1);
    double x = PAGE_MARGIN + 20;
    text_draw(canvas, x, baseline, words[claim->verdict], &bold);
    x += text_width(canvas, words[claim->verdict], &bold) + 24;
    text_draw_within(canvas, x, baseline, right - 20 - x,
                     claim->verdict == CLAIM_NOT_MEASURED ? claim->reason : numbers, &plain);
}

void fig_sweep(struct canvas *canvas, const struct sweep *sweep)
{
    const struct sheet sheet = make_sheet(sweep);
    int has_claim = sweep->claim.verdict != CLAIM_ABSENT;
    double label_room = sweep->n_keys > 1 ? LABEL_ROOM : 0;
    double top = TOP + (has_claim ? VERDICT_HEIGHT : -16);
    double width = (PAGE_WIDTH - 2 * PAGE_MARGIN + COLUMN_GAP) / N_COLUMNS;
    double height = (BOTTOM - top + TICK_ROOM) / N_ROWS;
    if (has_claim)
        draw_verdict(canvas, &sweep->claim);
    for (size_t i = 0; i < N_ROWS * N_COLUMNS; i++) {
        size_t row = i / N_COLUMNS, column = i % N_COLUMNS;
        double left = PAGE_MARGIN + (double)column * width, above = top + (double)row * height;
        const struct box box = {left + GUTTER, left + width - COLUMN_GAP - label_room,
                                above + HEADING_ROOM, above + height - TICK_ROOM};
        draw_panel(canvas, &sheet, &panels[i], &box, row == N_ROWS - 1);
    }
}
