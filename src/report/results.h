/* The numbers that figures are drawn from, as read from a run's analysis files. */
#ifndef REPORT_RESULTS_H
#define REPORT_RESULTS_H

#include "base/mem.h"
#include "phasetrace/dataset.h"
#include "phasetrace/status.h"
#include "phasetrace/trace.h"

#include <stddef.h>

#define RESULTS_N_SPLITS 2 /* PT_TRAIN and PT_TEST */
#define RESULTS_MAX_ORDER PT_MAX_PLAYERS
#define RESULTS_MAX_CHECKPOINTS 100000
#define RESULTS_MAX_STEP 1e15
#define RESULTS_MAX_TEXT_BYTES 1000 /* of one string of about.json */

/* A quantity along training. What a file does not have is NaN. */
struct curve {
    size_t n;
    const double *step;         /* [n], ascending */
    double *value, *low, *high; /* [n], the bounds of a 95% bootstrap interval */
};

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

/* RUN/analysis/about.json. Strings are never NULL. */
struct result_about {
    const char *title, *network, *extraction, *masking, *version;
    long n_players, n_traced[RESULTS_N_SPLITS], n_samples[RESULTS_N_SPLITS], seed, n_seeds;
    double label_noise; /* 0..1 */
};

struct results {
    struct arena arena; /* owns every array and string */
    struct result_about about;
    struct result_phases phases[RESULTS_N_SPLITS];
    struct result_metrics metrics;
    struct result_orders orders;
    struct curve mean_order[RESULTS_N_SPLITS];
};

/*
 * Reads the files of a run. PT_E_IO: one cannot be read; PT_E_DATA: one is not what it should be,
 * with file and, where there is one, line. The caller calls results_release() in any case.
 */
int results_load(const char *run_directory, struct results *results, struct pt_error *error);
void results_release(struct results *results);

/* The parts of results_load() that read JSON; `path` names the file. */
int results_load_about(const char *path, struct results *results, struct pt_error *error);
int results_load_phases(const char *path, struct results *results, struct pt_error *error);

#endif
