/* The transforms of num/kron.h for any x86-64 or other processor. */
#define KRON_SET kron_kernels_baseline
#define KRON_NAME "baseline"
#define KRON_LANES 2
extern const struct kron_kernels KRON_SET;
#include "num/kron_kernels.inc.h"
