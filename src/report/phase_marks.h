/* Where training passes from the first phase to the second, on a step axis. */
#ifndef REPORT_PHASE_MARKS_H
#define REPORT_PHASE_MARKS_H

#include "report/axes.h"
#include "report/results.h"

/*
 * Two brackets at `y` that span the phases, each with its name below: what happens in it, in up to
 * `max_lines` lines, when the run shows it and it fits. Says so when there is no boundary.
 */
void phase_marks_draw_brackets(struct canvas *canvas, const struct result_phases *phases,
                               const struct step_axis *steps, double y, size_t max_lines);

/* The dashed line at the end of phase 1; nothing when there is none. */
void phase_marks_draw_boundary(struct canvas *canvas, const struct result_phases *phases,
                               const struct step_axis *steps, double top, double bottom);

/* The dotted line at t_rise with its label at the bottom, when there is room. */
void phase_marks_draw_rise(struct canvas *canvas, const struct result_phases *phases,
                           const struct step_axis *steps, double top, double bottom);

#endif
