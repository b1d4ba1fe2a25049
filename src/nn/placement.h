/* Sharing memory among arrays that are not needed at the same time. */
#ifndef NN_PLACEMENT_H
#define NN_PLACEMENT_H

#include "phasetrace/status.h"

#include <stddef.h>

/* An array of `floats` that is in use from time `first` to time `last`, both included. */
struct placement {
    size_t floats;
    size_t first, last;
    size_t at; /* set by placement_find() */
};

/* Gives each of the arrays, in turn, the lowest place that is free as long as it is in use. Returns
 * the floats that all of them together take. */
size_t placement_find(struct placement *arrays, size_t n);

#endif
