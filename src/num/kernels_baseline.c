/* The hot loops of num/kernels.h for any processor. */
#define KERNEL_LANES 2
#include "num/kernels.inc.h"

extern const struct kernels kernels_baseline;
const struct kernels kernels_baseline = KERNEL_SET("baseline");
