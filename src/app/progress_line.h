/* The line that says where a run stands. */
#ifndef APP_PROGRESS_LINE_H
#define APP_PROGRESS_LINE_H

#include "base/text.h"
#include "phasetrace/run.h"

/* Appends it without a newline, in at most `width` columns: what matters less is left out first.
 * `member` comes before it, and may be empty. Returns the columns it took. */
size_t progress_line(struct text *to, const char *member, const struct pt_run_progress *progress,
                     size_t width);

/* "45 s", "3m05s", "2h10m" */
const char *progress_duration(double seconds, char text[32]);

#endif
