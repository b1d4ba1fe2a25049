/* The overview: what is learnt, by order and by whether it generalises, and what comes of it. */
#include "report/figures.h"

#include "report/bar_row.h"
#include "report/page.h"
#include "report/phase_bands.h"
#include "report/timeline.h"

#include <math.h>
#include <stdio.h>

#define ROW_TOP 246.0
#define ROW_BOTTOM 446.0
#define STEPS_LEFT 178.0
#define STEPS_RIGHT 1548.0
#define LABEL_ROOM (1890 - STEPS_RIGHT)
#define BANDS_TOP 536.0
#define SHARE_TOP 654.0
#define SHARE_BOTTOM 782.0
#define LOSS_TOP 830.0
#define LOSS_BOTTOM 956.0

/* Both signs of the generalisable strength, with those of the other on top of them. */
static void chart_generality(const struct results *results, const void *user, size_t at,
                             struct bar_chart *chart, char note[BAR_NOTE_BYTES])
{
    (void)user;
    const struct result_table *table = &results->tables[TABLE_GENERALIZATION];
    const size_t *place = KEYS(PT_GROUP_TRAIN, 0);
    bar_chart_add_generality(chart, table, place, at);
    struct curve gamma = result_curve(table, "gamma", place);
    if (at < gamma.n && isfinite(gamma.value[at]))
        snprintf(note, BAR_NOTE_BYTES, "%.0f%% generalises", 100 * gamma.value[at]);
}

static void draw_spectra(struct canvas *canvas, const struct results *results,
                         const struct selection *selection)
{
    const struct key_entry keys[] = {
        {"generalisable: networks trained on other samples have them too", colour_generalisable, 0},
        {"the rest", colour_non_generalisable, 0}};
    const struct bar_row row = {.top = ROW_TOP,
                                .bottom = ROW_BOTTOM,
                                .n_panels = SELECTION_MAX,
                                .unit = "strength (log-odds)",
                                .chart = chart_generality};
    page_draw_heading(canvas, PAGE_MARGIN, BAR_ROW_RIGHT, 152,
                      "Interactions by order, training samples", keys, 2);
    bar_row_draw(canvas, results, &row, selection);
}

void fig_three_phases(struct canvas *canvas, const struct results *results)
{
    const struct result_table *table = &results->tables[TABLE_GENERALIZATION];
    const size_t *place = KEYS(PT_GROUP_TRAIN, 0);
    struct selection selection = selection_of_three_phases(table->along, table->n_along, results);
    struct timeline share = {.top = SHARE_TOP,
                             .bottom = SHARE_BOTTOM,
                             .gutter = STEPS_LEFT - PAGE_MARGIN,
                             .air = BADGE_ROOM,
                             .label_room = LABEL_ROOM,
                             .unit = "share",
                             .has_zero = 1};
    struct timeline loss = share;
    loss.top = LOSS_TOP;
    loss.bottom = LOSS_BOTTOM;
    loss.unit = "loss (nats)";
    struct curve gamma = result_curve(table, "gamma", place);
    timeline_add(&share, gamma, "generalisable share", colour_generalisable, 0);
    timeline_add(&share, result_curve(table, "excess", place), "in excess of chance",
                 colour_generalisable, 1);
    timeline_add(&share, result_curve(table, "chance", place), "by chance", colour_muted, 1);
    timeline_add(&loss, results->metrics.loss[PT_TEST], "held-out loss", colour_vermillion, 0);
    timeline_add(&loss, results->metrics.loss[PT_TRAIN], "training loss", colour_blue, 0);
    timeline_add(&loss, results->metrics.gap, "their gap", colour_ink, 0);
    double last = timeline_last_step(&loss, timeline_last_step(&share, 1));
    const struct step_axis steps = {STEPS_LEFT, STEPS_RIGHT, last};
    draw_spectra(canvas, results, &selection);
    phase_bands_fill(canvas, results, PHASES_THREE, &steps, BANDS_TOP, LOSS_BOTTOM);
    phase_bands_name(canvas, results, PHASES_THREE, &steps, BANDS_TOP, 3);
    struct plane plane = timeline_draw(canvas, &share, &steps);
    selection_draw_on_curve(canvas, &selection, &plane, &gamma);
    timeline_draw(canvas, &loss, &steps);
    step_axis_draw(canvas, &steps, LOSS_BOTTOM);
}
