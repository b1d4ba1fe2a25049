/* The figure that compares extractions of the same value tables. */
#include "report/comparison.h"

#include "report/axes.h"
#include "report/curves.h"
#include "report/page.h"
#include "report/text.h"

#include <math.h>
#include <stdio.h>

#define KEY_TOP 158.0
#define KEY_PITCH 38.0
#define HEADING_ROOM 92.0 /* from the last line of the key to the axes, the headings between */
#define AXES_BOTTOM 940.0
#define GUTTER 110.0
#define SHARES_LEFT 150.0
#define SHARES_RIGHT 1160.0
#define RATIOS_LEFT 1350.0
#define RATIOS_RIGHT 1880.0
#define GROUP_PART 0.8  /* of an order's width that its bars take */
#define STRIP_PART 0.36 /* of a file's width that its dots take */

static const struct text_style small_style = {.size = TEXT_TICK, .align = TEXT_CENTRE};

static struct colour colour_of_file(size_t file)
{
    const struct colour colours[COMPARISON_MAX_FILES] = {colour_blue, colour_vermillion,
                                                         colour_green, colour_purple};
    return colours[file];
}

void comparison_describe(const struct compared_file *file, char *text, size_t text_bytes)
{
    char what[96], noise[64] = "no noise term";
    if (file->noise_share > 0)
        snprintf(noise, sizeof noise, "noise term %g", file->noise_share);
    switch (file->solver) {
    case COMPARED_EXACT:
        snprintf(what, sizeof what, "exact: sparsest AND/OR%s",
                 file->tie_gap > 0 ? "" : ", ties as they fall");
        break;
    case COMPARED_SGD: {
        char steps[32];
        format_count((double)file->n_iterations, steps, sizeof steps);
        snprintf(what, sizeof what, "gradient descent, %s steps", steps);
        break;
    }
    default:
        snprintf(what, sizeof what, "%s",
                 file->solver == COMPARED_AND ? "AND alone (Harsanyi dividends)" : "OR alone");
    }
    snprintf(text, text_bytes, "%s, %s", what, noise);
}

/* A line a file, with its mean order; returns where the axes may begin. */
static double draw_key(struct canvas *canvas, const struct comparison *c)
{
    static const struct text_style style = {.size = TEXT_LABEL};
    for (size_t i = 0; i < c->n_files; i++) {
        char what[160], line[256];
        double y = KEY_TOP + (double)i * KEY_PITCH;
        comparison_describe(&c->files[i], what, sizeof what);
        snprintf(line, sizeof line,
                 isfinite(c->files[i].mean_order) ? "%s (mean order %.2f)" : "%s", what,
                 c->files[i].mean_order);
        canvas_set_colour(canvas, colour_of_file(i), 1);
        canvas_fill_box(canvas, PAGE_MARGIN, y - 19, 22, 22);
        canvas_set_colour(canvas, colour_ink, 1);
        text_draw_within(canvas, PAGE_MARGIN + 36, y, PAGE_WIDTH - 2 * PAGE_MARGIN - 36, line,
                         &style);
    }
    return KEY_TOP + (double)(c->n_files - 1) * KEY_PITCH + HEADING_ROOM;
}

static struct range share_range(const struct comparison *c)
{
    struct range range = {0, 0};
    for (size_t i = 0; i < c->n_files; i++)
        for (size_t k = 0; k < c->n_players; k++) {
            range_add(&range, 100 * c->files[i].share[k]);
            range_add(&range, 100 * c->files[i].share_high[k]);
        }
    return range;
}

static void draw_bar(struct canvas *canvas, const struct value_axis *axis,
                     const struct compared_file *file, size_t k, double x, double width)
{
    if (!isfinite(file->share[k]))
        return;
    double y = value_axis_y(axis, 100 * file->share[k]), centre = x + width / 2;
    double cap = fmin(width / 4, 7);
    double low = value_axis_y(axis, 100 * file->share_low[k]);
    double high = value_axis_y(axis, 100 * file->share_high[k]);
    canvas_fill_box(canvas, x, y, width - 1, axis->bottom - y);
    if (low - high < 2)
        return;
    canvas_set_colour(canvas, colour_ink, 0.75);
    canvas_line(canvas, centre, low, centre, high, 2);
    canvas_line(canvas, centre - cap, low, centre + cap, low, 2);
    canvas_line(canvas, centre - cap, high, centre + cap, high, 2);
}

static void draw_shares(struct canvas *canvas, const struct comparison *c, double top)
{
    double pitch = (SHARES_RIGHT - SHARES_LEFT) / (double)c->n_players;
    double width = GROUP_PART * pitch / (double)c->n_files;
    struct value_axis axis = value_axis_over(top, AXES_BOTTOM, share_range(c), 5);
    page_draw_heading(canvas, PAGE_MARGIN, SHARES_RIGHT, top - 28,
                      "Share of each order in the total strength", NULL, 0);
    value_axis_draw(canvas, &axis, SHARES_LEFT, SHARES_RIGHT, GUTTER, "share of strength (%)");
    for (size_t k = 0; k < c->n_players; k++) {
        double left = SHARES_LEFT + ((double)k + (1 - GROUP_PART) / 2) * pitch;
        for (size_t i = 0; i < c->n_files; i++) {
            canvas_set_colour(canvas, colour_of_file(i), 1);
            draw_bar(canvas, &axis, &c->files[i], k, left + (double)i * width, width);
        }
        char text[24];
        snprintf(text, sizeof text, "%zu", k + 1);
        canvas_set_colour(canvas, colour_ink, 1);
        text_draw(canvas, SHARES_LEFT + ((double)k + 0.5) * pitch, AXES_BOTTOM + 32, text,
                  &small_style);
    }
    static const struct text_style label_style = {.size = TEXT_LABEL, .align = TEXT_CENTRE};
    text_draw(canvas, (SHARES_LEFT + SHARES_RIGHT) / 2, AXES_BOTTOM + 70,
              "order of the interaction (how many players)", &label_style);
}

