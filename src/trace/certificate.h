/*
 * Bounds from both sides for the sparse decomposition: a feasible point above, a dual point below.
 *
 * In the signed form of trace/sparse.c,  max <m', alpha>  subject to |alpha| <= 1,
 * |K'^T alpha| <= 1 (K'^T is the subset sum) and alpha(0) = 0 is the dual problem; any such alpha
 * proves that no decomposition is sparser than its value.
 */
#ifndef TRACE_CERTIFICATE_H
#define TRACE_CERTIFICATE_H

#include "num/kron.h"

struct certificate_problem {
    const struct kron_kernels *kernels;
    unsigned n_players;
    const double *m; /* [2^n] signed Moebius transform of the table */
    double *scratch; /* [2^n] */
};

/*
 * The lower bound that alpha = -e / gamma proves after it is made feasible. `e` [2^n] is the
 * constraint's multiplier in the projection; `alpha` [2^n] receives the feasible dual point and
 * may be used as scratch by the caller.
 */
double certificate_dual_bound(const struct certificate_problem *problem, const double *e,
                              double gamma, double *alpha);

/*
 * The better of the two feasible points that the iterate suggests: keep the thresholded OR part
 * and solve for the AND part, or the other way round. Writes it to a, b [2^n] (signed form, entry
 * 0 is 0) and returns its sum of absolute values.
 */
double certificate_primal(const struct certificate_problem *problem, const double *z_a,
                          const double *z_b, double gamma, double *a, double *b);

#endif
