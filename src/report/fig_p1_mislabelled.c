/* The figure of P1's comparison of normal with mislabelled training samples. */
#include "report/figures.h"

#include "report/bar_row.h"

#include <math.h>
#include <stdio.h>

#define COMPLEX 3 /* from this order on, interactions count as complex (method.md D12) */

static double complex_share(const struct spectrum *share)
{
    double sum = 0;
    for (size_t order = COMPLEX; order <= share->n_orders; order++)
        sum += share->value[order];
    return sum;
}

static void chart_labels(const struct results *results, const void *user, size_t at,
                         struct bar_chart *chart, char note[BAR_NOTE_BYTES])
{
    const struct result_table *table = &results->tables[TABLE_LABELS];
    const size_t *place = KEYS(*(const size_t *)user, 0);
    bar_chart_add(chart, result_spectrum(table, "positive", place, at), colour_blue, 0);
    bar_chart_add(chart, result_spectrum(table, "negative", place, at), colour_vermillion, 0);
    struct spectrum share = result_spectrum(table, "share", place, at);
    double sum = complex_share(&share);
    if (share.n_orders >= COMPLEX && isfinite(sum))
        snprintf(note, BAR_NOTE_BYTES, "%.0f%% in orders %d to %zu", 100 * sum, COMPLEX,
                 share.n_orders);
}

static void make_heading(const struct results *results, size_t labels, const char *name, char *text,
                         size_t text_bytes)
{
    struct curve n = result_curve(&results->tables[TABLE_LABELS], "n_samples", KEYS(labels, 1));
    if (n.n > 0 && isfinite(n.value[n.n - 1]))
        snprintf(text, text_bytes, "%s (%.0f)", name, n.value[n.n - 1]);
    else
        snprintf(text, text_bytes, "%s", name);
}

void fig_p1_mislabelled(struct canvas *canvas, const struct results *results)
{
    static const size_t labels[] = {LABELS_NORMAL, LABELS_MISLABELLED};
    const struct result_table *table = &results->tables[TABLE_LABELS];
    const struct key_entry keys[] = {{"positive", colour_blue, 0},
                                     {"negative", colour_vermillion, 0}};
    char normal[128], mislabelled[128];
    make_heading(results, LABELS_NORMAL, "Correctly labelled training samples", normal,
                 sizeof normal);
    make_heading(results, LABELS_MISLABELLED, "Mislabelled training samples", mislabelled,
                 sizeof mislabelled);
    const struct bar_rows rows = {
        .heading = {normal, mislabelled},
        .keys = keys,
        .n_keys = 2,
        .user = {&labels[0], &labels[1]},
        .row = {.n_panels = SELECTION_MAX, .unit = "strength (log-odds)", .chart = chart_labels}};
    struct selection selection =
        selection_of_two_phases(table->along, table->n_along, results->phases[PT_TEST].t_star);
    bar_rows_draw(canvas, results, &rows, &selection);
}
