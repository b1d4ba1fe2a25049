/* The configuration of a run: every key of the INI file as a typed field. */
#ifndef PHASETRACE_CONFIG_H
#define PHASETRACE_CONFIG_H

#include "phasetrace/dataset.h"
#include "phasetrace/network.h"
#include "phasetrace/optimizer.h"
#include "phasetrace/status.h"
#include "phasetrace/trace.h"

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define PT_TEXT_BYTES 256  /* names */
#define PT_PATH_BYTES 1024 /* paths */
#define PT_MAX_LIST 256    /* elements of a list key */
#define PT_MAX_SEEDS 64    /* of run.seeds */
#define PT_MAX_SWEPT 2     /* keys of [sweep] */
#define PT_MAX_SETTINGS 64 /* of a sweep, all keys together */

/* A list of whole numbers, as in "hidden = 256, 256". */
struct pt_list {
    size_t n;
    long items[PT_MAX_LIST];
};

/* A list of terms, as in "terms = and1 2, or3 -1.5". */
struct pt_term_list {
    size_t n;
    struct pt_term items[PT_MAX_TERMS];
};

/* A list of layers, as in "layers = conv 8 3x3, relu, flatten, dense classes". */
struct pt_layer_list {
    size_t n;
    struct pt_layer_spec items[PT_MAX_LAYER_SPECS];
};

/* A list of distinct seeds, as in "seeds = 1..3, 10". */
struct pt_seeds {
    size_t n;
    uint64_t items[PT_MAX_SEEDS];
};

/* A key that takes several values in turn, as in "data.label_noise = 0, 0.05". */
struct pt_swept {
    char key[PT_TEXT_BYTES];    /* "data.label_noise" */
    char values[PT_TEXT_BYTES]; /* "0, 0.05", as written */
};

struct pt_sweep {
    size_t n;
    struct pt_swept keys[PT_MAX_SWEPT];
};

enum pt_switch { PT_NO, PT_YES };
enum pt_rate_schedule { PT_RATE_CONSTANT, PT_RATE_STEP, PT_RATE_COSINE };
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

/*
 * Plain values; a copy is a copy. Ranges are checked when the configuration is read, so code
 * that receives one may rely on them. The schema (src/config/schema.c) documents each key.
 */
struct pt_config {
    struct {
        char name[PT_TEXT_BYTES]; /* the run directory is runs/NAME-001, ... */
        uint64_t seed;
        struct pt_seeds seeds;   /* empty: `seed` alone */
        int threads;             /* 0: one per available processor */
        char out[PT_PATH_BYTES]; /* empty: runs/NAME-NNN */
    } run;
    struct {
        char set[PT_TEXT_BYTES];       /* a set's name, see struct pt_data_options */
        char path[PT_PATH_BYTES];      /* file or folder, as written; empty: of the set */
        long train_samples;            /* 0: all of the file */
        long test_samples;             /* 0: all that the third split leaves */
        long third_samples;            /* held back from the test file; nothing trains on them */
        struct pt_list classes;        /* empty: all */
        double label_noise;            /* share of training labels replaced by another class */
        long size;                     /* images become this many pixels a side; 0: as they are */
        long channels;                 /* 0, 1, 3 (images) */
        char test_path[PT_PATH_BYTES]; /* second file (tables, as all to missing) */
        char label[PT_TEXT_BYTES];
        char categorical[PT_PATH_BYTES], ignore[PT_PATH_BYTES]; /* lists of columns */
        enum pt_missing missing;
        long inputs;    /* of a sample (boolean, as all below) */
        long relevant;  /* terms are over the first of the inputs only */
        double density; /* probability that an input is 1 */
        struct pt_term_list terms;
    } data;
    struct {
        char preset[PT_TEXT_BYTES];  /* mlp, lenet, vgg11, ..., or layers */
        struct pt_layer_list layers; /* of the preset layers */
        struct pt_list hidden;       /* widths of the hidden layers (mlp) */
        double width;                /* factor on widths of hidden layers and channels */
        enum pt_init init;
        char weights[PT_PATH_BYTES]; /* safetensors file, as written; empty: drawn */
    } model;
    struct {
        enum pt_optimizer optimizer;
        double learning_rate;
        double momentum; /* sgd, as is nesterov */
        enum pt_switch nesterov;
        double beta1, beta2, epsilon; /* adam, adamw */
        double weight_decay;
        enum pt_rate_schedule schedule;
        struct pt_list step_epochs; /* ascending: after so many epochs the rate falls (step) */
        double step_factor;
        double final_rate; /* cosine */
        double warmup_epochs;
        long batch_size;
        long epochs;
        long shift; /* pixels an image is moved by at most */
        enum pt_switch flip;
    } train;
    struct {
        enum pt_snapshot_schedule schedule;
        long count;          /* snapshots wanted in all, step 0 and the last step included */
        double checkpoint_s; /* between checkpoints; 0: one after every step */
    } snapshots;
    struct {
        long samples;             /* of each split, at every checkpoint */
        long third_samples;       /* of the third split, at every checkpoint */
        long mislabelled_samples; /* further training samples, mislabelled, at every checkpoint */
        long final_samples;       /* of each split at the last checkpoint; 0: no larger sample */
        long players;             /* n; the value table has 2^n entries a sample */
        long grid;                /* cells a side */
        enum pt_cells cells;
        struct pt_list cell_list; /* cell numbers row by row, when cells is a list */
        enum pt_draw draw;
        enum pt_trace_values values; /* how traces keep v */
        char layer[PT_TEXT_BYTES];   /* "input", or the name of a ReLU such as relu1 */
        enum pt_baseline baseline;
        enum pt_background background;
        double noise; /* the noise term may be this share of |v(N) - v(0)|; 0: none */
        enum pt_solver solver;
        double gap;             /* relative duality gap at which the extraction stops */
        double tie_gap;         /* the same for its second stage, which makes it unique; 0: none */
        long stability_samples; /* testing samples whose noisy copies are traced; 0: none */
        long stability_draws;   /* noisy copies of each */
        double stability_deviation; /* of their noise, in raw units (0..1) */
    } trace;
    struct {
        long count;    /* baseline networks, trained on the testing samples */
        double width;  /* of their hidden layers, relative to the network's */
        long epochs;   /* 0: as many as the network */
        uint64_t seed; /* the seed of the i-th is run.seed + seed + i, i = 0.. */
    } baselines;
    struct {
        double salience; /* threshold, relative to the mean output change */
        long replicates; /* of the bootstrap */
    } analysis;
    struct pt_sweep sweep;
};

