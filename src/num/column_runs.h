/*
 * Columns of a matrix that vary, as runs of neighbours.
 *
 * The margins of images are the same in every sample of a batch. What such columns add to a product
 * is the same for every sample, too, and is computed once; what is left is copied run by run, so it
 * has to lie in few of them.
 */
#ifndef NUM_COLUMN_RUNS_H
#define NUM_COLUMN_RUNS_H

#include <stddef.h>
#include <stdint.h>

struct kernels;

#define COLUMN_RUNS_MOST 64

struct column_run {
    uint32_t first, n;
};

/* In ascending order, with at least two columns from the end of a run to the next. */
struct column_runs {
    uint32_t n_columns; /* of the matrix */
    uint32_t n_kept;    /* in the runs */
    uint32_t n_runs;
    struct column_run run[COLUMN_RUNS_MOST];
};

/*
 * Finds the columns of `matrix` [n_rows, n_columns <= UINT32_MAX], without gaps between rows, that
 * do not hold the same bytes in every row. Where leaving out the others is not worth while, because
 * they or the rows are few, or lie in too many pieces, or nothing would be left, all columns are
 * kept as one run.
 */
void column_runs_find(const struct kernels *kernels, const float *matrix, size_t n_rows,
                      size_t n_columns, struct column_runs *runs);

/* The pieces of runs that the columns from `first` to `first` + n of those kept lie in; returns how
 * many. */
size_t column_runs_cut(const struct column_runs *runs, size_t first, size_t n,
                       struct column_run cut[COLUMN_RUNS_MOST]);

#endif
