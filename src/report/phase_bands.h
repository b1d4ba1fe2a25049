/* The phases of training as shaded, named stretches of a step axis. */
#ifndef REPORT_PHASE_BANDS_H
#define REPORT_PHASE_BANDS_H

#include "report/axes.h"
#include "report/phase_list.h"

/* Shades the phases from `top` to `bottom`; nothing when there is no boundary. */
void phase_bands_fill(struct canvas *canvas, const struct results *results, enum phase_kind kind,
                      const struct step_axis *steps, double top, double bottom);

/*
 * Writes into the bands, below `top`, which phase each is, where it ends and, as far as it fits
 * into `max_lines` lines altogether, what happens in it. Says so when a phase is absent.
 */
void phase_bands_name(struct canvas *canvas, const struct results *results, enum phase_kind kind,
                      const struct step_axis *steps, double top, size_t max_lines);

#endif
