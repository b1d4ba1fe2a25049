/* The figures: each is one function that draws a whole page from a run's results. */
#ifndef REPORT_FIGURES_H
#define REPORT_FIGURES_H

#include "report/canvas.h"
#include "report/results.h"

/* The overview of P4's three phases: signed generalisable strength by order at five checkpoints,
 * above the generalisable share and the losses. */
void fig_three_phases(struct canvas *canvas, const struct results *results);

/* P1 figure 3: signed strength by order at five checkpoints, above the curve of the loss gap. */
void fig_p1_two_phases(struct canvas *canvas, const struct results *results);

/* P1 figure 5: similarity of training and held-out interactions by order, above its mean. */
void fig_p1_similarity(struct canvas *canvas, const struct results *results);

/* P1 figure 6: signed strength by order, of correctly labelled and of mislabelled samples. */
void fig_p1_mislabelled(struct canvas *canvas, const struct results *results);

/* P2 figure 2: I_real(k) over training, training and held-out samples, above the mean order m(t).
 */
void fig_p2_order_shares(struct canvas *canvas, const struct results *results);

/* P2 figure 3: the ratio r(k) of the row norms of M(sigma^2), for several numbers of players. */
void fig_p2_row_norms(struct canvas *canvas, const struct results *results);

/* P2 figure 4: I_real(k) beside I_theo(k) at three checkpoints of phase 2, above the fitted
 * sigma^2 and the distance. */
void fig_p2_theory(struct canvas *canvas, const struct results *results);

/* P2 figure 7: losses, accuracies and the loss gap over training. */
void fig_p2_losses(struct canvas *canvas, const struct results *results);

/* P2 figure 9: as figure 4, of AND interactions alone. */
void fig_p2_theory_and(struct canvas *canvas, const struct results *results);

/* P3: A(k), A_gen(k), A_non(k) beside the fitted decay and spindle, at five checkpoints. */
void fig_p3_decay_spindle(struct canvas *canvas, const struct results *results);

/* P4: gamma with its chance level, its excess and the loss gap over training. */
void fig_p4_generalisation(struct canvas *canvas, const struct results *results);

/* P4: signed generalisable and non-generalisable strength by order at five checkpoints. */
void fig_p4_strength(struct canvas *canvas, const struct results *results);

/* P4: strength, gamma and mean order of what is new and what is removed at each checkpoint. */
void fig_p4_new_removed(struct canvas *canvas, const struct results *results);

/* P4: the loss gap and the held-out loss without the non-generalisable interactions. */
void fig_p4_causal(struct canvas *canvas, const struct results *results);

/* P4: the loss gap against 1 - excess gamma, a point for each checkpoint. */
void fig_p4_scatter(struct canvas *canvas, const struct results *results);

/* P5 figure 4: the share of common interactions of two networks by order, beside the counts. */
void fig_p5_common(struct canvas *canvas, const struct results *results);

/* P7: V(k) and mean |I| / sqrt(V) by order, above the convergence of each order. */
void fig_p7_stability(struct canvas *canvas, const struct results *results);

/* Precision and recall of a planted truth over training, beside those by order at the end. */
void fig_ground_truth(struct canvas *canvas, const struct results *results);

#endif
