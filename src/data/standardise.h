/* Inputs of mean 0, deviation 1, from bytes. */
#ifndef DATA_STANDARDISE_H
#define DATA_STANDARDISE_H

#include "data/image_files.h"
#include "phasetrace/dataset.h"

/*
 * Mean and standard deviation (divided by the number, not one less) of pixel / 255, for each
 * channel, over the images that `split` names in source_index. A deviation of 0 becomes 1.
 */
void standardise_measure(const struct image_set *images, const struct pt_split *split,
                         float mean[PT_MAX_CHANNELS], float deviation[PT_MAX_CHANNELS]);

/* split->inputs from the images that it names: (pixel / 255 - mean) / deviation. */
void standardise_fill(const struct image_set *images, const float mean[PT_MAX_CHANNELS],
                      const float deviation[PT_MAX_CHANNELS], struct pt_split *split);

/* The mean of split->inputs, into mean_image[channels, height, width]. PT_E_MEMORY. */
int standardise_mean_image(const struct image_set *images, const struct pt_split *split,
                           float *mean_image, struct pt_error *error);

#endif
