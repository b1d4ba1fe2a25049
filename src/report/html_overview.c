/* The overview of the phases. */
#include "report/html_parts.h"

#include "report/html.h"
#include "report/html_plot.h"
#include "report/spectrum_bars.h"

#include <math.h>
#include <stdio.h>

#define WIDTH 880.0
#define LEFT 64.0
#define RIGHT 850.0
#define BANDS_TOP 32.0
#define ORDERS_TOP 70.0
#define ORDERS_HEIGHT 170.0
#define PANEL_HEIGHT 116.0
#define PANEL_GAP 52.0
#define FOOT 56.0

/* Where the panels lie. */
struct layout {
    struct step_axis steps;
    double share_top, loss_top, height;
    int has_share;
};

static struct layout make_layout(const struct run_page *page)
{
    const struct curve *loss = &page->results.metrics.loss[PT_TRAIN];
    const struct result_table *orders = &page->results.tables[TABLE_ORDERS];
    struct layout layout = {.has_share = run_page_has_generality(page)};
    double last = 1;
    if (loss->n > 0)
        last = fmax(last, loss->step[loss->n - 1]);
    if (orders->n_along > 0)
        last = fmax(last, orders->along[orders->n_along - 1]);
    layout.steps = (struct step_axis){LEFT, RIGHT, last};
    layout.share_top = ORDERS_TOP + ORDERS_HEIGHT + PANEL_GAP;
    layout.loss_top =
        layout.has_share ? layout.share_top + PANEL_HEIGHT + PANEL_GAP : layout.share_top;
    layout.height = layout.loss_top + PANEL_HEIGHT + FOOT;
    return layout;
}

/* The part of the strength that orders 1..k have at a checkpoint, for k = n_below. */
static double share_below(const struct result_orders *orders, size_t n_below, size_t at)
{
    double sum = 0;
    for (size_t k = 0; k < n_below; k++) {
        double share = orders->share[PT_TEST][k].value[at];
        sum += isfinite(share) ? share : 0;
    }
    return sum;
}

static void append_edge(struct text *out, const struct html_plot *plot,
                        const struct result_orders *orders, size_t n_below, int backwards)
{
    const struct curve *curve = &orders->share[PT_TEST][0];
    for (size_t i = 0; i < curve->n; i++) {
        size_t at = backwards ? curve->n - 1 - i : i;
        text_printf(out, "%s%.1f %.1f", i == 0 && !backwards ? "M" : "L",
                    step_axis_x(&plot->steps, curve->step[at]),
                    value_axis_y(&plot->values, share_below(orders, n_below, at)));
    }
}

/* Each order's share lies on those of the lower orders. */
static void append_orders(struct text *out, const struct layout *layout,
                          const struct result_orders *orders)
{
    const struct html_plot plot = {layout->steps,
                                   {ORDERS_TOP, ORDERS_TOP + ORDERS_HEIGHT, 0, 1, 0.2, 0}};
    html_plot_values(out, &plot, "share of the strength, by order (held-out samples)");
    for (size_t k = 0; k < orders->n_orders && orders->share[PT_TEST][0].n > 1; k++) {
        text_printf(out, "<path class=\"share order-%zu\" d=\"", k + 1);
        append_edge(out, &plot, orders, k, 0);
        append_edge(out, &plot, orders, k + 1, 1);
        text_printf(out, "Z\"><title>order %zu</title></path>\n", k + 1);
    }
    html_plot_steps(out, &plot, 0);
}

static void append_shares(struct text *out, const struct layout *layout,
                          const struct results *results)
{
    const struct result_table *table = &results->tables[TABLE_GENERALIZATION];
    const size_t *place = KEYS(PT_GROUP_TRAIN, 0);
    const struct html_plot plot = {
        layout->steps, {layout->share_top, layout->share_top + PANEL_HEIGHT, 0, 1, 0.5, 0}};
    struct curve gamma = result_curve(table, "gamma", place);
    struct curve excess = result_curve(table, "excess", place);
    struct curve chance = result_curve(table, "chance", place);
    struct curve without_bounds = excess;
    without_bounds.low = without_bounds.high = chance.low;
    html_plot_values(out, &plot, "share of the strength that generalises (training samples)");
    html_plot_curve(out, &plot, &chance, "muted dashed");
    html_plot_curve(out, &plot, &without_bounds, "gen dashed");
    html_plot_curve(out, &plot, &gamma, "gen");
    html_plot_steps(out, &plot, 0);
}

