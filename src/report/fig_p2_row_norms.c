/* The figure of P2's matrix M: how much more it damps an order than the one before. */
#include "report/figures.h"

#include "report/axes.h"
#include "report/page.h"
#include "report/curves.h"

#include <math.h>
#include <stdio.h>

#define N_LEVELS 5
#define TOP 300.0
#define BOTTOM 940.0
#define LEFT 116.0
#define RIGHT 1890.0
#define GUTTER 60.0
#define MAX_PANELS 4

/* Powers of ten of sigma^2 that are shown. */
static const double levels[N_LEVELS] = {1e-4, 1e-3, 1e-2, 1e-1, 1};

/* The place of a level in the table; n_along when it has none nearby. */
static size_t find_level(const struct result_table *table, double level)
{
    size_t i = 0;
    while (i < table->n_along && !(fabs(table->along[i] / level - 1) < 1e-6))
        i++;
    return i;
}

static struct colour level_colour(size_t level)
{
    return colour_of_order(N_LEVELS - level, N_LEVELS + 1);
}

/* The numbers of players that there are rows of. */
static size_t find_panels(const struct result_table *table, size_t players[MAX_PANELS])
{
    size_t n = 0;
    for (size_t i = 1; i < table->size[0] && n < MAX_PANELS; i++)
        for (size_t order = 0; order < i; order++) {
            struct curve ratio = result_curve(table, "ratio", KEYS(i, order));
            if (!curve_has_values(&ratio))
                continue;
            players[n++] = i;
            break;
        }
    return n;
}

static struct range ratio_range(const struct result_table *table, const size_t *players,
                                size_t n_panels)
{
    struct range range = {1, 1};
    for (size_t panel = 0; panel < n_panels; panel++)
        for (size_t level = 0; level < N_LEVELS; level++) {
            struct spectrum ratio = result_spectrum(table, "ratio", KEYS(players[panel], 0),
                                                    find_level(table, levels[level]));
            for (size_t order = 0; order < players[panel]; order++)
                range_add(&range, ratio.value[order]);
        }
    return range;
}

static void draw_level(struct canvas *canvas, const struct spectrum *ratio,
                       const struct order_axis *orders, const struct value_axis *values,
                       struct colour colour)
{
    canvas_set_colour(canvas, colour, 1);
    cairo_set_line_width(canvas->cairo, 4);
    for (size_t order = orders->first; order <= orders->last; order++)
        if (isfinite(ratio->value[order]))
            cairo_line_to(canvas->cairo, order_axis_x(orders, order),
                          value_axis_y(values, ratio->value[order]));
    cairo_stroke(canvas->cairo);
    for (size_t order = orders->first; order <= orders->last; order++)
        if (isfinite(ratio->value[order]))
            draw_dot(canvas, order_axis_x(orders, order), value_axis_y(values, ratio->value[order]),
                     6, colour);
}

static void draw_panel(struct canvas *canvas, const struct result_table *table, size_t n_players,
                       const struct box *box, struct range range, int is_first)
{
    static const struct text_style title_style = {.size = TEXT_LABEL, .is_bold = 1};
    static const struct text_style label_style = {.size = TEXT_LABEL, .align = TEXT_CENTRE};
    const struct order_axis orders = {box->left, box->right, 0, n_players - 1};
    struct value_axis values = value_axis_over(box->top, box->bottom, range, 5);
    char title[64];
    snprintf(title, sizeof title, "%zu players", n_players);
    canvas_set_colour(canvas, colour_ink, 1);
    text_draw_within(canvas, box->left, box->top - 20, box->right - box->left, title, &title_style);
    value_axis_draw(canvas, &values, box->left, box->right, GUTTER + 16,
                    is_first ? "ratio r(k) of row norms, order k to k + 1" : NULL);
    for (size_t level = 0; level < N_LEVELS; level++) {
        struct spectrum ratio =
            result_spectrum(table, "ratio", KEYS(n_players, 0), find_level(table, levels[level]));
        draw_level(canvas, &ratio, &orders, &values, level_colour(level));
    }
    order_axis_draw(canvas, &orders, box->bottom);
    canvas_set_colour(canvas, colour_ink, 1);
    text_draw(canvas, (box->left + box->right) / 2, box->bottom + 60, "order k", &label_style);
}

void fig_p2_row_norms(struct canvas *canvas, const struct results *results)
{
    static const char *const names[N_LEVELS] = {"\xcf\x83\xc2\xb2 = 0.0001", "0.001", "0.01", "0.1",
                                                "1"};
    static const struct text_style style = {.size = TEXT_LABEL};
    const struct result_table *table = &results->tables[TABLE_THEORY_ROWS];
    struct key_entry keys[N_LEVELS];
    size_t players[MAX_PANELS], n = find_panels(table, players);
    struct range range = ratio_range(table, players, n);
    double pitch = (RIGHT - LEFT) / (double)(n > 0 ? n : 1);
    for (size_t level = 0; level < N_LEVELS; level++)
        keys[level] = (struct key_entry){names[level], level_colour(level), 0};
    page_draw_heading(canvas, PAGE_MARGIN, RIGHT, 160, "Noise in the parameters", keys, N_LEVELS);
    canvas_set_colour(canvas, colour_muted, 1);
    text_draw_within(canvas, PAGE_MARGIN, 204, RIGHT - PAGE_MARGIN,
                     "Above 1: noise weakens order k + 1 more than order k. The more noise, the "
                     "stronger the preference for simple interactions.",
                     &style);
    for (size_t i = 0; i < n; i++) {
        double left = LEFT + (double)i * pitch;
        const struct box box = {left, left + pitch - GUTTER, TOP, BOTTOM};
        draw_panel(canvas, table, players[i], &box, range, i == 0);
    }
}
