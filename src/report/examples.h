/* The samples that a page shows: what they look like, what interacts in them. */
#ifndef REPORT_EXAMPLES_H
#define REPORT_EXAMPLES_H

#include "base/mem.h"
#include "phasetrace/status.h"
#include "phasetrace/trace.h"

#include <stddef.h>
#include <stdint.h>

#define EXAMPLES_MAX_SAMPLES 32
#define EXAMPLES_MAX_CHECKPOINTS 4096
#define EXAMPLES_MAX_SHOWN 10 /* interactions of a sample at a checkpoint */
#define EXAMPLES_MAX_SIDE 1024
#define EXAMPLES_MAX_FEATURES 1024
#define EXAMPLES_MAX_CLASSES 256

struct shown_interaction {
    double effect;   /* log-odds */
    uint32_t set;    /* bit i: player i is in it */
    int is_or;       /* 0 or 1 */
    int generalises; /* 1, 0, or -1: not known */
};

struct shown_checkpoint {
    double step, v_full; /* v_full: log-odds of the label */
    size_t n;            /* strongest first */
    struct shown_interaction interactions[EXAMPLES_MAX_SHOWN];
};

struct shown_sample {
    const char *split; /* "train", "test", "third" */
    long index, label; /* index: in its file */
    int is_mislabelled;
    int32_t players[PT_MAX_PLAYERS]; /* cells of the grid, or columns */
    size_t n_checkpoints;
    struct shown_checkpoint *checkpoints; /* [n_checkpoints] ascending steps */
    /* What the sample looks like; NULL, and true_label -1, when that is not known. */
    long true_label;
    unsigned char *pixels; /* [channels, height, width] */
    const char **cells;    /* [n_features] */
};

/* Zeroed: no samples. */
struct shown_examples {
    size_t n_players, n;
    struct shown_sample *samples;         /* [n] */
    size_t grid, channels, height, width; /* of images; height 0: they are none */
    size_t n_features;
    const char **features; /* [n_features] names of columns */
    size_t n_classes;
    const char **classes; /* [n_classes] names; n_classes 0: classes are numbers */
};

/*
 * Reads RUN/analysis/examples.json and RUN/trace/inputs.json, as far as they are there. PT_E_IO;
 * PT_E_DATA with file and member. The arena owns everything.
 */
int examples_load(const char *run_directory, struct shown_examples *examples, struct arena *arena,
                  struct pt_error *error);

/* The part of examples_load() that reads inputs.json, into samples that are there. */
int examples_load_inputs(const char *path, struct shown_examples *examples, struct arena *arena,
                         struct pt_error *error);

#endif
