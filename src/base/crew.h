/* Work for a crew: loops whose turns its threads share (phasetrace/crew.h). */
#ifndef BASE_CREW_H
#define BASE_CREW_H

#include "phasetrace/crew.h"

#include <stddef.h>

/*
 * One turn of a loop. Turns run in any order, several at once; `member` < crew_size() is the number
 * of the thread, for memory of its own.
 */
typedef void crew_work(void *context, size_t item, int member);

/* Threads of a crew; NULL is the caller alone. */
int crew_size(const struct pt_crew *crew);

/* Calls work(context, i, member) for each i < n_items and returns when all are done. Work must not
 * hand out work itself. */
void crew_share(struct pt_crew *crew, size_t n_items, crew_work *work, void *context);

#endif
