/* What every figure's page has: title, subtitle, headings with keys, the source line. */
#ifndef REPORT_PAGE_H
#define REPORT_PAGE_H

#include "report/results.h"
#include "report/text.h"

#define PAGE_MARGIN 40.0 /* units from the page's sides to its text */

/* Above y = 120 `title` and, below it, `subtitle`; below y = 1040 `footer`. */
void page_draw_texts(struct canvas *canvas, const char *title, const char *subtitle,
                     const char *footer);

/*
 * Above y = 120 the title and, below it, the data set, network, samples and seeds of the run;
 * below y = 1040 how the numbers were made.
 */
void page_draw_frame(struct canvas *canvas, const struct result_about *about, const char *title);

/* One entry of a key. */
struct key_entry {
    const char *label;
    struct colour colour;
    int is_dashed_line; /* otherwise a filled square */
};

/* A bold heading on baseline `y` followed by its key, on one line up to `right`. */
void page_draw_heading(struct canvas *canvas, double x, double right, double y, const char *heading,
                       const struct key_entry *entries, size_t n_entries);

#endif
