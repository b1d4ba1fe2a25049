/* Curves of several runs in one chart. */
#include "report/comparison_page.h"

#include "report/html.h"
#include "report/html_plot.h"

#include <math.h>
#include <stdio.h>

#define WIDTH 520.0
#define HEIGHT 300.0
#define LEFT 60.0
#define RIGHT 486.0
#define TOP 34.0
#define BOTTOM 240.0

struct chart {
    const char *title, *unit, *caption;
    struct curve (*curve)(const struct results *results);
};

static struct curve mean_order(const struct results *results)
{
    return results->mean_order[PT_TEST];
}

static struct curve general_share(const struct results *results)
{
    return result_curve(&results->tables[TABLE_GENERALIZATION], "gamma", KEYS(PT_GROUP_TRAIN, 0));
}

static struct curve loss_gap(const struct results *results)
{
    return results->metrics.gap;
}

static struct curve held_out_loss(const struct results *results)
{
    return results->metrics.loss[PT_TEST];
}

static const struct chart charts[] = {
    {"How complex", "mean order, held-out samples",
     "Falls while complex interactions are forgotten, rises while they are learnt.", mean_order},
    {"What generalises", "share of the strength, training samples",
     "The higher, the more of what the network uses would other networks use too.", general_share},
    {"Over-fitting", "held-out minus training loss", "The gap between the two losses.", loss_gap},
    {"How good", "held-out loss", "On samples that the network was not trained on.", held_out_loss},
};

/* The range of all curves, with 0; the last step of any. 0: there is nothing to draw. */
static int measure(const struct chart *chart, const struct run_page *pages, size_t n_pages,
                   struct range *range, double *last)
{
    int has_values = 0;
    *range = range_empty();
    *last = 1;
    range_add(range, 0);
    for (size_t i = 0; i < n_pages; i++) {
        struct curve curve = chart->curve(&pages[i].results);
        if (!curve_has_values(&curve))
            continue;
        has_values = 1;
        html_range_add_curve(range, &curve);
        *last = fmax(*last, curve.step[curve.n - 1]);
    }
    return has_values;
}

static void append_chart(struct text *out, const struct chart *chart, const struct run_page *pages,
                         size_t n_pages)
{
    struct range range;
    double last;
    if (!measure(chart, pages, n_pages, &range, &last))
        return;
    const struct html_plot plot = {{LEFT, RIGHT, last}, value_axis_over(TOP, BOTTOM, range, 5)};
    text_printf(out, "<figure class=\"panel\"><h3>%s</h3>\n", chart->title);
    html_svg_open(out, WIDTH, HEIGHT, "chart spectrum", chart->unit);
    html_plot_values(out, &plot, chart->unit);
    for (size_t i = 0; i < n_pages; i++) {
        char css_class[32];
        struct curve curve = chart->curve(&pages[i].results);
        snprintf(css_class, sizeof css_class, "run-%zu", i + 1);
        html_plot_curve(out, &plot, &curve, css_class);
    }
    html_plot_steps(out, &plot, 1);
    html_svg_close(out);
    text_printf(out, "<figcaption>%s</figcaption></figure>\n", chart->caption);
}

void html_compared_curves(struct text *out, const struct run_page *pages, size_t n_pages)
{
    text_printf(out, "<section id=\"curves\" aria-labelledby=\"curves-title\">\n"
                     "<h2 id=\"curves-title\">Over training</h2>\n<div class=\"panels\">\n");
    for (size_t i = 0; i < sizeof charts / sizeof *charts; i++)
        append_chart(out, &charts[i], pages, n_pages);
    text_printf(out, "</div>\n</section>\n");
}
