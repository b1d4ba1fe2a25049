/* Augmentation: training images moved and mirrored at random. */
#ifndef TRAIN_AUGMENT_H
#define TRAIN_AUGMENT_H

#include "phasetrace/config.h"
#include "phasetrace/dataset.h"

struct augment {
    size_t channels, height, width;
    long shift;
    int flip;
    const float *mean, *deviation; /* the data set's, [channels, height, width] */
    uint64_t seed;
};

/* Borrows the data set. PT_E_CONFIG when train.shift or train.flip is on and the samples are no
 * images, or a shift could move them out of sight. */
int augment_make(const struct pt_config *config, const struct pt_dataset *dataset,
                 struct augment *augment, struct pt_error *error);

/*
 * Copies `image` [channels, height, width] to `copy`, moved by dy and dx in -shift..shift pixels,
 * each equally likely, with black where nothing was; then mirrored left to right with probability
 * 1/2. (torchvision's RandomCrop with zero padding of `shift` before normalisation, then
 * RandomHorizontalFlip.) What is drawn is a function of (seed, epoch, sample).
 */
void augment_copy(const struct augment *augment, uint32_t epoch, uint32_t sample,
                  const float *image, float *copy);

#endif
