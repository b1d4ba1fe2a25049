/* The transforms of num/kron.h for processors with avx2. */
#define KRON_SET kron_kernels_avx2
#define KRON_NAME "avx2"
#define KRON_LANES 4
extern const struct kron_kernels KRON_SET;
#include "num/kron_kernels.inc.h"
