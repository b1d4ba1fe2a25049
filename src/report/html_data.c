/* The numbers behind the slider. */
#include "report/html_parts.h"

#include "report/html.h"
#include "report/phase_list.h"
#include "report/spectrum_bars.h"

#include <math.h>

static void append_numbers(struct text *out, const double *values, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        text_printf(out, i == 0 ? "[" : ",");
        html_json_number(out, values[i]);
    }
    text_printf(out, n == 0 ? "[]" : "]");
}

static void append_steps(struct text *out, const struct results *results)
{
    text_printf(out, "\"steps\":[");
    for (size_t i = 0; i < checkpoint_count(results); i++)
        text_printf(out, "%s%.17g", i == 0 ? "" : ",", checkpoint_step(results, i));
    text_printf(out, "]");
}

static void append_phases(struct text *out, const struct results *results)
{
    struct phase phases[PHASES_MAX];
    size_t n = phases_list(results, PHASES_THREE, phases);
    text_printf(out, ",\n\"phases\":[");
    for (size_t i = 0; i < n; i++) {
        text_printf(out, "%s{\"end\":", i == 0 ? "" : ",");
        if (isfinite(phases[i].end))
            text_printf(out, "%.17g", phases[i].end);
        else
            text_printf(out, "null");
        text_printf(out, ",\"meaning\":");
        html_json_string(out, phases[i].meaning);
        text_printf(out, "}");
    }
    text_printf(out, "]");
}

static void append_axis(struct text *out, struct range range)
{
    struct value_axis axis = value_axis_over(0, 1, range, 5);
    append_numbers(out, (const double[]){axis.low, axis.high, axis.tick}, 3);
}

/* The scale of each checkpoint, and the one that has room for all of them. */
static void append_axes(struct text *out, const struct results *results)
{
    struct range common = range_empty();
    text_printf(out, ",\n\"axes\":[");
    for (size_t i = 0; i < checkpoint_count(results); i++) {
        struct range own = range_empty();
        spectrum_range_add(&own, results, i);
        spectrum_range_add(&common, results, i);
        text_printf(out, i == 0 ? "" : ",");
        append_axis(out, own);
    }
    text_printf(out, "],\n\"common\":");
    append_axis(out, common);
}

static void append_bars(struct text *out, const struct spectrum_bars *bars)
{
    text_printf(out, "[");
    for (size_t layer = 0; layer < bars->n_layers; layer++) {
        text_printf(out, layer == 0 ? "[" : ",[");
        append_numbers(out, bars->positive[layer], bars->n_orders);
        text_printf(out, ",");
        append_numbers(out, bars->negative[layer], bars->n_orders);
        text_printf(out, "]");
    }
    text_printf(out, "]");
}

static void append_split(struct text *out, const struct results *results, size_t split)
{
    static const char *const names[RESULTS_N_SPLITS] = {"train", "test"};
    const struct result_metrics *metrics = &results->metrics;
    text_printf(out, ",\n\"%s\":[", names[split]);
    for (size_t i = 0; i < checkpoint_count(results); i++) {
        struct spectrum_bars bars = spectrum_bars_at(results, split, i);
        struct spectrum_reading r = spectrum_reading_at(results, split, i);
        double step = checkpoint_step(results, i);
        text_printf(out, "%s{\"bars\":", i == 0 ? "" : ",\n");
        append_bars(out, &bars);
        text_printf(out, ",\"strength\":");
        html_json_number(out, r.strength);
        text_printf(out, ",\"order\":");
        html_json_number(out, r.mean_order);
        text_printf(out, ",\"gamma\":");
        html_json_number(out, r.gamma);
        text_printf(out, ",\"chance\":");
        html_json_number(out, r.chance);
        text_printf(out, ",\"loss\":");
        html_json_number(out, curve_at_step(&metrics->loss[split], step));
        text_printf(out, ",\"accuracy\":");
        html_json_number(out, curve_at_step(&metrics->accuracy[split], step));
        text_printf(out, "}");
    }
    text_printf(out, "]");
}

/* [v, [set, is OR, effect, generalises], ...] */
static void append_checkpoint(struct text *out, const struct shown_checkpoint *checkpoint)
{
    text_printf(out, "[");
    html_json_number(out, checkpoint->v_full);
    for (size_t i = 0; i < checkpoint->n; i++) {
        const struct shown_interaction *shown = &checkpoint->interactions[i];
        text_printf(out, ",[%u,%d,", (unsigned)shown->set, shown->is_or);
        html_json_number(out, shown->effect);
        text_printf(out, ",%d]", shown->generalises);
    }
    text_printf(out, "]");
}

/* A list a checkpoint; null where the sample was not traced. */
static void append_sample(struct text *out, const struct results *results,
                          const struct shown_sample *sample)
{
    size_t next = 0;
    text_printf(out, "[");
    for (size_t i = 0; i < checkpoint_count(results); i++) {
        double step = checkpoint_step(results, i);
        while (next < sample->n_checkpoints && sample->checkpoints[next].step < step)
            next++;
        text_printf(out, i == 0 ? "" : ",\n");
        if (next < sample->n_checkpoints && sample->checkpoints[next].step == step)
            append_checkpoint(out, &sample->checkpoints[next]);
        else
            text_printf(out, "null");
    }
    text_printf(out, "]");
}

void html_data(struct text *out, const struct run_page *page)
{
    const struct results *results = &page->results;
    text_printf(out, "<script type=\"application/json\" id=\"data\">\n{");
    append_steps(out, results);
    append_phases(out, results);
    append_axes(out, results);
    for (size_t split = 0; split < RESULTS_N_SPLITS; split++)
        append_split(out, results, split);
    text_printf(out, ",\n\"samples\":[");
    for (size_t i = 0; i < page->examples.n; i++) {
        text_printf(out, i == 0 ? "\n" : ",\n");
        append_sample(out, results, &page->examples.samples[i]);
    }
    text_printf(out, "]}\n</script>\n");
}
