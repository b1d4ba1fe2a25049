/* Pairs of IDX files, one of images, one of labels. */
#ifndef DATA_IMAGE_FILES_H
#define DATA_IMAGE_FILES_H

#include "phasetrace/dataset.h"

/* The content of a pair. */
struct image_set {
    size_t n_images, channels, height, width;
    const unsigned char *pixels;              /* [n_images, channels, height, width] */
    const unsigned char *labels;              /* [n_images] */
    unsigned char *image_bytes, *label_bytes; /* of the two files, what the others point into */
};

/*
 * Reads PREFIX-images-idx3-ubyte, PREFIX-labels-idx1-ubyte from the directory, plain or with
 * ".gz", with '-' or '.' before "idx"; appends both to dataset->files. Every label must be below
 * `n_labels`. Errors are those of pt_dataset_load(); dataset->name says what to fetch. The caller
 * ends, also after a failure, with image_set_free().
 */
int image_set_read(const char *directory, const char *prefix, size_t n_labels,
                   struct pt_dataset *dataset, struct image_set *images, struct pt_error *error);
void image_set_free(struct image_set *images);

#endif
