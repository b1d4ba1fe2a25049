/* Choice of the instruction set that the hot loops run on. */
#include "num/kernels.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

extern const struct kernels kernels_baseline;
#if defined(__x86_64__)
extern const struct kernels kernels_avx2, kernels_avx512;
#endif

size_t kernels_all(const struct kernels *sets[3])
{
    size_t n = 0;
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl"))
        sets[n++] = &kernels_avx512;
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
        sets[n++] = &kernels_avx2;
#endif
    sets[n++] = &kernels_baseline;
    return n;
}

static const struct kernels *wanted_set(void)
{
    const struct kernels *sets[3];
    size_t n = kernels_all(sets);
    const char *wanted = getenv("PHASETRACE_CPU");
    for (size_t i = 0; wanted && i < n; i++)
        if (strcmp(sets[i]->name, wanted) == 0)
            return sets[i];
    return sets[0];
}

/* Threads that come first at the same time choose the same. */
static _Atomic(const struct kernels *) best;

const struct kernels *kernels_best(void)
{
    const struct kernels *chosen = atomic_load_explicit(&best, memory_order_relaxed);
    return chosen ? chosen : kernels_choose();
}

const struct kernels *kernels_choose(void)
{
    const struct kernels *chosen = wanted_set();
    atomic_store_explicit(&best, chosen, memory_order_relaxed);
    return chosen;
}