/* Every key at its default. */
PT_API void pt_config_default(struct pt_config *config);

/*
 * Reads a configuration: the defaults, then the file, then each of `sets` ("section.key=value",
 * as --set takes it) in turn. `path` may be NULL: no file. A run that is given no name is called
 * like the file without its ".ini".
 *
 * All problems are reported at once, each with its place, the line and a caret. PT_E_CONFIG: there
 * are some; `*report` (may be NULL) is all of them, to be freed with pt_config_free_text(), and
 * error->message as much of it as fits. PT_E_IO: the file cannot be read; PT_E_DATA: it is over
 * 1 MiB; PT_E_MEMORY. `*report` is NULL unless PT_E_CONFIG is returned; `*config` is usable only
 * after PT_OK.
 */
PT_API int pt_config_read(const char *path, const char *const *sets, size_t n_sets,
                          struct pt_config *config, char **report, struct pt_error *error);

/* The number of settings of the sweep: the product of the numbers of values; 1 without a sweep. */
PT_API size_t pt_config_n_settings(const struct pt_config *config);

/*
 * The configuration of setting `index` (0..n_settings-1; the last swept key varies fastest): the
 * swept keys have their values, nothing is swept any more. PT_E_CONFIG: a sweep was put there by
 * hand that no file can hold.
 */
PT_API int pt_config_setting(const struct pt_config *config, size_t index,
                             struct pt_config *setting, struct pt_error *error);

/*
 * Texts for people; the caller frees them with pt_config_free_text(). Lines end with a newline.
 *
 * pt_config_print(): the whole configuration as an INI file, with `documented` a comment on each
 * key. Reading it gives the same bytes of struct pt_config. PT_E_CONFIG: a value was put there by
 * hand that no file can hold; the message names its key.
 *
 * pt_config_help(): what --help-config shows. `name` is NULL for everything, or a section, a key or
 * "section.key"; PT_E_CONFIG when there is none of that name.
 *
 * pt_config_manual(): the keys as Markdown tables.
 */
PT_API int pt_config_print(const struct pt_config *config, int documented, char **text,
                           struct pt_error *error);
PT_API int pt_config_help(const char *name, char **text, struct pt_error *error);
PT_API int pt_config_manual(char **text, struct pt_error *error);
PT_API void pt_config_free_text(char *text); /* NULL is allowed */

#ifdef __cplusplus
}
#endif

#endif
