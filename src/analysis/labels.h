/*
 * Interactions of correctly labelled and of mislabelled training samples, by order (P1, figure 6;
 * doc/METHOD.md, "Mislabelled samples").
 */
#ifndef ANALYSIS_LABELS_H
#define ANALYSIS_LABELS_H

#include "analysis/state.h"

enum labels { LABELS_NORMAL, LABELS_MISLABELLED, N_LABELS };

#define LABELS_MAX_NORMAL 200 /* correctly labelled samples that are compared, at most */

/* The order sums (analysis/order_sums.h) of every sample. */
struct label_sums {
    size_t n_players, n_columns;
    size_t n[N_LABELS];   /* samples */
    double *of[N_LABELS]; /* [n, n_columns] */
};

/*
 * Mislabelled are all mislabelled samples of the training and the mislabelled group; normal are
 * the others of the training group, evenly thinned out where they are too many. Memory comes from
 * `arena`.
 */
int label_sums_create(const struct encoding *encoding, struct arena *arena, struct label_sums *sums,
                      struct pt_error *error);

/* total[n_columns] = the sum over the samples. */
void label_sums_total(const struct label_sums *sums, enum labels labels, double *total);

/* Resamples both, each to its own size. The caller frees with bootstrap_free(). */
int label_sums_bootstrap(const struct label_sums *sums, const struct pt_analysis *analysis,
                         struct bootstrap **bootstrap, struct pt_error *error);

#endif
