/* What the fuzz targets of averages over seeds share: the seeds. */
#ifndef FUZZ_SEEDS_H
#define FUZZ_SEEDS_H

#include "fuzz.h"

#include "study/aggregate.h"

#include <stdio.h>

/* `n` seeds, each of them the directory "run" in the scratch directory; valid until the next call.
 */
static inline const struct seed_set *fuzz_seeds(size_t n)
{
    static struct seed_set set;
    set.n = n;
    for (size_t i = 0; i < n; i++)
        snprintf(set.directories[i], sizeof set.directories[i], "%s", fuzz_path("run"));
    return &set;
}

#endif
