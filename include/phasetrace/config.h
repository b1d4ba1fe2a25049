/* The configuration of a run: every key of the INI file as a typed field. */
#ifndef PHASETRACE_CONFIG_H
#define PHASETRACE_CONFIG_H

#include "phasetrace/status.h"

#include <stddef.h>
#include <stdint.h>

#define PT_TEXT_BYTES 256  /* names */
#define PT_PATH_BYTES 1024 /* paths */
#define PT_MAX_LIST 256    /* elements of a list key */

/* A list of whole numbers, as in "hidden = 256, 256". */
struct pt_list {
    size_t n;
    long items[PT_MAX_LIST];
};

enum pt_init { PT_INIT_PYTORCH, PT_INIT_HE, PT_INIT_XAVIER };
enum pt_optimizer { PT_OPTIMIZER_SGD };
enum pt_snapshot_schedule { PT_SNAPSHOTS_DENSE_EARLY, PT_SNAPSHOTS_LOG, PT_SNAPSHOTS_EPOCHS };
enum pt_cells { PT_CELLS_CENTRAL, PT_CELLS_NOCORNER, PT_CELLS_ALL, PT_CELLS_LIST };
enum pt_draw { PT_DRAW_SHARED, PT_DRAW_PER_SAMPLE };
enum pt_baseline {
    PT_BASELINE_BLACK,
    PT_BASELINE_CHANNEL_MEAN,
    PT_BASELINE_MEAN_IMAGE,
    PT_BASELINE_ZERO
};
enum pt_background { PT_BACKGROUND_KEEP, PT_BACKGROUND_MASK };
enum pt_solver { PT_SOLVER_EXACT, PT_SOLVER_AND, PT_SOLVER_OR };

/*
 * Plain values; a copy is a copy. Ranges are checked when the configuration is read, so code
 * that receives one may rely on them. The schema (src/config/schema.c) documents each key.
 */
struct pt_config {
    struct {
        char name[PT_TEXT_BYTES]; /* the run directory is runs/NAME-001, ... */
        uint64_t seed;
        int threads;             /* 0: one per available processor */
        char out[PT_PATH_BYTES]; /* empty: runs/NAME-NNN */
    } run;
    struct {
        char set[PT_TEXT_BYTES];  /* mnist, fashion-mnist, idx */
        char path[PT_PATH_BYTES]; /* directory of the files, as written; empty: of the set */
        long train_samples;       /* 0: all of the file */
        long test_samples;        /* 0: all that the third split leaves */
        long third_samples;       /* held back from the test file; nothing trains on them */
        struct pt_list classes;   /* empty: all */
        double label_noise;       /* share of training labels replaced by another class */
    } data;
    struct {
        char preset[PT_TEXT_BYTES]; /* mlp, lenet */
        struct pt_list hidden;      /* widths of the hidden layers (mlp) */
        enum pt_init init;
    } model;
    struct {
        enum pt_optimizer optimizer;
        double learning_rate;
        double momentum;
        double weight_decay;
        long batch_size;
        long epochs;
    } train;
    struct {
        enum pt_snapshot_schedule schedule;
        long count; /* snapshots wanted in all, step 0 and the last step included */
    } snapshots;
    struct {
        long samples; /* of each split */
        long players; /* n; the value table has 2^n entries a sample */
        long grid;    /* cells a side */
        enum pt_cells cells;
        struct pt_list cell_list; /* cell numbers row by row, when cells is a list */
        enum pt_draw draw;
        char layer[PT_TEXT_BYTES]; /* "input", or the name of a ReLU such as relu1 */
        enum pt_baseline baseline;
        enum pt_background background;
        enum pt_solver solver;
        double gap; /* relative duality gap at which the extraction stops */
    } trace;
};

#endif
