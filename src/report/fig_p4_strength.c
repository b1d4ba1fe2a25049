/* The figure of P4's strengths by order: generalisable and not, at five checkpoints. */
#include "report/figures.h"

#include "report/bar_row.h"

#include <math.h>
#include <stdio.h>

static void chart_generality(const struct results *results, const void *user, size_t at,
                             struct bar_chart *chart, char note[BAR_NOTE_BYTES])
{
    const struct result_table *table = &results->tables[TABLE_GENERALIZATION];
    const size_t *place = KEYS(*(const size_t *)user, 0);
    bar_chart_add_generality(chart, table, place, at);
    struct curve gamma = result_curve(table, "gamma", place);
    struct curve chance = result_curve(table, "chance", place);
    if (at < gamma.n && isfinite(gamma.value[at]) && isfinite(chance.value[at]))
        snprintf(note, BAR_NOTE_BYTES, "share %.2f, chance %.2f", gamma.value[at],
                 chance.value[at]);
}

void fig_p4_strength(struct canvas *canvas, const struct results *results)
{
    static const size_t splits[] = {PT_GROUP_TRAIN, PT_GROUP_TEST};
    const struct result_table *table = &results->tables[TABLE_GENERALIZATION];
    const struct key_entry keys[] = {{"generalisable", colour_generalisable, 0},
                                     {"non-generalisable", colour_non_generalisable, 0}};
    const struct bar_rows rows = {.heading = {"Training samples", "Held-out samples"},
                                  .keys = keys,
                                  .n_keys = 2,
                                  .user = {&splits[0], &splits[1]},
                                  .row = {.n_panels = SELECTION_MAX,
                                          .unit = "strength (log-odds)",
                                          .chart = chart_generality}};
    struct selection selection = selection_of_three_phases(table->along, table->n_along, results);
    bar_rows_draw(canvas, results, &rows, &selection);
}
