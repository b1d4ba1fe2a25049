/* A panel of curves along training, labelled at their ends. */
#ifndef REPORT_TIMELINE_H
#define REPORT_TIMELINE_H

#include "report/curves.h"

#define TIMELINE_MAX_LINES 20

struct timeline_line {
    struct curve curve;
    const char *label; /* at the right end; NULL: none */
    struct colour colour;
    int is_dashed; /* a reference: drawn without its band */
};

struct timeline {
    double top, bottom;  /* of the plot; a heading stands above it */
    double gutter;       /* from the left end of the step axis to the left end of the title */
    double label_room;   /* to the right of the step axis; 0: no labels */
    double air;          /* the plot is so much wider at both ends than the step axis */
    const char *heading; /* NULL: none */
    const char *unit;
    int has_zero; /* the axis of values reaches down to 0 */
    int is_log;
    size_t n_lines;
    struct timeline_line lines[TIMELINE_MAX_LINES];
};

/* Adds a line unless it has no values; beyond TIMELINE_MAX_LINES nothing. */
void timeline_add(struct timeline *timeline, struct curve curve, const char *label,
                  struct colour colour, int is_dashed);

/* Axis of values, bands, lines, labels, ticks of the step axis. Returns the plane that was used. */
struct plane timeline_draw(struct canvas *canvas, const struct timeline *timeline,
                           const struct step_axis *steps);

/* The largest step of all lines, or `last` when that is larger. */
double timeline_last_step(const struct timeline *timeline, double last);

#endif
