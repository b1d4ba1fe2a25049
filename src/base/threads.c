/* How many threads a run uses, and which one is running. */
#define _GNU_SOURCE
#include "base/threads.h"

#include <omp.h>
#include <sched.h>

int threads_available(void)
{
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) != 0)
        return 1;
    int n = CPU_COUNT(&set);
    return n > 0 ? n : 1;
}

int threads_resolve(int requested)
{
    return requested > 0 ? requested : threads_available();
}

int thread_index(void)
{
    return omp_get_thread_num();
}
