/*
 * The weighted Jaccard similarity of two signed vectors (P1; doc/METHOD.md, "Similarity"):
 * sum min(u~, w~) / sum max(u~, w~) with u~ = [max(u, 0); max(-u, 0)], so that entries of
 * opposite sign have nothing in common.
 */
#ifndef ANALYSIS_OVERLAP_H
#define ANALYSIS_OVERLAP_H

#include <math.h>

struct overlap {
    double smaller, larger;
};

/* Takes in one entry of both vectors. */
static inline void overlap_add(struct overlap *overlap, double u, double w)
{
    double a = fabs(u), b = fabs(w);
    if ((u < 0) == (w < 0)) {
        overlap->smaller += a < b ? a : b;
        overlap->larger += a < b ? b : a;
    } else {
        overlap->larger += a + b;
    }
}

/* NaN, as 0/0, when both vectors are zero. */
static inline double overlap_similarity(const struct overlap *overlap)
{
    return overlap->smaller / overlap->larger;
}

#endif
