/*
 * How generalisability develops over training: its curve on the training split, and its phases.
 *
 * Method: doc/METHOD.md, "Generalisability" (P4).
 */
#ifndef ANALYSIS_GENERALIZATION_H
#define ANALYSIS_GENERALIZATION_H

#include "phasetrace/metrics.h"

#include <stddef.h>

/* One checkpoint. Strengths are means over samples; what does not exist is NaN. */
struct generalization_point {
    double strength, generalisable; /* of all salient interactions, and the part with G = 1 */
    double gamma, excess;
    /* Interactions that the checkpoint before did not have: */
    double new_share; /* of the strength */
    double new_mean_order, new_gamma, new_excess;
};

/* Places in a curve of n checkpoints; n stands for "there is none". */
struct generalization_phases {
    size_t peak; /* the maximum of the excess, smoothed; the first one of equals */
    /* The first checkpoint after the peak from which on, over two checkpoints each, generalisable
     * strength grows by less than the rest: of what is added less than half is generalisable. */
    size_t decline;
};

/* On the training split; quantity "generalization". */
struct generalization {
    struct generalization_point *points;     /* [n_checkpoints]; NULL: not measured */
    struct generalization_point *replicates; /* [n_replicates, n_checkpoints]; strengths are sums */
    long t1, t2; /* steps of the phases' ends, -1 where absent; the peak must not be at an end */
    long t_loss; /* loss_rise_step() */
    double excess_max;
};

struct generalization_phases generalization_phases(const struct generalization_point *points,
                                                   size_t n);

/* The median of the excess (of gamma) at checkpoints c - 1, c, c + 1; that at c itself where one of
 * them is missing or NaN. */
double smooth_excess(const struct generalization_point *points, size_t n, size_t c);
double smooth_gamma(const struct generalization_point *points, size_t n, size_t c);

/* The step from which on the testing loss stays more than 1% above its minimum, -1 when it does
 * not end so. Unknown losses are passed over. */
long loss_rise_step(const struct pt_metrics_row *metrics, size_t n_metrics);

#endif
