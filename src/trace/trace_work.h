/*
 * The file of a trace in work: samples that are finished, appended one by one, each with a
 * checksum.
 *
 * After a stop, a kill or a crash the trace goes on with the samples that are not in it. A file of
 * another trace, and what follows a damaged record, counts as not there. Its form is the program's
 * own (numbers as they are in memory): no one else reads it.
 */
#ifndef TRACE_TRACE_WORK_H
#define TRACE_TRACE_WORK_H

#include "phasetrace/trace.h"

struct trace_work;

/*
 * Opens the file at `path` for `trace`, whose samples and players are known; `network_crc` stands
 * for the network that is traced. Fills the results of the samples that are in it and sets their
 * `done` [n_samples] to 1. Both are borrowed. PT_E_IO. The caller ends with trace_work_close().
 */
int trace_work_open(const char *path, uint32_t network_crc, struct pt_trace *trace, char *done,
                    struct trace_work **work, struct pt_error *error);
/* Appends sample `i`; one thread at a time. */
int trace_work_add(struct trace_work *work, size_t i, struct pt_error *error);
void trace_work_close(struct trace_work *work); /* the file stays; NULL is allowed */

#endif
