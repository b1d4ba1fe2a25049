/* Class-balanced draws without replacement. */
#ifndef DATA_SUBSET_H
#define DATA_SUBSET_H

#include "base/random.h"
#include "phasetrace/status.h"

#include <stddef.h>
#include <stdint.h>

#define SUBSET_OUT (-1) /* in place of a class: not to be drawn, or drawn already */

/* How many of classes[n] are not SUBSET_OUT. */
size_t subset_available(const int16_t *classes, size_t n);

/*
 * Draws `n_wanted` <= subset_available() indices of classes[n], whose entries are below
 * `n_classes` <= PT_MAX_CLASSES or SUBSET_OUT, into drawn[n_wanted], and sets their entries to
 * SUBSET_OUT: the next draw is disjoint.
 *
 * Each class gives as many as every other, as far as it has them; what does not divide, and what
 * some classes lack, comes one each from random other classes that have more. The order is random,
 * so that any prefix is about balanced too.
 */
int subset_draw(int16_t *classes, size_t n, size_t n_classes, size_t n_wanted,
                struct random_stream *stream, uint32_t *drawn, struct pt_error *error);

#endif
