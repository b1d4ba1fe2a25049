/*
 * Thread policy: one level of coarse OpenMP parallelism (over samples), each piece of work
 * computed by one thread in a fixed order, so that results do not depend on the thread count.
 */
#ifndef BASE_THREADS_H
#define BASE_THREADS_H

/* Processors this process may run on (its affinity mask), at least 1. */
int threads_available(void);

/* What a run uses: `requested` when > 0, otherwise threads_available(). Passed on to every
 * parallel region's num_threads(); omp_set_num_threads() is never called, because OpenBLAS in
 * its OpenMP flavour would follow it. */
int threads_resolve(int requested);

/* Inside a parallel region, the calling thread's number, from 0. */
int thread_index(void);

#endif