/* With as many decimals as tell it from 1: "1.00008", "1.78". */
static void format_ratio(double ratio, char *text, size_t text_bytes)
{
    double excess = fabs(ratio - 1);
    double decimals = excess > 0 ? fmin(fmax(2, -floor(log10(excess))), 12) : 2;
    snprintf(text, text_bytes, "%.*f", (int)decimals, ratio);
}

/* The number stands beside the line where that has room, otherwise above it. */
static void draw_median(struct canvas *canvas, const struct value_axis *axis, double ratio,
                        double centre, double pitch)
{
    struct text_style style = {.size = TEXT_HEADING, .is_bold = 1};
    char text[400];
    double y = value_axis_y(axis, ratio), half = STRIP_PART * pitch / 2 + 12;
    format_ratio(ratio, text, sizeof text);
    canvas_set_colour(canvas, colour_ink, 1);
    canvas_line(canvas, centre - half, y, centre + half, y, 4);
    if (text_width(canvas, text, &style) <= pitch / 2 - half - 8) {
        text_draw(canvas, centre + half + 8, y + 0.36 * style.size, text, &style);
        return;
    }
    style.align = TEXT_CENTRE;
    canvas_set_colour(canvas, colour_paper, 0.7);
    canvas_fill_box(canvas, centre - half, y - 14 - style.size, 2 * half, style.size + 8);
    canvas_set_colour(canvas, colour_ink, 1);
    text_draw_within(canvas, centre, y - 14, pitch, text, &style);
}

static void draw_strip(struct canvas *canvas, const struct comparison *c, size_t i,
                       const struct value_axis *axis, double centre, double pitch)
{
    const struct compared_file *file = &c->files[i];
    double step = c->n_tables > 1 ? STRIP_PART * pitch / (double)(c->n_tables - 1) : 0;
    double left = centre - step * (double)(c->n_tables - 1) / 2;
    for (size_t t = 0; t < c->n_tables; t++)
        if (isfinite(file->ratio[t]))
            draw_dot(canvas, left + (double)t * step, value_axis_y(axis, file->ratio[t]), 6,
                     colour_of_file(i));
    if (isfinite(file->ratio_median)) {
        draw_median(canvas, axis, file->ratio_median, centre, pitch);
        return;
    }
    canvas_set_colour(canvas, colour_muted, 1);
    text_draw_wrapped(canvas, centre, (axis->top + axis->bottom) / 2, pitch - 10, 6,
                      "no exact extraction with this noise term", &small_style);
}

static struct range ratio_range(const struct comparison *c)
{
    struct range range = {1, 1};
    for (size_t i = 0; i < c->n_files; i++)
        for (size_t t = 0; t < c->n_tables; t++)
            range_add(&range, c->files[i].ratio[t]);
    return range;
}

static void draw_ratios(struct canvas *canvas, const struct comparison *c, double top)
{
    static const char *const names[COMPARED_N_SOLVERS] = {"exact", "AND alone", "OR alone",
                                                          "gradient descent"};
    static const struct text_style bound_style = {.size = TEXT_TICK};
    double pitch = (RATIOS_RIGHT - RATIOS_LEFT) / (double)c->n_files;
    struct value_axis axis = value_axis_over(top, AXES_BOTTOM, ratio_range(c), 5);
    page_draw_heading(canvas, RATIOS_LEFT - GUTTER, RATIOS_RIGHT, top - 28,
                      "How far above the least possible strength", NULL, 0);
    value_axis_draw(canvas, &axis, RATIOS_LEFT, RATIOS_RIGHT, GUTTER,
                    "total strength / certified lower bound");
    double bound = value_axis_y(&axis, 1);
    canvas_set_colour(canvas, colour_ink, 1);
    canvas_set_dash(canvas, 10, 6);
    canvas_line(canvas, RATIOS_LEFT, bound, RATIOS_RIGHT, bound, 2.5);
    canvas_set_dash(canvas, 0, 0);
    text_draw(canvas, RATIOS_LEFT + 8, bound + 27, "certified lower bound", &bound_style);
    for (size_t i = 0; i < c->n_files; i++) {
        double centre = RATIOS_LEFT + ((double)i + 0.5) * pitch;
        draw_strip(canvas, c, i, &axis, centre, pitch);
        canvas_set_colour(canvas, colour_ink, 1);
        text_draw_wrapped(canvas, centre, AXES_BOTTOM + 32, pitch - 10, 2,
                          names[c->files[i].solver], &small_style);
    }
}

void fig_comparison(struct canvas *canvas, const struct comparison *comparison)
{
    double top = draw_key(canvas, comparison);
    draw_shares(canvas, comparison, top);
    draw_ratios(canvas, comparison, top);
}
