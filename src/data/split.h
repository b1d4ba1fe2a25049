/* The memory of a split. */
#ifndef DATA_SPLIT_H
#define DATA_SPLIT_H

#include "phasetrace/dataset.h"

/* Makes room for `n_samples` of `n_values` inputs each. After a failure too, split_release() frees
 * what there is. PT_E_MEMORY. */
int split_allocate(struct pt_split *split, size_t n_samples, size_t n_values,
                   struct pt_error *error);
void split_release(struct pt_split *split);

#endif
