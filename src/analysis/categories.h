/*
 * Categories: the training and testing samples of one label, compared by their mean interactions.
 *
 * Only samples whose label is right count, and only categories that have some in both groups.
 */
#ifndef ANALYSIS_CATEGORIES_H
#define ANALYSIS_CATEGORIES_H

#include "analysis/encoding.h"
#include "analysis/overlap.h"

struct categories {
    size_t n_players, n; /* n may be 0 */
    size_t n_members;
    uint32_t *sample; /* [n_members] places in the encoding, ascending */
    uint32_t *slot;   /* [n_members] 2 * category + 1 for testing samples, + 0 for training */
};

/* Memory comes from `arena`. */
int categories_find(const struct encoding *encoding, struct arena *arena,
                    struct categories *categories, struct pt_error *error);

/* For each category and order, how much its training and testing vectors have in common, and how
 * much with the testing vectors of the category after it (the last: of the first). */
struct category_overlaps {
    const struct categories *categories;
    double *means;                  /* [categories, 2] scratch: one entry of every mean vector */
    struct overlap *same, *shifted; /* [categories, n_players + 1] */
};

int category_overlaps_create(const struct categories *categories, struct arena *arena,
                             struct category_overlaps *overlaps, struct pt_error *error);
void category_overlaps_clear(struct category_overlaps *overlaps);
/* Takes in overlaps->means, the entries of a set of `order` players. */
void category_overlaps_add(struct category_overlaps *overlaps, size_t order, int with_null);

/*
 * Mean over the categories by order: similarity[n_players + 1], null[n_players + 1] (may be NULL;
 * NaN with less than two categories). Entry 0 is NaN, as is an order where every vector is zero.
 */
void category_overlaps_mean(const struct category_overlaps *overlaps, double *similarity,
                            double *null);

#endif
