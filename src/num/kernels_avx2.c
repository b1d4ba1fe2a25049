/* The hot loops of num/kernels.h for processors with AVX2 and FMA. */
#define KERNEL_LANES 4
#include "num/kernels.inc.h"

extern const struct kernels kernels_avx2;
const struct kernels kernels_avx2 = KERNEL_SET("avx2");
