/*
 * The causal test: what the loss gap is without the interactions that do not generalise (P4;
 * doc/METHOD.md, "The causal test").
 *
 * v_gen(x) = v(x) minus the sum of x's salient interactions that no baseline network has. Losses
 * are means of softplus(-v), the cross-entropy, over the traced samples of a group.
 */
#ifndef ANALYSIS_CAUSAL_H
#define ANALYSIS_CAUSAL_H

#include "analysis/encoding.h"
#include "num/bootstrap.h"

#include <math.h>

/* What v(x) is the sum of, exactly. */
enum causal_part {
    CAUSAL_EMPTY, /* v of no player */
    CAUSAL_GEN,   /* salient interactions that generalise */
    CAUSAL_NON,   /* those that do not */
    CAUSAL_REST,  /* interactions that are not salient, the noise term */
    N_CAUSAL_PARTS
};

/* [2] is the training and the testing group, a gap testing minus training loss. */
struct causal {
    int is_known; /* 0: there are no baseline networks, or a group is empty; nothing else is set */
    size_t n[2];
    double loss[2], loss_gen[2];
    double gap, gap_gen;
    struct interval gap_bounds, gap_gen_bounds;
    double ratio; /* |gap_gen| / gap */
    struct interval ratio_bounds;
    /* Random interactions removed instead: medians over the draws, and percentiles of the gap. */
    double loss_random[2];
    double gap_random, gap_random_p5, gap_random_p95;
    double v_gap;                 /* training minus testing mean of v */
    double parts[N_CAUSAL_PARTS]; /* of v_gap; they add up to it */
    double excess;                /* parts[CAUSAL_NON] - parts[CAUSAL_GEN] */
    struct interval excess_bounds;
};

struct causal_draws {
    uint64_t seed;
    uint32_t stream; /* tells the draws of one checkpoint from those of another */
    size_t n;
};

static inline double loss_of_log_odds(double v)
{
    return v > 0 ? log1p(exp(-v)) : log1p(exp(v)) - v;
}

int causal_measure(const struct encoding *encoding, const struct bootstrap *bootstrap,
                   const struct causal_draws *draws, struct causal *causal, struct pt_error *error);

/*
 * The control: removes from every sample as many of its salient interactions of each order as do
 * not generalise, drawn at random from all salient ones of that order, of both types.
 * losses[2, draws->n]: of the training group, then of the testing group.
 */
int causal_control(const struct encoding *encoding, const struct causal_draws *draws,
                   double *losses, struct pt_error *error);

#endif
