/* The strength by order at the checkpoint that the slider chooses. */
#include "report/html_parts.h"

#include "report/html.h"
#include "report/html_plot.h"
#include "report/spectrum_bars.h"

#include <math.h>
#include <stdio.h>

#define WIDTH 520.0
#define HEIGHT 310.0
#define LEFT 66.0
#define RIGHT 510.0
#define TOP 34.0
#define BOTTOM 256.0
#define BAR_PART 0.78 /* of the room of an order */
#define LOSS_WIDTH 880.0
#define LOSS_LEFT 64.0
#define LOSS_RIGHT 850.0
#define LOSS_TOP 52.0
#define LOSS_BOTTOM 162.0
#define LOSS_FOOT 56.0

static const char *const split_ids[RESULTS_N_SPLITS] = {"train", "test"};
static const char *const split_titles[RESULTS_N_SPLITS] = {"Training samples", "Held-out samples"};

/* ---- Bars ---- */

static const char *layer_class(const struct run_page *page, size_t split, size_t layer)
{
    if (run_page_has_generality(page))
        return layer == 0 ? "gen" : "rest";
    return split_ids[split];
}

static void append_bar(struct text *out, const struct value_axis *axis, double x, double width,
                       double from, double to, const char *css_class)
{
    double top = value_axis_y(axis, fmax(from, to)), bottom = value_axis_y(axis, fmin(from, to));
    text_printf(out,
                "<rect class=\"bar %s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" "
                "height=\"%.1f\"></rect>\n",
                css_class, x, top, width, bottom - top);
}

/* In the order in which report.js goes through them: for each order, layer by layer, up and down.
 */
static void append_bars(struct text *out, const struct run_page *page,
                        const struct value_axis *axis, const struct spectrum_bars *bars,
                        size_t split)
{
    double room = (RIGHT - LEFT) / (double)bars->n_orders;
    for (size_t k = 0; k < bars->n_orders; k++) {
        double x = LEFT + ((double)k + (1 - BAR_PART) / 2) * room, up = 0, down = 0;
        for (size_t layer = 0; layer < bars->n_layers; layer++) {
            const char *css_class = layer_class(page, split, layer);
            double next_up = up + bars->positive[layer][k];
            double next_down = down + bars->negative[layer][k];
            append_bar(out, axis, x, BAR_PART * room, up, next_up, css_class);
            append_bar(out, axis, x, BAR_PART * room, down, next_down, css_class);
            up = next_up;
            down = next_down;
        }
    }
}

static void append_orders(struct text *out, size_t n_orders)
{
    double room = (RIGHT - LEFT) / (double)n_orders;
    for (size_t k = 0; k < n_orders; k++) {
        char number[32];
        snprintf(number, sizeof number, "%zu", k + 1);
        html_svg_text(out, LEFT + ((double)k + 0.5) * room, BOTTOM + 24, "middle", "tick", number);
    }
    html_svg_text(out, (LEFT + RIGHT) / 2, BOTTOM + 48, "middle", "unit",
                  "order (number of interacting parts)");
}

void html_spectrum(struct text *out, const struct run_page *page, size_t split, size_t at,
                   struct range range)
{
    const struct value_axis axis = value_axis_over(TOP, BOTTOM, range, 5);
    struct spectrum_bars bars = spectrum_bars_at(&page->results, split, at);
    const struct html_plot plot = {{LEFT, RIGHT, 1}, axis};
    char label[160];
    snprintf(label, sizeof label,
             "%s: interaction strength by order; positive effects up, "
             "negative ones down",
             split_titles[split]);
    html_svg_open(out, WIDTH, HEIGHT, "chart spectrum", label);
    text_printf(out, "<g class=\"values\" data-left=\"%g\" data-right=\"%g\">\n", LEFT, RIGHT);
    html_plot_values(out, &plot, "strength (log-odds)");
    text_printf(out,
                "</g>\n<g class=\"bars\" data-split=\"%s\" data-top=\"%g\" data-bottom=\"%g\">\n",
                split_ids[split], TOP, BOTTOM);
    append_bars(out, page, &axis, &bars, split);
    text_printf(out, "</g>\n");
    append_orders(out, bars.n_orders);
    html_svg_close(out);
}

