/* Text that is measured before it is drawn, so that nothing overlaps or is cut by the page. */
#ifndef REPORT_TEXT_H
#define REPORT_TEXT_H

#include "report/canvas.h"

#define TEXT_SMALLEST 18.0 /* units; nothing is drawn smaller */
#define TEXT_TICK 22.0
#define TEXT_LABEL 24.0
#define TEXT_HEADING 26.0
#define TEXT_MAX_BYTES 512 /* longer text is cut with an ellipsis */

enum text_align { TEXT_LEFT, TEXT_CENTRE, TEXT_RIGHT };

struct text_style {
    double size; /* of the font, in units */
    enum text_align align;
    int is_bold;
};

/* Advance width in units; `align` is not looked at. */
double text_width(struct canvas *canvas, const char *text, const struct text_style *style);

/* In the current colour. `y` is the baseline; `align` says where `x` lies on it. */
void text_draw(struct canvas *canvas, double x, double y, const char *text,
               const struct text_style *style);

/* The same turned by 90 degrees to read upwards, centred on (x, y). */
void text_draw_upwards(struct canvas *canvas, double x, double y, double max_length,
                       const char *text, const struct text_style *style);

/* Drawn smaller, at worst with its end cut off, when it is wider than `max_width`. */
void text_draw_within(struct canvas *canvas, double x, double y, double max_width, const char *text,
                      const struct text_style *style);

/*
 * Breaks `text` between words into lines no wider than `max_width`, the first on baseline `y`.
 * Returns how many lines it drew, or 0 without drawing when it takes more than `max_lines`.
 */
size_t text_draw_wrapped(struct canvas *canvas, double x, double y, double max_width,
                         size_t max_lines, const char *text, const struct text_style *style);

/* Distance of baselines of wrapped text. */
double text_line_height(const struct text_style *style);

#endif
