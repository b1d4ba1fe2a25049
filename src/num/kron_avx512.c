/* The transforms of num/kron.h for processors with avx512. */
#define KRON_SET kron_kernels_avx512
#define KRON_NAME "avx512"
#define KRON_LANES 8
extern const struct kron_kernels KRON_SET;
#include "num/kron_kernels.inc.h"
