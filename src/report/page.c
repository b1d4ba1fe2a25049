/* Title, subtitle, keys: the parts that all figures share. */
#include "report/page.h"

#include "report/axes.h"

#include <stdio.h>
#include <string.h>

#define DOT " \xc2\xb7 " /* middle dot */

static const struct text_style title_style = {.size = 42, .is_bold = 1};
static const struct text_style subtitle_style = {.size = TEXT_LABEL};
static const struct text_style footer_style = {.size = TEXT_SMALLEST + 1};
static const struct text_style heading_style = {.size = TEXT_HEADING, .is_bold = 1};
static const struct text_style key_style = {.size = TEXT_LABEL};

/* "2,000 training (5% of labels wrong) + 500 held-out samples" */
static void describe_samples(const struct result_about *about, char *text, size_t text_bytes)
{
    char training[32], held_out[32], noise[64] = "";
    format_count((double)about->n_samples[PT_TRAIN], training, sizeof training);
    format_count((double)about->n_samples[PT_TEST], held_out, sizeof held_out);
    if (about->label_noise > 0)
        snprintf(noise, sizeof noise, " (%.3g%% of labels wrong)", 100 * about->label_noise);
    snprintf(text, text_bytes, "%s training%s + %s held-out samples", training, noise, held_out);
}

void page_describe_run(const struct result_about *about, char *text, size_t text_bytes)
{
    char samples[256];
    describe_samples(about, samples, sizeof samples);
    snprintf(text, text_bytes,
             "%s" DOT "%s" DOT "%s" DOT "traced: %ld + %ld" DOT "%ld players" DOT "%ld %s",
             about->title, about->network, samples, about->n_traced[PT_TRAIN],
             about->n_traced[PT_TEST], about->n_players, about->n_seeds,
             about->n_seeds == 1 ? "seed" : "seeds");
}

void page_draw_texts(struct canvas *canvas, const char *title, const char *subtitle,
                     const char *footer)
{
    const double width = PAGE_WIDTH - 2 * PAGE_MARGIN;
    canvas_set_colour(canvas, colour_ink, 1);
    text_draw_within(canvas, PAGE_MARGIN, 62, width, title, &title_style);
    canvas_set_colour(canvas, colour_muted, 1);
    text_draw_within(canvas, PAGE_MARGIN, 103, width, subtitle, &subtitle_style);
    text_draw_within(canvas, PAGE_MARGIN, PAGE_HEIGHT - 16, width, footer, &footer_style);
}

void page_draw_frame(struct canvas *canvas, const struct result_about *about, const char *title)
{
    char subtitle[PAGE_RUN_BYTES], footer[PAGE_RUN_BYTES], seed[40] = "";
    page_describe_run(about, subtitle, sizeof subtitle);
    if (about->n_seeds == 1)
        snprintf(seed, sizeof seed, ", seed %ld", about->seed);
    snprintf(footer, sizeof footer,
             "bands, whiskers: %s" DOT "extraction: %s" DOT "masking: %s" DOT "phasetrace %s%s",
             about->n_seeds > 1 ? "95% of the mean over seeds" : "95% bootstrap over samples",
             about->extraction, about->masking, about->version, seed);
    page_draw_texts(canvas, title, subtitle, footer);
}

static void draw_key_mark(struct canvas *canvas, double x, double y, const struct key_entry *entry)
{
    canvas_set_colour(canvas, entry->colour, 1);
    if (!entry->is_dashed_line) {
        canvas_fill_box(canvas, x, y - 18, 20, 20);
        return;
    }
    canvas_set_dash(canvas, 8, 5);
    canvas_line(canvas, x - 10, y - 8, x + 22, y - 8, 4);
    canvas_set_dash(canvas, 0, 0);
}

void page_draw_heading(struct canvas *canvas, double x, double right, double y, const char *heading,
                       const struct key_entry *entries, size_t n_entries)
{
    canvas_set_colour(canvas, colour_ink, 1);
    text_draw_within(canvas, x, y, right - x, heading, &heading_style);
    if (*heading)
        x += text_width(canvas, heading, &heading_style) + 40;
    for (size_t i = 0; i < n_entries && x + 60 < right; i++) {
        draw_key_mark(canvas, x, y, &entries[i]);
        x += 30;
        canvas_set_colour(canvas, colour_ink, 1);
        text_draw_within(canvas, x, y, right - x, entries[i].label, &key_style);
        x += text_width(canvas, entries[i].label, &key_style) + 40;
    }
}
