/*
 * How much the interactions of training and testing samples of one category have in common, by
 * order (P1, figure 5; doc/METHOD.md, "Similarity").
 */
#ifndef ANALYSIS_SIMILARITY_H
#define ANALYSIS_SIMILARITY_H

#include "analysis/encoding.h"
#include "num/bootstrap.h"

struct pt_analysis;

/* Vectors have an entry an order, n_players + 1; entry 0 is the mean over the orders, weighted by
 * their salient strength. NaN where nothing is salient. */
struct similarity {
    size_t n_players, n_replicates;
    size_t n_categories; /* 0 when it is not measured: all else is NULL then */
    double *strength;    /* salient, summed over the mean strengths of the categories; [0] of all */
    double *value;       /* mean over the categories */
    double *null;        /* the same with the testing categories shifted by one */
    double *replicates;  /* [n_replicates, n_players + 1] values over resamples */
};

/* The same of all interactions, salient or not; entry 0 is NaN; NULL when it is not measured. */
struct dense_similarity {
    double *value, *null;
};

/*
 * Compares the salient interactions, and those of the first `n_replicates` (at most
 * bootstrap_n_replicates()) resamples. Not measured when samples have different players or no
 * category has samples in both groups. Memory comes from `arena`.
 */
int similarity_measure(const struct encoding *encoding, const struct bootstrap *bootstrap,
                       size_t n_replicates, struct arena *arena, struct similarity *similarity,
                       struct pt_error *error);

/* The same for all interactions of a trace, whose encoding is given. */
int similarity_measure_dense(const struct pt_trace *trace, const struct encoding *encoding,
                             struct arena *arena, struct dense_similarity *similarity,
                             struct pt_error *error);

/* The mean of values[first_order..n_players], weighted by strength; NaN are passed over. */
double similarity_weighted_mean(const double *values, const double *strength, size_t first_order,
                                size_t n_players);

#endif
