/* Draws without replacement, with given shares of the classes. */
#ifndef DATA_SUBSET_H
#define DATA_SUBSET_H

#include "base/random.h"
#include "phasetrace/status.h"

#include <stddef.h>
#include <stdint.h>

#define SUBSET_OUT (-1) /* in place of a class: not to be drawn, or drawn already */

/* What a draw has of each class: as many as of every other, or as the samples have it. */
enum subset_shares { SUBSET_BALANCED, SUBSET_NATURAL };

/* How many of classes[n] are not SUBSET_OUT. */
size_t subset_available(const int16_t *classes, size_t n);

/*
 * Draws `n_wanted` <= subset_available() indices of classes[n], whose entries are below
 * `n_classes` <= PT_MAX_CLASSES or SUBSET_OUT, into drawn[n_wanted], and sets their entries to
 * SUBSET_OUT: the next draw is disjoint.
 *
 * SUBSET_BALANCED: each class gives as many as every other, as far as it has them; what does not
 * divide, and what some classes lack, comes one each from random other classes that have more.
 * SUBSET_NATURAL: each gives the share that it has of the samples, rounded down; what is missing
 * then comes one each from the classes that lost most by rounding, the lower number first. The
 * order is random, so that any prefix has about these shares too.
 */
int subset_draw(int16_t *classes, size_t n, size_t n_classes, size_t n_wanted,
                enum subset_shares shares, struct random_stream *stream, uint32_t *drawn,
                struct pt_error *error);

#endif
