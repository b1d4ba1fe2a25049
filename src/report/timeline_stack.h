/* Timelines below each other on one step axis, with the phases behind them. */
#ifndef REPORT_TIMELINE_STACK_H
#define REPORT_TIMELINE_STACK_H

#include "report/results.h"
#include "report/timeline.h"

/*
 * Fills the page between its subtitle and its footer from the left margin to `right` with
 * timelines[n], whose places and rooms this sets: on top the names of the phases, at the bottom
 * the step axis. `label_room` units before `right` are for labels.
 */
void timeline_stack_draw(struct canvas *canvas, const struct results *results,
                         struct timeline *timelines, size_t n, double right, double label_room);

#endif
