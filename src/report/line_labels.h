/* Labels at the right ends of lines, kept apart. */
#ifndef REPORT_LINE_LABELS_H
#define REPORT_LINE_LABELS_H

#include "report/canvas.h"

struct line_label {
    const char *text;
    struct colour colour;
    int is_dashed;
    double y; /* of the end of its line */
};

/* From `x` a sample of each line and its text, within `room` units, as near to its y as the others
 * let it, none below `bottom`. Changes the order and y of the labels. */
void line_labels_draw(struct canvas *canvas, struct line_label *labels, size_t n, double x,
                      double room, double bottom);

#endif
