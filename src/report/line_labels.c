/* Labels at the right ends of lines, kept apart. */
#include "report/line_labels.h"

#include "report/text.h"

#include <math.h>

#define PITCH 27.0 /* of baselines, at least */
#define DASH 22.0  /* the sample of the line before its label */

/* Sorts by height, then pushes apart downwards and, where the plot ends, back upwards. */
static void spread(struct line_label *labels, size_t n, double bottom)
{
    for (size_t i = 1; i < n; i++)
        for (size_t k = i; k > 0 && labels[k].y < labels[k - 1].y; k--) {
            struct line_label swap = labels[k];
            labels[k] = labels[k - 1];
            labels[k - 1] = swap;
        }
    for (size_t i = 1; i < n; i++)
        labels[i].y = fmax(labels[i].y, labels[i - 1].y + PITCH);
    double lowest = bottom;
    for (size_t i = n; i-- > 0; lowest -= PITCH)
        labels[i].y = fmin(labels[i].y, lowest);
}

void line_labels_draw(struct canvas *canvas, struct line_label *labels, size_t n, double x,
                      double room, double bottom)
{
    static const struct text_style style = {.size = TEXT_TICK};
    spread(labels, n, bottom);
    for (size_t i = 0; i < n; i++) {
        canvas_set_colour(canvas, labels[i].colour, 1);
        canvas_set_dash(canvas, labels[i].is_dashed ? 6 : 0, 4);
        canvas_line(canvas, x, labels[i].y, x + DASH, labels[i].y, 5);
        canvas_set_dash(canvas, 0, 0);
        canvas_set_colour(canvas, colour_ink, 1);
        text_draw_within(canvas, x + DASH + 8, labels[i].y + 0.36 * style.size, room - DASH - 8,
                         labels[i].text, &style);
    }
}
