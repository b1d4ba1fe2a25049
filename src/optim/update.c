/* Choice of the instruction set that the optimisers' loops run on. */
#include "optim/update.h"

#include <string.h>

extern const struct update_kernels update_baseline;
#if defined(__x86_64__)
extern const struct update_kernels update_avx2, update_avx512;
#endif

const struct update_kernels *update_kernels_of(const char *name)
{
#if defined(__x86_64__)
    if (strcmp(name, update_avx512.name) == 0)
        return &update_avx512;
    if (strcmp(name, update_avx2.name) == 0)
        return &update_avx2;
#endif
    (void)name;
    return &update_baseline;
}
