/* The numbers that the comparison of extractions is drawn from, as read from .npz files. */
#ifndef REPORT_COMPARISON_H
#define REPORT_COMPARISON_H

#include "base/mem.h"
#include "phasetrace/status.h"
#include "phasetrace/trace.h"
#include "report/canvas.h"

#include <stddef.h>

#define COMPARISON_MIN_FILES 2
#define COMPARISON_MAX_FILES 4

/* The `solver` of a file of `train extract` (doc/FORMATS.md). */
enum compared_solver {
    COMPARED_EXACT,
    COMPARED_AND,
    COMPARED_OR,
    COMPARED_SGD,
    COMPARED_N_SOLVERS
};

/* One file; index 0 of an array over orders is order 1. All interactions count. */
struct compared_file {
    const char *path; /* borrowed */
    enum compared_solver solver;
    double noise_share, tie_gap;
    long n_iterations; /* the most that a table took */
    /* An order's part, 0..1, of the sum of |I|: the mean over tables and two of their percentiles,
     * NaN when all tables are 0. */
    double share[PT_MAX_PLAYERS], share_low[PT_MAX_PLAYERS], share_high[PT_MAX_PLAYERS];
    double mean_order;           /* of the mean shares */
    double *objective;           /* [n_tables] the sum of |I| */
    double *dual_bound;          /* [n_tables] proved; 0 for solvers other than exact */
    double *ratio, ratio_median; /* [n_tables] objective / the best bound; NaN without a bound */
};

struct comparison {
    struct arena arena; /* owns every array */
    size_t n_files, n_tables, n_players;
    struct compared_file files[COMPARISON_MAX_FILES];
};

#define COMPARISON_LOW 0.1 /* share_low and share_high: the middle 80% of the tables */
#define COMPARISON_HIGH 0.9

/*
 * Reads the files. A bound is taken from the files of the exact solver alone, for all files with
 * the same noise share: for others it bounds something else. PT_E_CONFIG: not 2 to 4 files;
 * PT_E_IO: one cannot be read; PT_E_DATA, with its name: one is not what `train extract` writes, or
 * has other values v than the first. The caller calls comparison_release() in any case.
 */
int comparison_load(const char *const *paths, size_t n_paths, struct comparison *comparison,
                    struct pt_error *error);
void comparison_release(struct comparison *comparison);

/* "exact: sparsest AND/OR, noise term 0.02": what a file holds. */
void comparison_describe(const struct compared_file *file, char *text, size_t text_bytes);

/* The page below its subtitle: shares by order, beside objectives over their lower bound. */
void fig_comparison(struct canvas *canvas, const struct comparison *comparison);

#endif
