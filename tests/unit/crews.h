/* Crews for tests: made when first asked for, kept until the test ends. */
#ifndef TESTS_CREWS_H
#define TESTS_CREWS_H

#include "phasetrace/crew.h"

enum { MOST_IN_A_CREW = 8 };

static inline struct pt_crew *crew_of(int n_threads)
{
    static struct pt_crew *crews[MOST_IN_A_CREW + 1];
    if (n_threads > 1 && !crews[n_threads])
        assert_int_equal(pt_crew_create(n_threads, &crews[n_threads], NULL), PT_OK);
    return crews[n_threads];
}

#endif
