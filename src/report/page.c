/* Title, subtitle, keys: the parts that all figures share. */
#include "report/page.h"

#include "report/describe.h"

#include <stdio.h>

#define DOT " \xc2\xb7 " /* middle dot */

static const struct text_style title_style = {.size = 42, .is_bold = 1};
static const struct text_style subtitle_style = {.size = TEXT_LABEL};
static const struct text_style footer_style = {.size = TEXT_SMALLEST + 1};
static const struct text_style heading_style = {.size = TEXT_HEADING, .is_bold = 1};
static const struct text_style key_style = {.size = TEXT_LABEL};

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
    char subtitle[DESCRIBE_BYTES], method[DESCRIBE_BYTES], footer[DESCRIBE_BYTES + 128];
    char seed[40] = "";
    describe_runs(about, 1, subtitle, sizeof subtitle);
    describe_method(about, 1, method, sizeof method);
    if (about->n_seeds == 1)
        snprintf(seed, sizeof seed, ", seed %ld", about->seed);
    snprintf(footer, sizeof footer, "bands, whiskers: %s" DOT "%s%s",
             about->n_seeds > 1 ? "95% of the mean over seeds" : "95% bootstrap over samples",
             method, seed);
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
