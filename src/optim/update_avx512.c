/* The loops of optim/update.h for processors with AVX-512. */
#include "optim/update.inc.h"

extern const struct update_kernels update_avx512;
const struct update_kernels update_avx512 = UPDATE_SET("avx512");
