/* The few checkpoints whose interactions are shown by order. */
#ifndef REPORT_SELECTION_H
#define REPORT_SELECTION_H

#include "report/curves.h"

#define SELECTION_MAX 5

struct selection {
    size_t n;
    size_t at[SELECTION_MAX]; /* indices of steps[] it was made from */
    double step[SELECTION_MAX];
    const char *role[SELECTION_MAX];
};

/* The position of a step on the logarithmic axis: log2(step + 1). */
double log_position(double step);

/*
 * For each of n_targets positions on the logarithmic axis the nearest of steps[n_steps], with its
 * role; one that is not after the last one kept is left out. The targets ascend.
 */
struct selection selection_near(const double *steps, size_t n_steps, const double *targets,
                                const char *const *roles, size_t n_targets);

/* Start, phase 1, t*, phase 2, end; evenly spaced when t_star is NaN. */
struct selection selection_of_two_phases(const double *steps, size_t n_steps, double t_star);

/* Start, before t*, t*, t1, end; what is missing is replaced by what lies halfway. */
struct selection selection_of_three_phases(const double *steps, size_t n_steps,
                                           const struct results *results);

#define BADGE_ROOM 22.0 /* keeps the badges of the first and last step off the labels */

/* A white letter on a dark disc: the same at a panel and on a curve. */
void draw_badge(struct canvas *canvas, double x, double y, size_t index);

/* Badges on a curve, which is interpolated where it has no such step. */
void selection_draw_on_curve(struct canvas *canvas, const struct selection *selection,
                             const struct plane *plane, const struct curve *curve);

#endif
