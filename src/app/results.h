/* What a finished run or a plan prints on stdout. */
#ifndef APP_RESULTS_H
#define APP_RESULTS_H

#include "phasetrace/series.h"

/* The claims with their verdicts; in colour on a terminal unless NO_COLOR is set. */
void results_print_claims(const struct pt_claim *claims, size_t n_claims);

/* Where the time went, on stderr: wall time of the parts, thread-seconds of traces. */
void results_print_times(const double seconds[PT_N_PARTS], const struct pt_trace_work *traces,
                         const struct pt_trace_work *baselines);

/* The table of the layers; all else. */
void results_print_layers(const struct pt_run_plan *plan, const char *layers);
void results_print_plan(const struct pt_run_plan *plan);

/* What the seeds say together; of a sweep a few lines for each setting, then its own claims. */
void results_print_series(const struct pt_series_outcome *outcome);

#endif
