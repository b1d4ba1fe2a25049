/* The loops of optim/update.h for processors with AVX2. */
#include "optim/update.inc.h"

extern const struct update_kernels update_avx2;
const struct update_kernels update_avx2 = UPDATE_SET("avx2");
