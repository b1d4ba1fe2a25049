/* What quantity "decay_spindle" leaves for claim D15: the split of the last checkpoint. */
#ifndef ANALYSIS_DECAY_SPINDLE_H
#define ANALYSIS_DECAY_SPINDLE_H

#include "num/statistics.h"

/* Of the testing samples; `weight` is NaN when there was nothing to split (then all is). */
struct decay_spindle_results {
    double weight;                  /* strength of the fitted spindle, log-odds */
    double share;                   /* the same as a part of all strength */
    struct interval share_interval; /* over the traced samples */
    double delta, residual;
    double cosine_non; /* of the non-generalisable strength with the spindle's law */
    double cosine_gen; /* of the generalisable strength with the fitted decay */
};

#endif
