/*
 * The weighted Jaccard similarity of two signed vectors (P1; doc/METHOD.md, "Similarity"):
 * sum min(u~, w~) / sum max(u~, w~) with u~ = [max(u, 0); max(-u, 0)], so that entries of
 * opposite sign have nothing in common.
 */
#ifndef ANALYSIS_OVERLAP_H
#define ANALYSIS_OVERLAP_H

struct overlap {
    double smaller, larger;
};

/* Not fmin() and fmax(), which are calls: these are one instruction. */
static inline double overlap_min(double a, double b)
{
    return a < b ? a : b;
}

static inline double overlap_max(double a, double b)
{
    return a > b ? a : b;
}

/* Takes in one entry of both vectors. */
static inline void overlap_add(struct overlap *overlap, double u, double w)
{
    double u_positive = overlap_max(u, 0), u_negative = overlap_max(-u, 0);
    double w_positive = overlap_max(w, 0), w_negative = overlap_max(-w, 0);
    overlap->smaller += overlap_min(u_positive, w_positive) + overlap_min(u_negative, w_negative);
    overlap->larger += overlap_max(u_positive, w_positive) + overlap_max(u_negative, w_negative);
}

/* NaN, as 0/0, when both vectors are zero. */
static inline double overlap_similarity(const struct overlap *overlap)
{
    return overlap->smaller / overlap->larger;
}

#endif
