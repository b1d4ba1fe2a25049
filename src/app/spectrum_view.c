/* Order spectra as bars and as tables. */
#include "app/spectrum_view.h"

#include <math.h>
#include <stdio.h>

#define WIDE 60          /* columns from which on two charts stand side by side */
#define LEAST_COLUMNS 24 /* of one chart */
#define LABEL_COLUMNS 3  /* the order */
#define VALUE_COLUMNS 9  /* " 1.23e-05" */
#define GAP 2

static const char *const titles[] = {[PT_TRAIN] = "training", [PT_TEST] = "held-out"};

enum mark { MARK_AND, MARK_OR, MARK_TRACE, N_MARKS };

/* How the bars are drawn: kinds differ in shape, so that colour is not needed. */
struct style {
    const char *marks[N_MARKS], *colours[N_MARKS], *plain;
};

static const struct style *style_of(const struct terminal *terminal)
{
    static const struct style styles[2][2] = {
        {{{"#", "=", "|"}, {"", "", ""}, ""},
         {{"#", "=", "|"}, {"\033[34m", "\033[33m", ""}, "\033[0m"}},
        {{{"█", "▒", "▏"}, {"", "", ""}, ""},
         {{"█", "▒", "▏"}, {"\033[34m", "\033[33m", ""}, "\033[0m"}},
    };
    return &styles[terminal->unicode][terminal->coloured];
}

/* What all lines of a picture share. */
struct picture {
    const struct pt_spectrum *spectrum;
    const struct style *style;
    double most;               /* strength of the longest bar */
    size_t n_columns, n_cells; /* of a chart, of its longest bar */
};

static double strongest(const struct pt_spectrum *spectrum)
{
    double most = 0;
    for (size_t split = PT_TRAIN; split <= PT_TEST; split++)
        for (size_t k = 0; k < spectrum->n_players; k++)
            most = fmax(most, spectrum->orders[split][k].strength);
    return most;
}

static void draw_cells(struct text *to, const struct picture *picture, enum mark mark, size_t n)
{
    if (n == 0)
        return;
    text_printf(to, "%s", picture->style->colours[mark]);
    for (size_t i = 0; i < n; i++)
        text_printf(to, "%s", picture->style->marks[mark]);
    text_printf(to, "%s", picture->style->plain);
}

/* "  3 ####== 12.3", filled with blanks. */
static void draw_bar(struct text *to, const struct picture *picture, size_t split, size_t k)
{
    const struct pt_spectrum_order *order = &picture->spectrum->orders[split][k];
    double scale = picture->most > 0 ? (double)picture->n_cells / picture->most : 0;
    size_t n_all = (size_t)lround(order->strength * scale);
    size_t n_and = (size_t)lround(order->and_strength * scale);
    size_t n_trace = n_all == 0 && order->strength > 0;
    n_and = n_and < n_all ? n_and : n_all;
    char value[32];
    int n_value = snprintf(value, sizeof value, " %.3g", order->strength);
    text_printf(to, "%2zu ", k + 1);
    draw_cells(to, picture, MARK_AND, n_and);
    draw_cells(to, picture, MARK_OR, n_all - n_and);
    draw_cells(to, picture, MARK_TRACE, n_trace);
    text_printf(to, "%s", value);
    text_pad(to, picture->n_columns - LABEL_COLUMNS - n_all - n_trace - (size_t)n_value);
}

static void draw_title(struct text *to, const struct picture *picture, size_t split)
{
    char title[64];
    snprintf(title, sizeof title, "%s, %zu sample%s", titles[split],
             picture->spectrum->n_samples[split],
             picture->spectrum->n_samples[split] == 1 ? "" : "s");
    text_pad(to, picture->n_columns - terminal_append(to, title, picture->n_columns));
}

static void draw_header(struct text *to, const struct picture *picture, size_t width,
                        size_t n_shown)
{
    const struct pt_spectrum *spectrum = picture->spectrum;
    char header[160], orders[48] = "";
    if (n_shown < spectrum->n_players)
        snprintf(orders, sizeof orders, " (orders 1-%zu of %zu)", n_shown, spectrum->n_players);
    snprintf(header, sizeof header, "step %ld  %s AND %s OR%s  strength by order, log-odds",
             spectrum->step, picture->style->marks[MARK_AND], picture->style->marks[MARK_OR],
             orders);
    terminal_append(to, header, width);
    text_printf(to, "\n");
}

static size_t draw_beside(struct text *to, const struct picture *picture, size_t n_shown)
{
    for (size_t k = 0; k <= n_shown; k++) {
        for (size_t split = PT_TRAIN; split <= PT_TEST; split++) {
            if (k == 0)
                draw_title(to, picture, split);
            else
                draw_bar(to, picture, split, k - 1);
            if (split == PT_TRAIN)
                text_pad(to, GAP);
        }
        text_printf(to, "\n");
    }
    return n_shown + 1;
}

static size_t draw_below(struct text *to, const struct picture *picture, size_t n_shown)
{
    for (size_t split = PT_TRAIN; split <= PT_TEST; split++)
        for (size_t k = 0; k <= n_shown; k++) {
            if (k == 0)
                draw_title(to, picture, split);
            else
                draw_bar(to, picture, split, k - 1);
            text_printf(to, "\n");
        }
    return 2 * (n_shown + 1);
}

size_t spectrum_view_bars(struct text *to, const struct pt_spectrum *spectrum,
                          const struct terminal *terminal, size_t width, size_t n_lines)
{
    int beside = width >= WIDE;
    size_t n_charts = beside ? 1 : 2; /* below each other */
    struct picture picture = {.spectrum = spectrum,
                              .style = style_of(terminal),
                              .most = strongest(spectrum),
                              .n_columns = beside ? (width - GAP) / 2 : width};
    if (width < LEAST_COLUMNS || n_lines < 1 + 2 * n_charts)
        return 0;
    picture.n_cells = picture.n_columns - LABEL_COLUMNS - VALUE_COLUMNS;
    size_t n_shown = (n_lines - 1) / n_charts - 1;
    if (n_shown > spectrum->n_players)
        n_shown = spectrum->n_players;
    draw_header(to, &picture, width, n_shown);
    return 1 + (beside ? draw_beside : draw_below)(to, &picture, n_shown);
}

void spectrum_view_table(struct text *to, const struct pt_spectrum *spectrum)
{
    text_printf(to,
                "order spectrum at step %ld, epoch %g: strength of salient interactions, log-odds\n"
                "order  training AND           OR          sum  held-out AND           OR          "
                "sum\n",
                spectrum->step, spectrum->epoch);
    for (size_t k = 0; k < spectrum->n_players; k++) {
        text_printf(to, "%5zu ", k + 1);
        for (size_t split = PT_TRAIN; split <= PT_TEST; split++) {
            const struct pt_spectrum_order *order = &spectrum->orders[split][k];
            text_printf(to, " %12.6g %12.6g %12.6g", order->and_strength, order->or_strength,
                        order->strength);
        }
        text_printf(to, "\n");
    }
}
