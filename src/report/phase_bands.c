/* Shaded stretches and their names. */
#include "report/phase_bands.h"

#include "report/text.h"

#include <math.h>
#include <stdio.h>

struct band {
    double left, right; /* units of the page */
    struct phase phase;
};

static size_t make_bands(const struct results *results, enum phase_kind kind,
                         const struct step_axis *steps, struct band bands[PHASES_MAX])
{
    struct phase phases[PHASES_MAX];
    size_t n = phases_list(results, kind, phases);
    for (size_t i = 0; i < n; i++) {
        double end = phases[i].end;
        double left = i > 0 ? bands[i - 1].right : steps->left;
        double right = isnan(end) ? steps->right : step_axis_x(steps, fmin(end, steps->last));
        bands[i] = (struct band){left, fmax(left, right), phases[i]};
    }
    return n;
}

void phase_bands_fill(struct canvas *canvas, const struct results *results, enum phase_kind kind,
                      const struct step_axis *steps, double top, double bottom)
{
    struct band bands[PHASES_MAX];
    size_t n = make_bands(results, kind, steps, bands);
    for (size_t i = 0; i < n; i++) {
        canvas_set_colour(canvas, colour_phase[i], 1);
        canvas_fill_box(canvas, bands[i].left, top, bands[i].right - bands[i].left, bottom - top);
    }
    for (size_t i = 1; i < n; i++) {
        canvas_set_colour(canvas, colour_muted, 1);
        canvas_set_dash(canvas, 8, 6);
        canvas_line(canvas, bands[i].left, top, bands[i].left, bottom, 2);
        canvas_set_dash(canvas, 0, 0);
    }
}

/* "phase 2, to step 768", or less where that does not fit. */
static void draw_name(struct canvas *canvas, const struct band *band, size_t number, double y)
{
    static const struct text_style style = {.size = TEXT_TICK, .align = TEXT_CENTRE, .is_bold = 1};
    char step[32], full[80], name[32];
    double centre = (band->left + band->right) / 2, room = band->right - band->left - 12;
    snprintf(name, sizeof name, "phase %zu", number);
    snprintf(full, sizeof full, "%s", name);
    if (!isnan(band->phase.end)) {
        format_count(band->phase.end, step, sizeof step);
        snprintf(full, sizeof full, "%s, to step %s", name, step);
    }
    canvas_set_colour(canvas, colour_ink, 1);
    if (!text_draw_wrapped(canvas, centre, y, room, 1, full, &style) &&
        !text_draw_wrapped(canvas, centre, y, room, 1, name, &style))
        text_draw_wrapped(canvas, centre, y, room + 8, 1, name + 6, &style);
}

void phase_bands_name(struct canvas *canvas, const struct results *results, enum phase_kind kind,
                      const struct step_axis *steps, double top, size_t max_lines)
{
    static const struct text_style style = {.size = TEXT_TICK, .align = TEXT_CENTRE};
    struct band bands[PHASES_MAX];
    size_t n = make_bands(results, kind, steps, bands);
    double y = top + 28;
    if (n == 0) {
        canvas_set_colour(canvas, colour_muted, 1);
        text_draw_within(canvas, (steps->left + steps->right) / 2, y, steps->right - steps->left,
                         "no phase boundary in this run", &style);
    }
    for (size_t i = 0; i < n; i++) {
        draw_name(canvas, &bands[i], i + 1, y);
        if (max_lines > 1)
            text_draw_wrapped(canvas, (bands[i].left + bands[i].right) / 2,
                              y + text_line_height(&style), bands[i].right - bands[i].left - 16,
                              max_lines - 1, bands[i].phase.meaning, &style);
    }
}
