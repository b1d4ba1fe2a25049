/* RUN/metrics.csv: losses and accuracies while a network trains. */
#ifndef PHASETRACE_METRICS_H
#define PHASETRACE_METRICS_H

#include "phasetrace/status.h"

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The bounds of a 95% bootstrap interval over samples. */
struct pt_bounds {
    double low, high;
};

/* One evaluation, over the whole of each split. NaN, in the file an empty cell, is unknown. */
struct pt_metrics_row {
    long step;
    double epoch;
    double train_loss, test_loss; /* mean cross-entropy, nats */
    double loss_gap;              /* test_loss - train_loss */
    double train_accuracy, test_accuracy;
    double learning_rate;
    double train_clean_loss; /* of the training samples whose label is right */
    struct pt_bounds train_loss_bounds, test_loss_bounds, loss_gap_bounds;
    struct pt_bounds train_accuracy_bounds, test_accuracy_bounds;
};

#define PT_METRICS_LINE_BYTES 1024

/* The first line of the file and the line of one evaluation, each with its newline. */
PT_API void pt_metrics_header(char line[PT_METRICS_LINE_BYTES]);
PT_API void pt_metrics_format(const struct pt_metrics_row *row, char line[PT_METRICS_LINE_BYTES]);

/*
 * Reads the file back; every column must be there, in any order. PT_E_IO; PT_E_DATA with the line.
 * The caller frees the rows with pt_metrics_free().
 */
PT_API int pt_metrics_read(const char *path, struct pt_metrics_row **rows, size_t *n_rows,
                           struct pt_error *error);
PT_API void pt_metrics_free(struct pt_metrics_row *rows); /* NULL is allowed */

#ifdef __cplusplus
}
#endif

#endif
