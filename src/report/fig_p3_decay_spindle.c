/* The figure of P3's two parts: a decay and a spindle fitted to the strengths by order. */
#include "report/figures.h"

#include "report/bar_row.h"

#include <math.h>
#include <stdio.h>

static double sum_orders(const struct spectrum *spectrum)
{
    double sum = 0;
    for (size_t order = 1; order <= spectrum->n_orders; order++)
        sum += spectrum->value[order];
    return sum;
}

static void write_note(const struct result_table *table, const size_t *place, size_t at, char *note)
{
    struct spectrum decay = result_spectrum(table, "decay", place, at);
    struct spectrum spindle = result_spectrum(table, "spindle", place, at);
    struct spectrum residual = result_spectrum(table, "residual", place, at);
    double share = sum_orders(&spindle) / (sum_orders(&decay) + sum_orders(&spindle));
    if (isfinite(share) && isfinite(residual.value[1]))
        snprintf(note, BAR_NOTE_BYTES, "spindle %.0f%%, misfit %.0f%%", 100 * share,
                 100 * residual.value[1]);
}

/* The strength as measured at the left, with its parts where they are known; the fit at the right.
 */
static void chart_parts(const struct results *results, const void *user, size_t at,
                        struct bar_chart *chart, char note[BAR_NOTE_BYTES])
{
    static const char *const columns[] = {"generalisable", "non_generalisable", "decay", "spindle"};
    const struct colour colours[] = {colour_generalisable, colour_non_generalisable, colour_sky,
                                     colour_orange};
    const struct result_table *table = &results->tables[TABLE_DECAY_SPINDLE];
    const size_t *place = KEYS(*(const size_t *)user, 0);
    struct spectrum known = result_spectrum(table, "generalisable", place, at);
    int has_parts = isfinite(known.value[1]);
    if (!has_parts)
        bar_chart_add(chart, result_spectrum(table, "strength", place, at),
                      colour_non_generalisable, 0);
    for (size_t i = has_parts ? 0 : 2; i < 4; i++)
        bar_chart_add(chart, result_spectrum(table, columns[i], place, at), colours[i], i / 2);
    write_note(table, place, at, note);
}

void fig_p3_decay_spindle(struct canvas *canvas, const struct results *results)
{
    static const size_t splits[] = {PT_GROUP_TRAIN, PT_GROUP_TEST};
    const struct result_table *table = &results->tables[TABLE_DECAY_SPINDLE];
    const struct key_entry keys[] = {{"generalisable", colour_generalisable, 0},
                                     {"not", colour_non_generalisable, 0},
                                     {"fitted decay", colour_sky, 0},
                                     {"fitted spindle", colour_orange, 0}};
    const struct bar_rows rows = {
        .heading = {"Training samples, measured (left bars) and fitted (right bars)",
                    "Held-out samples"},
        .keys = keys,
        .n_keys = 4,
        .user = {&splits[0], &splits[1]},
        .row = {.n_panels = SELECTION_MAX, .unit = "strength (log-odds)", .chart = chart_parts}};
    struct selection selection = selection_of_three_phases(table->along, table->n_along, results);
    bar_rows_draw(canvas, results, &rows, &selection);
}
