/* The numbers that figures are drawn from, as read from a run's analysis files. */
#ifndef REPORT_RESULTS_H
#define REPORT_RESULTS_H

#include "phasetrace/dataset.h"
#include "report/result_table.h"

#include <stddef.h>

#define RESULTS_N_SPLITS 2          /* PT_TRAIN and PT_TEST */
#define RESULTS_MAX_TEXT_BYTES 1000 /* of one string of about.json */

/* The tables of a run; those after TABLE_MEAN_ORDER may be absent, and then are empty. */
enum result_table_id {
    TABLE_METRICS,
    TABLE_ORDERS,
    TABLE_MEAN_ORDER,
    TABLE_GENERALIZATION,
    TABLE_SIMILARITY,
    TABLE_LABELS,
    TABLE_THEORY,
    TABLE_THEORY_ROWS,
    TABLE_DECAY_SPINDLE,
    TABLE_CAUSAL,
    TABLE_STABILITY,
    TABLE_CONVERGENCE,
    TABLE_COMMON,
    TABLE_GROUND_TRUTH,
    RESULTS_N_TABLES
};
extern const struct table_layout result_layouts[RESULTS_N_TABLES];

/* Values of the keys `kind`, `labels` and `sample`; those of `split` are enum pt_trace_group. */
enum { KIND_AND, KIND_OR, KIND_BOTH };
enum { LABELS_NORMAL, LABELS_MISLABELLED };
enum { SAMPLE_CHECKPOINT, SAMPLE_FINAL };

/* RUN/metrics.csv. Losses are in nats, accuracies 0..1. */
struct result_metrics {
    struct curve loss[RESULTS_N_SPLITS], accuracy[RESULTS_N_SPLITS], gap;
    struct curve clean_loss; /* of training samples whose label is right; no bounds */
};

/* RUN/analysis/orders.csv, the rows of kind "both"; index 0 is order 1. Strengths in log-odds. */
struct result_orders {
    size_t n_orders;
    struct curve share[RESULTS_N_SPLITS][RESULTS_MAX_ORDER];
    struct curve positive[RESULTS_N_SPLITS][RESULTS_MAX_ORDER];
    struct curve negative[RESULTS_N_SPLITS][RESULTS_MAX_ORDER]; /* <= 0 */
};

/* RUN/analysis/phases.json; NaN where the run has no such point. */
struct result_phases {
    double t_star; /* the step that ends phase 1 */
    double t_rise; /* the step from which the mean order has left its minimum for good */
    double mean_order_start, mean_order_star, mean_order_end;
};

/* The member "generalization" of RUN/analysis/phases.json, the three phases of P4. */
struct result_three_phases {
    int is_known; /* the run has it */
    /* The steps that end phase 1 and phase 2, and from which on the testing loss has left its
     * minimum; NaN where the run has no such point. */
    double t1, t2, t_loss;
};

/* RUN/analysis/about.json. Strings are never NULL. */
struct result_about {
    const char *title, *network, *extraction, *masking, *version;
    long n_players, n_traced[RESULTS_N_SPLITS], n_samples[RESULTS_N_SPLITS], seed, n_seeds;
    double label_noise; /* 0..1 */
};

struct results {
    struct arena arena; /* owns every array and string */
    struct result_about about;
    struct result_table tables[RESULTS_N_TABLES];
    struct result_phases phases[RESULTS_N_SPLITS];
    struct result_three_phases three_phases;
    /* What most figures draw, out of the tables. */
    struct result_metrics metrics;
    struct result_orders orders;
    struct curve mean_order[RESULTS_N_SPLITS];
};

/*
 * Reads the files of a run. PT_E_IO: one that must be there is not, or one cannot be read;
 * PT_E_DATA: one is not what it should be, with file and, where there is one, line. The caller
 * calls results_release() in any case.
 */
int results_load(const char *run_directory, struct results *results, struct pt_error *error);
void results_release(struct results *results);

/* A claim, as claims.json has it. */
enum claim_verdict { CLAIM_ABSENT, CLAIM_NOT_MEASURED, CLAIM_NOT_REPRODUCED, CLAIM_REPRODUCED };
struct json_part;
/* The member "reproduced". PT_E_DATA. */
int results_read_verdict(const struct json_part *part, enum claim_verdict *verdict);

struct result_claim {
    enum claim_verdict verdict;
    double value, threshold; /* value: NaN when not measured */
    double within_seeds;     /* its detail of that name; NaN without one */
    const char *reason;      /* NULL when the claim is absent */
};
/* The claim called `id` of the array in the file `path`; CLAIM_ABSENT when it has none. */
int results_load_claim(const char *path, const char *id, struct result_claim *claim,
                       struct arena *arena, struct pt_error *error);

/* The parts of results_load() that read JSON; `path` names the file. */
int results_load_about(const char *path, struct result_about *about, struct arena *arena,
                       struct pt_error *error);
int results_load_phases(const char *path, struct results *results, struct pt_error *error);

#endif
