/* The phases of a run in words. */
#ifndef REPORT_PHASE_LIST_H
#define REPORT_PHASE_LIST_H

#include "report/results.h"

#define PHASES_MAX 3

enum phase_kind {
    PHASES_TWO,  /* of P1: before and after t* */
    PHASES_THREE /* of P4; of P1 when the run does not know them */
};

struct phase {
    double end;          /* the step that ends it; NaN for the last one */
    const char *meaning; /* what happens in it; "" when that is not what the papers describe */
};

/* The phases in their order; returns how many there are, 0 when there is no boundary. */
size_t phases_list(const struct results *results, enum phase_kind kind,
                   struct phase phases[PHASES_MAX]);

#endif
