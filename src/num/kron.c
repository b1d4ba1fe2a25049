/* Choice of the instruction set that the subset transforms run on. */
#include "num/kron.h"

#include <stdlib.h>
#include <string.h>

extern const struct kron_kernels kron_kernels_baseline;
#if defined(__x86_64__)
extern const struct kron_kernels kron_kernels_avx2, kron_kernels_avx512;
#endif

size_t kron_all_kernels(const struct kron_kernels *kernels[3])
{
    size_t n = 0;
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512f"))
        kernels[n++] = &kron_kernels_avx512;
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
        kernels[n++] = &kron_kernels_avx2;
#endif
    kernels[n++] = &kron_kernels_baseline;
    return n;
}

const struct kron_kernels *kron_kernels(void)
{
    const struct kron_kernels *kernels[3];
    size_t n = kron_all_kernels(kernels);
    const char *wanted = getenv("PHASETRACE_CPU");
    for (size_t i = 0; wanted && i < n; i++)
        if (strcmp(kernels[i]->name, wanted) == 0)
            return kernels[i];
    return kernels[0];
}
