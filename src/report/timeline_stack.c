/* Timelines below each other. */
#include "report/timeline_stack.h"

#include "report/page.h"
#include "report/phase_bands.h"

#define TOP 124.0
#define BOTTOM 956.0
#define NAMES_HEIGHT 92.0
#define HEADING_HEIGHT 64.0
#define LEFT 165.0

void timeline_stack_draw(struct canvas *canvas, const struct results *results,
                         struct timeline *timelines, size_t n, double right, double label_room)
{
    double last = 1, pitch = (BOTTOM - TOP - NAMES_HEIGHT) / (double)n;
    for (size_t i = 0; i < n; i++)
        last = timeline_last_step(&timelines[i], last);
    const struct step_axis steps = {LEFT, right - label_room, last};
    phase_bands_fill(canvas, results, PHASES_THREE, &steps, TOP, TOP + NAMES_HEIGHT);
    phase_bands_name(canvas, results, PHASES_THREE, &steps, TOP, 3);
    for (size_t i = 0; i < n; i++) {
        timelines[i].bottom = TOP + NAMES_HEIGHT + (double)(i + 1) * pitch;
        timelines[i].top = timelines[i].bottom - pitch + HEADING_HEIGHT;
        timelines[i].gutter = LEFT - PAGE_MARGIN;
        timelines[i].label_room = label_room;
        phase_bands_fill(canvas, results, PHASES_THREE, &steps, timelines[i].top,
                         timelines[i].bottom);
        timeline_draw(canvas, &timelines[i], &steps);
    }
    step_axis_draw(canvas, &steps, BOTTOM);
}
