/* Data sets: what a network trains on, is tested on, and never sees. */
#ifndef PHASETRACE_DATASET_H
#define PHASETRACE_DATASET_H

#include "phasetrace/status.h"

#include <stddef.h>
#include <stdint.h>

#define PT_MAX_CHANNELS 4
#define PT_MAX_CLASSES 256
#define PT_MAX_DATA_FILES 16

enum pt_split_id { PT_TRAIN = 0, PT_TEST = 1, PT_THIRD = 2, PT_N_SPLITS = 3 };

struct pt_split {
    size_t n_samples;
    float *inputs;          /* [n_samples, channels, height, width], standardised */
    uint8_t *labels;        /* [n_samples], the label that is trained on and analysed */
    uint8_t *true_labels;   /* [n_samples]; differs from `labels` where mislabelled */
    uint32_t *source_index; /* [n_samples], the sample's index in its file */
};

struct pt_data_file {
    char path[1024]; /* as resolved */
    char sha256[65]; /* of the bytes of the file, lower-case hex */
    uint64_t n_bytes;
};

struct pt_dataset {
    char name[64];
    size_t n_classes, channels, height, width;
    struct pt_split splits[PT_N_SPLITS];
    /* Of the raw values (0..1) of the training split, per channel; inputs = (raw - mean) / dev. */
    float mean[PT_MAX_CHANNELS], deviation[PT_MAX_CHANNELS];
    float *mean_image; /* [channels, height, width]: mean training input, standardised */
    size_t n_files;
    struct pt_data_file files[PT_MAX_DATA_FILES];
};

/* What to load. Strings are borrowed for the call. */
struct pt_data_options {
    const char *set;       /* "mnist", "fashion-mnist" or "idx" (any four IDX files) */
    const char *directory; /* where the IDX files lie, already resolved */
    size_t train_samples;  /* 0: all */
    size_t test_samples;   /* 0: all that the third split leaves */
    size_t third_samples;
    const long *classes; /* [n_classes] labels to keep, renumbered 0.. in this order */
    size_t n_classes;    /* 0: all labels of the files */
    double label_noise;  /* 0..1 */
    uint64_t seed;
};

/*
 * Reads {train,t10k}-{images-idx3,labels-idx1}-ubyte, plain or with ".gz", from the directory.
 *
 * Training samples are a class-balanced random subset of the training file, testing and third
 * split disjoint class-balanced subsets of the test file (subset of the WHOLE file, by seed:
 * the first half of MNIST's test file is harder than the second). With label noise, round(noise *
 * n) training labels are replaced by a different class, uniformly.
 *
 * The caller frees with pt_dataset_free(). PT_E_IO: a file is missing or unreadable; PT_E_DATA:
 * it is not what it should be, with file and byte offset in the message; PT_E_CONFIG: more
 * samples wanted than there are.
 */
PT_API int pt_dataset_load(const struct pt_data_options *options, struct pt_dataset **dataset,
                           struct pt_error *error);
PT_API void pt_dataset_free(struct pt_dataset *dataset); /* NULL is allowed */

#endif
