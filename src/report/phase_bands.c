/* Shaded stretches and their names. */
#include "report/phase_bands.h"

#include "report/text.h"

#include <math.h>
#include <stdio.h>

#define MAX_BANDS 3

struct band {
    double left, right; /* units of the page */
    double end;         /* the step that ends it; NaN for the last one */
    const char *meaning;
    struct colour ground;
};

static size_t add_band(struct band *bands, size_t n, const struct step_axis *steps, double end,
                       const char *meaning, size_t ground)
{
    double left = n > 0 ? bands[n - 1].right : steps->left;
    double right = isnan(end) ? steps->right : step_axis_x(steps, fmin(end, steps->last));
    bands[n] = (struct band){left, fmax(left, right), end, meaning, colour_phase[ground]};
    return n + 1;
}

static size_t make_bands(const struct results *results, enum phase_kind kind,
                         const struct step_axis *steps, struct band bands[MAX_BANDS])
{
    const struct result_three_phases *three = &results->three_phases;
    const struct result_phases *two = &results->phases[PT_TEST];
    size_t n = 0;
    int is_three = kind == PHASES_THREE && three->is_known;
    if (is_three && !isnan(three->t1)) {
        int has_third = three->t2 > three->t1;
        n = add_band(bands, n, steps, three->t1, "removes noise, learns what generalises", 0);
        n = add_band(bands, n, steps, has_third ? three->t2 : NAN,
                     has_third ? "what it adds generalises less"
                               : "what it adds generalises less; no phase 3 in this run",
                     1);
        if (has_third)
            n = add_band(bands, n, steps, NAN, "mostly adds what does not generalise", 2);
    } else if (!is_three && !isnan(two->t_star)) {
        n = add_band(bands, n, steps, two->t_star,
                     two->mean_order_star < two->mean_order_start
                         ? "complex interactions are forgotten"
                         : "",
                     0);
        n = add_band(bands, n, steps, NAN,
                     isnan(two->t_rise) ? "no lasting rise" : "ever more complex ones are learnt",
                     1);
    }
    return n;
}

void phase_bands_fill(struct canvas *canvas, const struct results *results, enum phase_kind kind,
                      const struct step_axis *steps, double top, double bottom)
{
    struct band bands[MAX_BANDS];
    size_t n = make_bands(results, kind, steps, bands);
    for (size_t i = 0; i < n; i++) {
        canvas_set_colour(canvas, bands[i].ground, 1);
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
    if (!isnan(band->end)) {
        format_count(band->end, step, sizeof step);
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
    struct band bands[MAX_BANDS];
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
                              max_lines - 1, bands[i].meaning, &style);
    }
}
