/* From a value table to its AND and OR interactions. */
#ifndef TRACE_INTERACTIONS_H
#define TRACE_INTERACTIONS_H

#include "phasetrace/config.h"
#include "trace/sparse.h"

#include <stdint.h>

/* Solvers for every number of live players up to n, and tables for one sample; one thread. */
struct interaction_extractor;

struct interaction_options {
    enum pt_solver solver;
    double gap, tie_gap;      /* of the exact solver; tie_gap 0: any optimal solution */
    double noise;             /* exact, sgd: noise may be this share of |v(N) - v(0)|; 0: none */
    long max_iterations;      /* of each stage of the exact solver; 0: the default cap */
    const volatile int *stop; /* non-zero ends an extraction early; may be NULL */
    int keep_dual;            /* exact: keep the multipliers for interaction_dual() */
};

int interaction_extractor_create(unsigned n_players, const struct interaction_options *options,
                                 struct interaction_extractor **extractor, struct pt_error *error);
void interaction_extractor_free(struct interaction_extractor *extractor);
/* Frees what extractions have allocated; the next ones allocate it anew. */
void interaction_extractor_rest(struct interaction_extractor *extractor);
/* What extractions will allocate at most, the solvers that tables with dummies need included. */
size_t interaction_extractor_bytes(unsigned n_players, const struct interaction_options *options);

/*
 * Interactions of v [2^n] into I_and, I_or [2^n] (any alignment), singletons merged into I_and,
 * entry 0 of both 0; the noise term into `noise` [2^n] (may be NULL when there is none). Players on
 * which v does not depend at all are dropped first, which is exact and halves the work for each.
 * PT_E_STOPPED: the options' stop was set. PT_E_DIVERGED when v has a value that is not finite: the
 * message names the mask.
 */
int interaction_extract(struct interaction_extractor *extractor, const double *v, double *I_and,
                        double *I_or, double *noise, struct sparse_result *result,
                        struct pt_error *error);

/*
 * The multipliers [2^n] that prove the bound of the last extraction (trace/sparse.h), which kept
 * them; 0 for the other solvers.
 */
void interaction_dual(const struct interaction_extractor *extractor, double *dual);

/* Whether this way to extract can leave noise out: with one kind alone there is no choice. */
int interaction_takes_noise(enum pt_solver solver);

/* Bit i is set when v depends on player i. */
uint32_t interaction_live_players(const double *v, unsigned n_players);

#endif
