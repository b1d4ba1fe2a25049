/* Data sets: what a network trains on, is tested on, and never sees. Read from files or generated.
 */
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
    uint32_t *source_index; /* [n_samples], the sample's index in its file; if generated, its own */
};

struct pt_data_file {
    char path[1024]; /* as resolved */
    char sha256[65]; /* of the bytes of the file, lower-case hex */
    uint64_t n_bytes;
};

/* ---- The set "boolean": a known function of binary inputs ------------------------------- */

#define PT_MAX_TERMS 64
#define PT_MAX_INPUTS 64
#define PT_MAX_STRENGTH 1000 /* of a term, either sign; 0 is none */

enum pt_term_kind { PT_TERM_AND, PT_TERM_OR };

/* A term that is asked for: `order` of the inputs, which are drawn at random, decide whether
 * `strength` is added to the log-odds. An OR term has order 2 at least: of order 1 it is an AND. */
struct pt_term {
    enum pt_term_kind kind;
    int order;
    double strength;
};

/* A term with its inputs, bit k for column k: it holds where all of them are 1 (AND) or any is
 * (OR). */
struct pt_planted_term {
    enum pt_term_kind kind;
    uint64_t inputs;
    double strength;
};

/*
 * The log-odds of label 1, f(x) = offset + sum of the strengths of the terms that hold in x. Labels
 * are drawn with probability sigmoid(f(x)), so the network of least expected loss has the log-odds
 * f; the mean of f over the inputs' distribution is 0.
 */
struct pt_plant {
    double offset;
    size_t n_terms;
    struct pt_planted_term terms[PT_MAX_TERMS];
};

/* ---- Data sets -------------------------------------------------------------------------- */

struct pt_dataset {
    char name[64];
    size_t n_classes, channels, height, width;
    struct pt_split splits[PT_N_SPLITS];
    /* Of the raw values (0..1) of the training split, per channel; inputs = (raw - mean) / dev. */
    float mean[PT_MAX_CHANNELS], deviation[PT_MAX_CHANNELS];
    float *mean_image; /* [channels, height, width]: mean training input, standardised */
    size_t n_files;    /* 0: the set is generated */
    struct pt_data_file files[PT_MAX_DATA_FILES];
    struct pt_plant *plant; /* NULL where nothing is known about the labels' function */
};

/* What to load. Strings are borrowed for the call. */
struct pt_data_options {
    const char *set;       /* "mnist", "fashion-mnist", "idx" (any four IDX files), "boolean" */
    const char *directory; /* where the IDX files lie, already resolved; "boolean" has none */
    size_t train_samples;  /* 0: all of the file */
    size_t test_samples;   /* 0: all of the file that the third split leaves */
    size_t third_samples;
    const long *classes; /* [n_classes] labels to keep, renumbered 0.. in this order */
    size_t n_classes;    /* 0: all labels of the files */
    double label_noise;  /* 0..1 */
    uint64_t seed;

    /* Of "boolean": */
    size_t n_inputs;             /* 2..PT_MAX_INPUTS */
    size_t n_relevant;           /* 1..n_inputs: terms are over the first of them only */
    double density;              /* probability that an input is 1, above 0, below 1 */
    const struct pt_term *terms; /* [n_terms] */
    size_t n_terms;              /* 1..PT_MAX_TERMS */
};

/*
 * Files: reads {train,t10k}-{images-idx3,labels-idx1}-ubyte, plain or with ".gz", from the
 * directory.
 *
 * Training samples are a class-balanced random subset of the training file, testing and third
 * split disjoint class-balanced subsets of the test file (subset of the WHOLE file, by seed:
 * the first half of MNIST's test file is harder than the second). With label noise, round(noise *
 * n) training labels are replaced by a different class, uniformly.
 *
 * "boolean": generates samples of [1, 1, n_inputs] independent binary inputs, standardised like the
 * pixels of an image of raw values 0 and 1, with two labels drawn from a function of random terms
 * over different sets of inputs. The first n samples of a split are the same whatever its size.
 * `classes` do not apply. true_labels are the labels before label noise.
 *
 * The caller frees with pt_dataset_free(). PT_E_IO: a file is missing or unreadable; PT_E_DATA:
 * it is not what it should be, with file and byte offset in the message; PT_E_CONFIG: more
 * samples wanted than there are, or terms that cannot be had.
 */
PT_API int pt_dataset_load(const struct pt_data_options *options, struct pt_dataset **dataset,
                           struct pt_error *error);
PT_API void pt_dataset_free(struct pt_dataset *dataset); /* NULL is allowed */

#endif