static void append_losses(struct text *out, const struct layout *layout,
                          const struct result_metrics *metrics)
{
    struct range range = range_empty();
    range_add(&range, 0);
    html_range_add_curve(&range, &metrics->loss[PT_TRAIN]);
    html_range_add_curve(&range, &metrics->loss[PT_TEST]);
    html_range_add_curve(&range, &metrics->gap);
    const struct html_plot plot = {
        layout->steps,
        value_axis_over(layout->loss_top, layout->loss_top + PANEL_HEIGHT, range, 4)};
    html_plot_values(out, &plot, "loss (nats)");
    html_plot_curve(out, &plot, &metrics->loss[PT_TRAIN], "train");
    html_plot_curve(out, &plot, &metrics->loss[PT_TEST], "test");
    html_plot_curve(out, &plot, &metrics->gap, "gap");
    html_plot_steps(out, &plot, 1);
}

static void append_key_entry(struct text *out, const char *css_class, const char *words)
{
    text_printf(out, "<span class=\"entry\"><span class=\"stroke %s\"></span>%s</span>\n",
                css_class, words);
}

static void append_key(struct text *out, const struct run_page *page)
{
    text_printf(out, "<p class=\"key\"><span class=\"entry\">order</span>\n");
    for (size_t k = 1; k <= page->results.orders.n_orders; k++)
        text_printf(out,
                    "<span class=\"entry\"><span class=\"swatch order-%zu\"></span>%zu</span>\n", k,
                    k);
    text_printf(out, "</p>\n<p class=\"key\">");
    if (run_page_has_generality(page)) {
        append_key_entry(out, "gen", "generalises");
        append_key_entry(out, "gen dashed", "in excess of chance");
        append_key_entry(out, "muted dashed", "by chance");
    }
    append_key_entry(out, "train", "training loss");
    append_key_entry(out, "test", "held-out loss");
    append_key_entry(out, "gap", "their gap");
    text_printf(out, "</p>\n");
}

static void append_phase_list(struct text *out, const struct results *results)
{
    struct phase phases[PHASES_MAX];
    size_t n = phases_list(results, PHASES_THREE, phases);
    if (n == 0)
        return;
    text_printf(out, "<ol class=\"phases\">\n");
    for (size_t i = 0; i < n; i++) {
        text_printf(out, "<li class=\"phase-%zu\"><strong>Phase %zu</strong>", i + 1, i + 1);
        if (isfinite(phases[i].end)) {
            text_printf(out, " to step ");
            html_count(out, phases[i].end);
        } else {
            text_printf(out, " to the end");
        }
        text_printf(out, "%s", *phases[i].meaning ? "<br>" : "");
        html_text(out, phases[i].meaning);
        text_printf(out, "</li>\n");
    }
    text_printf(out, "</ol>\n");
}

static void append_caption(struct text *out, const struct run_page *page)
{
    text_printf(out,
                "<figcaption><p><strong>What to look at.</strong> Above, dark is simple: order 1 "
                "is a single part of the input, order 2 a pair. The papers describe two turns. "
                "Before training the middle orders fill the picture, which is noise; then dark "
                "takes over, since the network forgets the noise and keeps what is simple; later "
                "the brighter bands come back, since it learns ever more complex interactions. Do "
                "you see both turns?</p>");
    if (run_page_has_generality(page))
        text_printf(out, "<p>In the middle: how much of that strength other networks, trained on "
                         "other samples, have found too. Does it rise while dark takes over, and "
                         "fall when the bright bands come back?</p>");
    text_printf(out,
                "<p>Below: where held-out and training loss part, over-fitting begins. Compare "
                "<em>when</em> this gap opens with what happens above it.</p></figcaption>\n");
}

void html_overview(struct text *out, const struct run_page *page)
{
    struct layout layout = make_layout(page);
    if (checkpoint_count(&page->results) == 1)
        return;
    text_printf(out, "<section id=\"overview\" aria-labelledby=\"overview-title\">\n"
                     "<h2 id=\"overview-title\">The course of training</h2>\n");
    append_phase_list(out, &page->results);
    append_key(out, page);
    text_printf(out, "<figure><div class=\"wide\" tabindex=\"0\" role=\"group\" "
                     "aria-label=\"Overview chart\">\n");
    html_svg_open(out, WIDTH, layout.height, "chart overview",
                  "Over training steps: each order's share of the interaction strength, what part "
                  "of it generalises, and the losses with their gap");
    html_plot_phases(out, &layout.steps, &page->results, BANDS_TOP, layout.height - FOOT, 1);
    append_orders(out, &layout, &page->results.orders);
    if (layout.has_share)
        append_shares(out, &layout, &page->results);
    append_losses(out, &layout, &page->results.metrics);
    html_plot_now(out, &layout.steps, BANDS_TOP, layout.height - FOOT, layout.steps.last);
    html_svg_close(out);
    text_printf(out, "</div>\n");
    append_caption(out, page);
    text_printf(out, "</figure></section>\n");
}
