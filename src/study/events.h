/*
 * RUN/events.jsonl: what happens in a run while it happens, for machines.
 *
 * One JSON object a line, appended by one write each (doc/FORMATS.md). It holds times, so that,
 * like the manifest, it is another file after each run; and it is a history: a run that went on
 * after a kill may tell an epoch twice, with the same numbers.
 */
#ifndef STUDY_EVENTS_H
#define STUDY_EVENTS_H

#include "study/run_state.h"

#define EVENTS_FORMAT 1

/* Cuts off a last line that is not whole, which a killed process may have left. */
int events_repair(const struct run *run, struct pt_error *error);

/* The run is where it begins, or goes on. */
int events_begin(const struct run *run, struct pt_error *error);

/* An epoch, or a snapshot, with the last line of metrics.csv. */
int events_epoch(const struct run *run, struct pt_error *error);
int events_snapshot(const struct run *run, struct pt_error *error);

struct events_trace {
    const struct pt_trace *trace;
    const char *path; /* of its file, below the run directory */
    double seconds;   /* wall time */
    size_t n_unconverged;
    const struct pt_spectrum *spectrum; /* NULL: the trace is none of a checkpoint */
};

int events_trace(const struct run *run, const struct events_trace *event, struct pt_error *error);

int events_part(const struct run *run, enum pt_run_part part, struct pt_error *error);

/* The state and the reason that the manifest will have. */
int events_end(const struct run *run, struct pt_error *error);

#endif
