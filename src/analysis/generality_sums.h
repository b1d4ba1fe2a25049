/*
 * Generality sums: the salient strength of a sample, or of many, by order, sign and generality.
 *
 * They are vectors of generality_columns(n) doubles, [order, part], order 0 being all orders
 * together: linear in the samples, so that those of a group or a resample are sums of the samples'
 * vectors, from which gamma, chance and excess follow (doc/METHOD.md, "Generalisability").
 */
#ifndef ANALYSIS_GENERALITY_SUMS_H
#define ANALYSIS_GENERALITY_SUMS_H

#include "analysis/encoding.h"
#include "num/bootstrap.h"

enum generality_part {
    GENERAL_POSITIVE,
    GENERAL_NEGATIVE,
    OTHER_POSITIVE,
    OTHER_NEGATIVE,
    BY_CHANCE, /* the strength that would be generalisable were the sets random */
    N_GENERALITY_PARTS
};

size_t generality_columns(size_t n_players);

/*
 * Adds up one sample's interactions -> sums[generality_columns()], overwritten. Those that `known`
 * has too, an encoding of the same samples, are left out; it may be NULL. `general` and `chance`
 * of the encoding must be there.
 */
void generality_reduce(const struct encoding *encoding, size_t sample, const struct encoding *known,
                       double *sums);

/* Entries of one vector and what follows from them. Ratios are NaN where there is no strength. */
double generality_sum(const double *sums, size_t order, enum generality_part part);
double generality_strength(const double *sums, size_t order);      /* sum of |I| */
double generality_generalisable(const double *sums, size_t order); /* the part with G = 1 */
double generality_gamma(const double *sums, size_t order);         /* its share */
double generality_chance(const double *sums, size_t order);
/* (gamma - chance) / (1 - chance); NaN when chance is 1, to rounding. */
double generality_excess(const double *sums, size_t order);
double generality_mean_order(const double *sums, size_t n_players);

/* The vectors of one group of samples, by sample, mean and resample; reused for many groups. */
struct generality_table {
    size_t n_columns, n_replicates;
    double *rows;       /* [group size, n_columns] */
    double *mean;       /* [n_columns] over the group */
    double *replicates; /* [n_replicates, n_columns] sums over resamples */
    double *values;     /* [n_replicates] scratch */
};

/* For groups of at most n_samples; memory comes from `arena`. */
int generality_table_create(struct arena *arena, size_t n_players, size_t n_samples,
                            size_t n_replicates, struct generality_table *table,
                            struct pt_error *error);
/* Sets rows and mean; `known` as in generality_reduce(). The group must not be empty. */
void generality_table_load(struct generality_table *table, const struct encoding *encoding,
                           const struct encoding *known, size_t group);
/* Sets the replicates from the rows. The bootstrap's groups must be the encoding's. */
void generality_table_resample(struct generality_table *table, const struct bootstrap *bootstrap,
                               size_t group);
struct interval generality_interval(const struct generality_table *table,
                                    double (*statistic)(const double *sums, size_t order),
                                    size_t order);

#endif
