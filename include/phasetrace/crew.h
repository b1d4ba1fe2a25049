/*
 * Threads that help with pieces of work too small for a parallel region each.
 *
 * A training step has a dozen pieces of work, some of them microseconds long. The helpers of a crew
 * watch for the next one for a while before they go to sleep. The thread that hands out the work
 * takes part in it and never waits for a helper that has not begun: where another program keeps a
 * processor busy, it does the work alone.
 */
#ifndef PHASETRACE_CREW_H
#define PHASETRACE_CREW_H

#include "phasetrace/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Used by one thread at a time. */
struct pt_crew;

/* A crew of n_threads >= 1, the caller among them; smaller where the system has no more threads.
 * Free with pt_crew_free(). */
PT_API int pt_crew_create(int n_threads, struct pt_crew **crew, struct pt_error *error);
PT_API void pt_crew_free(struct pt_crew *crew);

#ifdef __cplusplus
}
#endif

#endif
