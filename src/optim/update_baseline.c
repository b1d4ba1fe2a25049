/* The loops of optim/update.h for any processor. */
#include "optim/update.inc.h"

extern const struct update_kernels update_baseline;
const struct update_kernels update_baseline = UPDATE_SET("baseline");
