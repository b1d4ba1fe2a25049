/* Taking over what another trace knows of a sample. */
#ifndef TRACE_TRACE_COPY_H
#define TRACE_TRACE_COPY_H

#include "phasetrace/trace.h"

/*
 * Fills the tables and results of sample `i` of `to` from `from`, where that has the sample, by
 * split and index; returns whether it has. What describes the sample is there in both. Both have as
 * many players, and noise terms or not.
 */
int trace_copy_sample(const struct pt_trace *from, struct pt_trace *to, size_t i);

#endif
