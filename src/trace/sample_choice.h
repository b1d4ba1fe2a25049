/* Which samples of a split are traced. */
#ifndef TRACE_SAMPLE_CHOICE_H
#define TRACE_SAMPLE_CHOICE_H

#include "phasetrace/dataset.h"

/*
 * Draws `n_wanted` samples of the split, as evenly over the true classes as it allows, into
 * `chosen` [n_wanted] in ascending order. A function of the seed and the split alone.
 * PT_E_CONFIG when the split has fewer samples.
 */
int sample_choice(const struct pt_dataset *dataset, enum pt_split_id split, size_t n_wanted,
                  uint64_t seed, uint32_t *chosen, struct pt_error *error);

#endif
