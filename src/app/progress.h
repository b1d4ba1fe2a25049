/* Progress on stderr: one line that updates on a terminal, one line an epoch otherwise. */
#ifndef APP_PROGRESS_H
#define APP_PROGRESS_H

#include "phasetrace/series.h"

enum progress_mode { PROGRESS_QUIET, PROGRESS_LINES, PROGRESS_LIVE };

struct progress_view {
    enum progress_mode mode;
    int verbose;     /* lines for every snapshot, too */
    int line_open;   /* a line is on the terminal that the next report replaces */
    char member[80]; /* which run of a series, before every line: "[2/6 seed_2] "; may be empty */
};

struct progress_view progress_view_make(int quiet, int verbose);

/* Callback for struct pt_series_options. */
void progress_member(void *user, const struct pt_series_progress *progress);

/* Callbacks for struct pt_run_options; `user` is the struct progress_view. */
void progress_show(void *user, const struct pt_run_progress *progress);
void progress_log(void *user, enum pt_log_level level, const char *message);

/* Erases the open line, before anything else is printed. */
void progress_end(struct progress_view *view);

#endif
