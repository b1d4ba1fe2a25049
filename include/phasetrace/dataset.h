/* Data sets: what a network trains on, is tested on, and never sees. Read from files or generated.
 */
#ifndef PHASETRACE_DATASET_H
#define PHASETRACE_DATASET_H

#include "phasetrace/status.h"

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct arena;
struct pt_log;

#define PT_MAX_CLASSES 256
#define PT_MAX_DATA_FILES 16
#define PT_MAX_FEATURES 1024   /* columns of a table that are inputs */
#define PT_MAX_LEVELS 1024     /* different texts in one of them */
#define PT_MAX_IMAGE_SIDE 1024 /* of data.size */

enum pt_split_id { PT_TRAIN = 0, PT_TEST = 1, PT_THIRD = 2, PT_N_SPLITS = 3 };

struct pt_split {
    size_t n_samples;
    float *inputs;        /* [n_samples, channels, height, width], standardised */
    uint8_t *labels;      /* [n_samples], the label that is trained on and analysed */
    uint8_t *true_labels; /* [n_samples]; differs from `labels` where mislabelled */
    /* [n_samples]: the sample's index in its file; of a table among the rows that are not left out;
     * of a folder in the order of classes, then names; if generated, its own. */
    uint32_t *source_index;
};

struct pt_data_file {
    char path[1024]; /* as resolved; of a folder of images the folder */
    /* Of the bytes of the file, lower-case hex. Of a folder: of each file's name in it
     * ("class/name"), a zero byte, its bytes, one file after the other. */
    char sha256[65];
    uint64_t n_bytes; /* of all files of a folder */
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

/* ---- Tables ----------------------------------------------------------------------------- */

/*
 * A column of a table. A column of numbers is one input. One of levels is an input for each level,
 * 1 where the cell has that level, else 0 (both before standardisation); a level that only the
 * testing file has is 0 in all of them (with a warning). All inputs of a missing cell are the mean,
 * 0.
 */
struct pt_feature {
    const char *name;
    size_t n_levels;           /* 0: numbers */
    const char *const *levels; /* [n_levels], sorted, in the order of the inputs */
};

enum pt_missing {
    PT_MISSING_ERROR, /* a missing cell is PT_E_DATA */
    PT_MISSING_DROP,  /* rows with one are left out */
    PT_MISSING_MEAN   /* its inputs are the column's mean; a label cannot be missing */
};

/* ---- Data sets -------------------------------------------------------------------------- */

struct pt_dataset {
    char name[64];
    size_t n_classes, channels, height, width;
    struct pt_split splits[PT_N_SPLITS];
    /* [channels, height, width]: inputs = (raw - mean) / deviation, over the training split. Raw
     * pixels are 0..1, all of a channel have the same two; each input of a table has its own. */
    float *mean, *deviation;
    float *mean_image; /* [channels, height, width]: mean training input, standardised */
    size_t n_features; /* 0: the set is no table */
    struct pt_feature *features;
    uint16_t *feature_of;           /* [width]: the feature that an input of a table belongs to */
    const char *const *class_names; /* [n_classes]; NULL where classes are only numbers */
    size_t n_files;                 /* 0: the set is generated */
    struct pt_data_file files[PT_MAX_DATA_FILES];
    struct arena *texts;    /* what holds the names above */
    struct pt_plant *plant; /* NULL where nothing is known about the labels' function */
};

/* What to load. Strings are borrowed for the call. */
struct pt_data_options {
    /* "mnist", "fashion-mnist", "idx" (any four IDX files), "cifar10", "images", "csv", "census",
     * "boolean" */
    const char *set;
    const char *path;     /* of the file or folder, already resolved; "boolean" has none */
    size_t train_samples; /* 0: all of the file; of a set in one file all that the others leave */
    size_t test_samples;  /* 0: all of the file that the third split leaves */
    size_t third_samples;
    const long *classes; /* [n_classes] labels to keep, renumbered 0.. in this order */
    size_t n_classes;    /* 0: all labels of the files */
    double label_noise;  /* 0..1 */
    uint64_t seed;
    const struct pt_log *log; /* takes warnings; NULL: they are dropped */

    /* Of images: */
    size_t side;     /* images become side x side pixels; 0: they stay as they are */
    size_t channels; /* of "images": 1, 3, or 0: 1 where every file is grey, else 3 */

    /* Of tables: */
    const char *test_path; /* NULL or empty: testing samples are rows of `path` too */
    const char *label;     /* a column; NULL or empty: "income" of "census" */
    /* Columns "a, b". Of the others those without a cell that is a number are categorical too; one
     * that has both is PT_E_DATA. NULL or empty: none is named. */
    const char *categorical;
    const char *ignore; /* columns that are no inputs; NULL or empty: none */
    enum pt_missing missing;

    /* Of "boolean": */
    size_t n_inputs;             /* 2..PT_MAX_INPUTS */
    size_t n_relevant;           /* 1..n_inputs: terms are over the first of them only */
    double density;              /* probability that an input is 1, above 0, below 1 */
    const struct pt_term *terms; /* [n_terms] */
    size_t n_terms;              /* 1..PT_MAX_TERMS */
};

/*
 * IDX: {train,t10k}-{images-idx3,labels-idx1}-ubyte, plain or with ".gz", in the folder.
 * "cifar10": data_batch_1.bin to data_batch_5.bin, as many as there are, test_batch.bin.
 * "images": a folder of PNG files for each class, or two such trees, train/ and test/. Classes are
 * numbered by name. "csv": a table with a header line (RFC 4180); classes are the label column's
 * texts, sorted (by value where all are numbers). "census": the table adult.csv in the folder.
 *
 * Training samples are a random subset of the training file, testing and third split disjoint
 * random subsets of the test file (subset of the WHOLE file, by seed: the first half of MNIST's
 * test file is harder than the second). A set without a test file gives all three from one,
 * disjoint. Subsets of images are class-balanced, those of tables have the file's class shares.
 * With label noise, round(noise * n) training labels are replaced by a different class, uniformly.
 *
 * Images that `side` asks another size of are averaged down or interpolated up (data/resize.h),
 * but IDX images of 28 x 28 become 32 x 32 by a margin of two pixels of raw value 0.
 *
 * "boolean": generates samples of [1, 1, n_inputs] independent binary inputs, standardised like the
 * pixels of an image of raw values 0 and 1, with two labels drawn from a function of random terms
 * over different sets of inputs. The first n samples of a split are the same whatever its size.
 * `classes` do not apply. true_labels are the labels before label noise.
 *
 * The caller frees with pt_dataset_free(). PT_E_IO: a file is missing or unreadable; PT_E_DATA:
 * it is not what it should be, with file and line or byte offset in the message; PT_E_CONFIG: more
 * samples wanted than there are, columns or terms that cannot be had.
 */
PT_API int pt_dataset_load(const struct pt_data_options *options, struct pt_dataset **dataset,
                           struct pt_error *error);
PT_API void pt_dataset_free(struct pt_dataset *dataset); /* NULL is allowed */

#ifdef __cplusplus
}
#endif

#endif
