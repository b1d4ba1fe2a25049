/* The claims of a run, all of them, as claims.json has them. */
#ifndef REPORT_CLAIM_LIST_H
#define REPORT_CLAIM_LIST_H

#include "report/results.h"

#define CLAIM_LIST_MAX 256

/* Strings are never NULL. */
struct listed_claim {
    const char *id, *paper, *figure, *statement, *reason;
    enum claim_verdict verdict;
    double value, threshold; /* NaN when not measured */
};

struct claim_list {
    size_t n;
    struct listed_claim *claims; /* [n] in the order of the file */
};

/*
 * Reads RUN/analysis/claims.json; a run without it has no claims. PT_E_IO; PT_E_DATA with file and
 * claim. The arena owns everything.
 */
int claim_list_load(const char *run_directory, struct claim_list *list, struct arena *arena,
                    struct pt_error *error);

/* How many of the claims have the verdict. */
size_t claim_list_count(const struct claim_list *list, enum claim_verdict verdict);

/* The claim called `id`, or NULL. */
const struct listed_claim *claim_list_find(const struct claim_list *list, const char *id);

#endif
