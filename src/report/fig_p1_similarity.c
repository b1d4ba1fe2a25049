/* The figure of P1's similarity between training and testing samples, by order. */
#include "report/figures.h"

#include "report/bar_row.h"
#include "report/page.h"
#include "report/phase_bands.h"
#include "report/timeline.h"

#include <math.h>
#include <stdio.h>

#define STEPS_LEFT 178.0
#define STEPS_RIGHT 1548.0
#define LABEL_ROOM (1890 - STEPS_RIGHT)
#define BANDS_TOP 686.0
#define MEAN_TOP 760.0
#define MEAN_BOTTOM 952.0

static void chart_similarity(const struct results *results, const void *user, size_t at,
                             struct bar_chart *chart, char note[BAR_NOTE_BYTES])
{
    (void)user;
    const struct result_table *table = &results->tables[TABLE_SIMILARITY];
    bar_chart_add(chart, result_spectrum(table, "similarity", KEYS(0), at), colour_blue, 0);
    bar_chart_add_mark(chart, result_spectrum(table, "null", KEYS(0), at), colour_vermillion, 0);
    struct curve mean = result_curve(table, "similarity", KEYS(0));
    if (at < mean.n && isfinite(mean.value[at]))
        snprintf(note, BAR_NOTE_BYTES, "all orders %.2f", mean.value[at]);
}

void fig_p1_similarity(struct canvas *canvas, const struct results *results)
{
    const struct result_table *table = &results->tables[TABLE_SIMILARITY];
    const struct key_entry keys[] = {{"the same category", colour_blue, 0},
                                     {"another one", colour_vermillion, 0}};
    const struct bar_row row = {.top = 258,
                                .bottom = 556,
                                .n_panels = SELECTION_MAX,
                                .unit = "Jaccard similarity",
                                .has_common_scale = 1,
                                .chart = chart_similarity};
    struct selection selection =
        selection_of_two_phases(table->along, table->n_along, results->phases[PT_TEST].t_star);
    struct timeline mean = {.top = MEAN_TOP,
                            .bottom = MEAN_BOTTOM,
                            .gutter = STEPS_LEFT - PAGE_MARGIN,
                            .air = BADGE_ROOM,
                            .label_room = LABEL_ROOM,
                            .unit = "similarity",
                            .has_zero = 1};
    struct curve similarity = result_curve(table, "similarity", KEYS(0));
    timeline_add(&mean, similarity, "the same category", colour_blue, 0);
    timeline_add(&mean, result_curve(table, "null", KEYS(0)), "another one", colour_vermillion, 1);
    const struct step_axis steps = {STEPS_LEFT, STEPS_RIGHT, timeline_last_step(&mean, 1)};
    page_draw_heading(canvas, PAGE_MARGIN, BAR_ROW_RIGHT, 156,
                      "Mean interactions of a category: training against held-out samples of ...",
                      keys, 2);
    bar_row_draw(canvas, results, &row, &selection);
    page_draw_heading(canvas, PAGE_MARGIN, BAR_ROW_RIGHT, 668, "Mean over orders, by strength",
                      NULL, 0);
    phase_bands_fill(canvas, results, PHASES_TWO, &steps, BANDS_TOP, MEAN_BOTTOM);
    phase_bands_name(canvas, results, PHASES_TWO, &steps, BANDS_TOP, 2);
    struct plane plane = timeline_draw(canvas, &mean, &steps);
    step_axis_draw(canvas, &steps, MEAN_BOTTOM);
    selection_draw_on_curve(canvas, &selection, &plane, &similarity);
}