/* ---- Numbers in words, each in an element that report.js finds by its name ---- */

static void append_value(struct text *out, const char *split, const char *name, double value,
                         int is_share)
{
    text_printf(out, "<b data-reading=\"%s-%s\">", split, name);
    if (is_share)
        html_percent(out, value);
    else
        html_number(out, value);
    text_printf(out, "</b>");
}

static void append_reading(struct text *out, const struct run_page *page, size_t split, size_t at)
{
    struct spectrum_reading reading = spectrum_reading_at(&page->results, split, at);
    const char *id = split_ids[split];
    text_printf(out, "<p class=\"reading\">strength ");
    append_value(out, id, "strength", reading.strength, 0);
    text_printf(out, " &middot; mean order ");
    append_value(out, id, "order", reading.mean_order, 0);
    if (run_page_has_generality(page)) {
        text_printf(out, "<br>");
        append_value(out, id, "gamma", reading.gamma, 1);
        text_printf(out, " generalises (by chance ");
        append_value(out, id, "chance", reading.chance, 1);
        text_printf(out, ")");
    }
    text_printf(out, "</p>\n");
}

static void append_split(struct text *out, const struct run_page *page, size_t split, size_t at,
                         struct range range)
{
    text_printf(out, "<div class=\"panel\">\n<h3 class=\"%s\">%s</h3>\n", split_ids[split],
                split_titles[split]);
    append_reading(out, page, split, at);
    html_spectrum(out, page, split, at, range);
    text_printf(out, "</div>\n");
}

void html_spectra_key(struct text *out, const struct run_page *page)
{
    if (!run_page_has_generality(page))
        return;
    text_printf(out,
                "<p class=\"key\"><span class=\"entry\"><span class=\"swatch gen\"></span>"
                "generalises: networks trained on other samples have it too</span>\n"
                "<span class=\"entry\"><span class=\"swatch rest\"></span>does not</span></p>\n");
}

/* ---- The slider ---- */

void html_slider(struct text *out, const struct run_page *page)
{
    size_t n = checkpoint_count(&page->results);
    text_printf(
        out,
        "<div class=\"slider%s\" hidden>\n"
        "<button type=\"button\" id=\"play\" aria-pressed=\"false\">Play</button>\n"
        "<label for=\"checkpoint\">Checkpoint</label>\n"
        "<input type=\"range\" id=\"checkpoint\" min=\"0\" max=\"%zu\" step=\"1\" value=\"%zu\">\n"
        "<output id=\"where\" for=\"checkpoint\">step ",
        n > 1 ? " js-only" : "", n - 1, n - 1);
    html_count(out, checkpoint_step(&page->results, n - 1));
    text_printf(out, "</output>\n</div>\n");
}

static void append_scale_choice(struct text *out)
{
    text_printf(out, "<fieldset class=\"choice js-only\" hidden><legend>Height of the bars"
                     "</legend>\n<label><input type=\"radio\" name=\"scale\" value=\"own\" checked>"
                     " each checkpoint fills the picture</label>\n<label><input type=\"radio\" "
                     "name=\"scale\" value=\"common\"> the same scale throughout</label>"
                     "</fieldset>\n");
}

/* ---- Losses ---- */

