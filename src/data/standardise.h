/* Inputs of mean 0, deviation 1. */
#ifndef DATA_STANDARDISE_H
#define DATA_STANDARDISE_H

#include "data/sample_set.h"
#include "phasetrace/dataset.h"

/*
 * From a data set whose shape and splits' source_index are set, and the samples that each split
 * was drawn from: fills dataset->mean, deviation, mean_image and the inputs of every split. A
 * deviation (divided by the number, not one less) of 0 becomes 1.
 *
 * Images: over all pixels of a channel. Tables, whose features are set: over the cells of a column
 * that are not missing, each level's input by itself; a deviation below 1e-12 of the mean is
 * rounding and becomes 1 too. PT_E_MEMORY.
 */
int standardise_images(struct pt_dataset *dataset, const struct sample_set *const sets[PT_N_SPLITS],
                       struct pt_error *error);
int standardise_table(struct pt_dataset *dataset, const struct sample_set *const sets[PT_N_SPLITS],
                      struct pt_error *error);

#endif
