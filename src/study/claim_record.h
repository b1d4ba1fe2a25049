/* Claims as structures, from the JSON they are stored in. */
#ifndef STUDY_CLAIM_RECORD_H
#define STUDY_CLAIM_RECORD_H

#include "base/mem.h"
#include "phasetrace/analysis.h"

#include <jansson.h>

/* Claims and strings come from the arena; texts that are missing are empty, numbers NaN, and
 * details beyond PT_MAX_CLAIM_DETAILS left out. */
int claim_records(const json_t *claims, struct arena *arena, struct pt_claim **records,
                  size_t *n_records, struct pt_error *error);

#endif
