/*
 * Order sums: the interactions of a sample, or of many, added up by sign and order.
 *
 * They are vectors of order_columns(n) doubles, [kind, sum, order]: linear in the samples, so that
 * those of a split or a resample are sums of the samples' vectors, from which strengths, shares
 * and mean orders follow.
 */
#ifndef ANALYSIS_ORDER_SUMS_H
#define ANALYSIS_ORDER_SUMS_H

#include "analysis/state.h"

enum kind { KIND_AND, KIND_OR, N_KINDS, KIND_BOTH = N_KINDS };
enum order_sum { SUM_POSITIVE, SUM_NEGATIVE, SUM_COUNT, N_SUMS };

size_t order_columns(size_t n_players);

/*
 * Adds up the non-zero interactions with |I(S)| >= tau among the sets S of the players in
 * `within`. I_and[2^n], I_or[2^n] -> sums[order_columns(n)], overwritten.
 */
void order_sums_reduce(size_t n_players, const double *I_and, const double *I_or, double tau,
                       uint32_t within, double *sums);

/* The same of a sample's salient interactions. */
void order_sums_encoding(const struct encoding *encoding, size_t sample, double *sums);

/* The mean over the rows first..end-1 of sums[..., order_columns(n_players)]. */
void order_sums_mean_of(const double *sums, size_t n_players, size_t first, size_t end,
                        double *mean);

/* The mean over a split's rows of sums[n_samples, order_columns()]. */
void order_sums_mean(const struct pt_analysis *analysis, const double *sums, size_t split,
                     double *mean);

/* Entries of one vector; `kind` may be KIND_BOTH, order counts from 1. */
double order_sum(const double *sums, size_t n_players, enum kind kind, enum order_sum sum,
                 size_t order);
/* Sum of |I|: J_pos - J_neg. */
double order_strength(const double *sums, size_t n_players, enum kind kind, size_t order);
double total_strength(const double *sums, size_t n_players, enum kind kind);
/* The order that holds most of the strength (or of the count); the lowest one of equals. */
size_t strongest_order(const double *sums, size_t n_players);
size_t most_frequent_order(const double *sums, size_t n_players);

#endif
