/* The figures: each is one function that draws a whole page from a run's results. */
#ifndef REPORT_FIGURES_H
#define REPORT_FIGURES_H

#include "report/canvas.h"
#include "report/results.h"

/* P1 figure 3: signed strength by order at five checkpoints, above the curve of the loss gap. */
void fig_two_phases(struct canvas *canvas, const struct results *results);

/* P2's I_real(k) over training, training and held-out samples, above the mean order m(t). */
void fig_order_shares(struct canvas *canvas, const struct results *results);

/* Losses, accuracies and the loss gap over training. */
void fig_losses(struct canvas *canvas, const struct results *results);

#endif