static void append_losses(struct text *out, const struct run_page *page, double last_step)
{
    const struct result_metrics *metrics = &page->results.metrics;
    const struct curve *loss = metrics->loss;
    double end = last_step > 1 ? last_step : 1;
    if (loss[PT_TRAIN].n > 0)
        end = fmax(end, loss[PT_TRAIN].step[loss[PT_TRAIN].n - 1]);
    struct range range = range_empty();
    range_add(&range, 0);
    html_range_add_curve(&range, &loss[PT_TRAIN]);
    html_range_add_curve(&range, &loss[PT_TEST]);
    const struct html_plot plot = {{LOSS_LEFT, LOSS_RIGHT, end},
                                   value_axis_over(LOSS_TOP, LOSS_BOTTOM, range, 4)};
    html_svg_open(out, LOSS_WIDTH, LOSS_BOTTOM + LOSS_FOOT, "chart losses",
                  "Training and held-out loss over training steps, with the chosen checkpoint");
    html_plot_phases(out, &plot.steps, &page->results, LOSS_TOP - 26, LOSS_BOTTOM, 1);
    html_plot_values(out, &plot, "loss (nats)");
    html_plot_curve(out, &plot, &loss[PT_TRAIN], "train");
    html_plot_curve(out, &plot, &loss[PT_TEST], "test");
    html_plot_steps(out, &plot, 1);
    html_plot_now(out, &plot.steps, LOSS_TOP - 26, LOSS_BOTTOM, last_step);
    html_svg_close(out);
}

static void append_loss_reading(struct text *out, const struct result_metrics *metrics, double step)
{
    const double train = curve_at_step(&metrics->loss[PT_TRAIN], step);
    const double test = curve_at_step(&metrics->loss[PT_TEST], step);
    text_printf(out, "<p class=\"reading\"><span class=\"stroke train\"></span>training loss ");
    append_value(out, "train", "loss", train, 0);
    text_printf(out, ", right ");
    append_value(out, "train", "accuracy", curve_at_step(&metrics->accuracy[PT_TRAIN], step), 1);
    text_printf(out, " &middot; <span class=\"stroke test\"></span>held-out loss ");
    append_value(out, "test", "loss", test, 0);
    text_printf(out, ", right ");
    append_value(out, "test", "accuracy", curve_at_step(&metrics->accuracy[PT_TEST], step), 1);
    text_printf(out, " &middot; gap ");
    append_value(out, "loss", "gap", test - train, 0);
    text_printf(out, "</p>\n");
}

static void append_training(struct text *out, const struct run_page *page, double last_step)
{
    text_printf(out, "<figure><div class=\"wide\" tabindex=\"0\" role=\"group\" "
                     "aria-label=\"Chart of the losses\">\n");
    append_losses(out, page, last_step);
    text_printf(out, "</div>\n");
    append_loss_reading(out, &page->results.metrics, last_step);
    append_scale_choice(out);
    text_printf(out,
                "<figcaption><p><strong>What to look at.</strong> Start at step 0: the papers "
                "find a spindle there, high in the middle, as much down as up &ndash; effects that "
                "cancel. Go on to where hardly more than order 1 is left. Then watch whether the "
                "bars of higher orders grow back%s</p></figcaption></figure>\n",
                run_page_has_generality(page)
                    ? ", and whether they are green: an interaction that only this network has, "
                      "fitted to its own training samples, is grey."
                    : ".");
}

/* Of a network that is traced at one step only. */
static void append_moment(struct text *out, const struct run_page *page, double step)
{
    append_loss_reading(out, &page->results.metrics, step);
    text_printf(out,
                "<div class=\"caption\"><p><strong>What to look at.</strong> Bars on the left "
                "are simple: single parts of the input, or pairs. Does the network live on those, "
                "or does it take many parts at once? Bars as high below as above are effects that "
                "cancel. And are the bars of high orders larger on training than on held-out "
                "samples? That is a sign of over-fitting%s</p></div>\n",
                run_page_has_generality(page) ? "; what only this network has is grey." : ".");
}

void html_spectra(struct text *out, const struct run_page *page)
{
    size_t n = checkpoint_count(&page->results);
    double last_step = checkpoint_step(&page->results, n - 1);
    struct range range = range_empty();
    spectrum_range_add(&range, &page->results, n - 1);
    html_spectra_key(out, page);
    text_printf(out, "<div class=\"panels\">\n");
    for (size_t split = 0; split < RESULTS_N_SPLITS; split++)
        append_split(out, page, split, n - 1, range);
    text_printf(out, "</div>\n");
    (n > 1 ? append_training : append_moment)(out, page, last_step);
}
