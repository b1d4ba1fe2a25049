/* The hot loops of num/kernels.h for processors with AVX-512. */
#define KERNEL_LANES 8
#include "num/kernels.inc.h"

extern const struct kernels kernels_avx512;
const struct kernels kernels_avx512 = KERNEL_SET("avx512");
