/* Progress on stderr: one line that updates on a terminal, one line an epoch otherwise. */
#ifndef APP_PROGRESS_H
#define APP_PROGRESS_H

#include "phasetrace/series.h"

enum progress_mode { PROGRESS_QUIET, PROGRESS_LINES, PROGRESS_REPLACED };

#define PROGRESS_MAX_ROWS 64

struct progress_view {
    enum progress_mode mode;
    int verbose;        /* lines for every snapshot, too */
    int live;           /* shows the order spectrum of the last traced checkpoint */
    long spectrum_step; /* of the one shown as a table last; -1: none */
    char member[80];    /* which run of a series: "[2/6 seed_2]"; may be empty */
    /* What is on the terminal and is replaced by the next report: columns of each row. */
    size_t n_rows, row_columns[PROGRESS_MAX_ROWS];
};

/* `live`: with order spectra, as bars on a terminal, as tables otherwise. */
struct progress_view progress_view_make(int quiet, int verbose, int live);

/* Callback for struct pt_series_options. */
void progress_member(void *user, const struct pt_series_progress *progress);

/* Callbacks for struct pt_run_options; `user` is the struct progress_view. */
void progress_show(void *user, const struct pt_run_progress *progress);
void progress_log(void *user, enum pt_log_level level, const char *message);

/* Erases what will be replaced, before anything else is printed. */
void progress_end(struct progress_view *view);

#endif
