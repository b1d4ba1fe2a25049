/* A row of bar charts by order, one for each selected checkpoint. */
#ifndef REPORT_BAR_ROW_H
#define REPORT_BAR_ROW_H

#include "report/bars.h"
#include "report/page.h"
#include "report/results.h"
#include "report/selection.h"

#define BAR_ROW_LEFT 76.0 /* units from the page's side to the axes' labels */
#define BAR_ROW_RIGHT 1880.0
#define BAR_NOTE_BYTES 96

struct bar_row {
    double top, bottom;   /* of the plots; headings need 80 units above, see below */
    size_t n_panels;      /* there is room for, at most SELECTION_MAX */
    const char *unit;     /* of the values, written upwards at the left */
    int has_common_scale; /* otherwise each panel has its own */
    int is_continued;     /* the row above names the steps: only notes, 35 units above */
    int hides_orders;     /* the row below numbers them; otherwise they need 70 units below */
    /* The chart at steps[at] of its table, what to say above it (empty: nothing). */
    void (*chart)(const struct results *results, const void *user, size_t at,
                  struct bar_chart *chart, char note[BAR_NOTE_BYTES]);
    const void *user;
};

void bar_row_draw(struct canvas *canvas, const struct results *results, const struct bar_row *row,
                  const struct selection *selection);

/* Two rows that fill the page, the same checkpoints for two groups of samples. */
struct bar_rows {
    const char *heading[2]; /* above each row; the keys stand beside the first */
    const struct key_entry *keys;
    size_t n_keys;
    const void *user[2];
    struct bar_row row; /* n_panels, unit, has_common_scale, chart; the rest is set */
};
void bar_rows_draw(struct canvas *canvas, const struct results *results,
                   const struct bar_rows *rows, const struct selection *selection);

/* A single chart in a box: values with labels in `gutter` units at its left, numbered orders. */
void bar_panel_draw(struct canvas *canvas, const struct bar_chart *chart, const struct box *box,
                    struct range range, double gutter, const char *unit, int hides_orders);

/* "order of the interaction ..." centred below the numbers of a panel or row. */
void order_title_draw(struct canvas *canvas, double left, double right, double bottom);

#endif
