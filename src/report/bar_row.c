/* Bar charts side by side, with the steps they belong to. */
#include "report/bar_row.h"

#include "report/text.h"

#include <stdio.h>

#define GUTTER 80.0
#define GAP 11.0 /* between a panel and the labels of the next */

static size_t highest_order(const struct bar_chart *chart)
{
    size_t n = 1;
    for (size_t i = 0; i < chart->n_layers; i++)
        if (chart->layers[i].values.n_orders > n)
            n = chart->layers[i].values.n_orders;
    return n;
}

void bar_panel_draw(struct canvas *canvas, const struct bar_chart *chart, const struct box *box,
                    struct range range, double gutter, const char *unit, int hides_orders)
{
    const struct order_axis orders = {box->left, box->right, 1, highest_order(chart)};
    struct value_axis values = value_axis_fitted(box->top, box->bottom, range);
    if (range_is_empty(range)) {
        plane_say_empty(canvas, &(struct plane){{box->left, box->right, 1}, values});
        return;
    }
    value_axis_draw(canvas, &values, box->left, box->right, gutter, unit);
    bar_chart_draw(canvas, chart, &orders, &values);
    if (!hides_orders)
        order_axis_draw(canvas, &orders, box->bottom);
}

void order_title_draw(struct canvas *canvas, double left, double right, double bottom)
{
    static const struct text_style style = {.size = TEXT_LABEL, .align = TEXT_CENTRE};
    canvas_set_colour(canvas, colour_ink, 1);
    text_draw_within(canvas, (left + right) / 2, bottom + 60, right - left,
                     "order of the interaction (number of players)", &style);
}

static void draw_step(struct canvas *canvas, const struct selection *selection, size_t i,
                      double left, double width, double y)
{
    static const struct text_style step_style = {.size = TEXT_LABEL, .is_bold = 1};
    static const struct text_style role_style = {.size = TEXT_TICK};
    char count[32], text[64];
    format_count(selection->step[i], count, sizeof count);
    snprintf(text, sizeof text, "step %s", count);
    draw_badge(canvas, left - 24, y - 8, i);
    canvas_set_colour(canvas, colour_ink, 1);
    text_draw_within(canvas, left, y, width, text, &step_style);
    double used = text_width(canvas, text, &step_style) + 12;
    if (used < width)
        text_draw_within(canvas, left + used, y, width - used, selection->role[i], &role_style);
}

static void draw_note(struct canvas *canvas, double left, double width, double y, const char *note)
{
    static const struct text_style style = {.size = TEXT_TICK};
    canvas_set_colour(canvas, colour_muted, 1);
    text_draw_within(canvas, left, y, width, note, &style);
}

static struct range common_range(const struct results *results, const struct bar_row *row,
                                 const struct selection *selection)
{
    struct range range = range_empty();
    for (size_t i = 0; i < selection->n; i++) {
        struct bar_chart chart = {0};
        char note[BAR_NOTE_BYTES];
        row->chart(results, row->user, selection->at[i], &chart, note);
        struct range one = bar_chart_range(&chart);
        range_add(&range, one.low);
        range_add(&range, one.high);
    }
    return range;
}

void bar_row_draw(struct canvas *canvas, const struct results *results, const struct bar_row *row,
                  const struct selection *selection)
{
    static const struct text_style unit_style = {.size = TEXT_LABEL};
    double pitch = (BAR_ROW_RIGHT - BAR_ROW_LEFT + GAP) / (double)row->n_panels;
    double width = pitch - GUTTER - GAP;
    struct range common = common_range(results, row, selection);
    for (size_t i = 0; i < selection->n; i++) {
        double left = BAR_ROW_LEFT + GUTTER + (double)i * pitch;
        const struct box box = {left, left + width, row->top, row->bottom};
        struct bar_chart chart = {0};
        char note[BAR_NOTE_BYTES] = "";
        row->chart(results, row->user, selection->at[i], &chart, note);
        bar_panel_draw(canvas, &chart, &box,
                       row->has_common_scale ? common : bar_chart_range(&chart), GUTTER, NULL,
                       row->hides_orders);
        if (!row->is_continued)
            draw_step(canvas, selection, i, left, width, row->top - 50);
        draw_note(canvas, left, width, row->top - 20, note);
    }
    canvas_set_colour(canvas, colour_ink, 1);
    text_draw_upwards(canvas, PAGE_MARGIN + 12, (row->top + row->bottom) / 2,
                      row->bottom - row->top, row->unit, &unit_style);
    if (!row->hides_orders)
        order_title_draw(canvas, BAR_ROW_LEFT + GUTTER, BAR_ROW_RIGHT, row->bottom);
}

void bar_rows_draw(struct canvas *canvas, const struct results *results,
                   const struct bar_rows *rows, const struct selection *selection)
{
    static const double heading_y[] = {156, 606}, tops[] = {258, 664};
    for (size_t i = 0; i < 2; i++) {
        struct bar_row row = rows->row;
        row.top = tops[i];
        row.bottom = tops[i] + 290;
        row.hides_orders = i == 0;
        row.is_continued = i == 1;
        row.user = rows->user[i];
        page_draw_heading(canvas, PAGE_MARGIN, BAR_ROW_RIGHT, heading_y[i], rows->heading[i],
                          rows->keys, i == 0 ? rows->n_keys : 0);
        bar_row_draw(canvas, results, &row, selection);
    }
}
