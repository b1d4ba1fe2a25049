/* The interactions of many value tables: extracted over threads, summed up by order, stored. */
#ifndef STUDY_EXTRACT_H
#define STUDY_EXTRACT_H

#include "study/value_tables.h"
#include "trace/interactions.h"

#include <stdint.h>

/* What is asked of the exact solver unless something else is, and what can be asked. */
#define EXTRACTION_GAP 1e-4
#define EXTRACTION_TIE_GAP 1e-5
#define EXTRACTION_SMALLEST_GAP 1e-10
#define EXTRACTION_LARGEST_GAP 0.1

/* N = 2^n_players, m = n_tables; tables and options are borrowed, the arrays owned. */
struct extraction {
    const struct value_tables *tables;
    struct interaction_options options;
    double *I_and, *I_or; /* [m, N] as interaction_extract() gives them */
    double *noise;        /* [m, N]; NULL without noise */
    double *dual;         /* [m, N] multipliers that prove dual_bound; NULL when not kept */
    double *objective;    /* [m] sum of |I| */
    double *least;        /* [m] smallest sum found, of the plain cost: within gap of dual_bound */
    double *dual_bound;   /* [m] no decomposition of the table has a smaller sum */
    int32_t *iterations;  /* [m] */
    int32_t *status;      /* [m] an enum pt_trace_status */
    size_t n_unconverged; /* tables whose status is not PT_TRACE_CONVERGED */
};

/*
 * Extracts every table with at most `n_threads` threads; the result does not depend on how many.
 * PT_E_STOPPED when the options' stop was set. PT_E_MEMORY comes before any work: all that it will
 * take is asked for first. The caller frees with extraction_free().
 */
int extract_tables(const struct value_tables *tables, const struct interaction_options *options,
                   int n_threads, struct extraction **extraction, struct pt_error *error);
void extraction_free(struct extraction *extraction); /* NULL is allowed */

/* What is said about one order k: the means over tables, of salient interactions only. */
struct extraction_order {
    double n_and, n_or;               /* how many */
    double and_strength, or_strength; /* sums of |I| */
};

/* An interaction is salient from this part of its table's largest |I| on (P5). */
#define EXTRACTION_SALIENT_PART 0.05

/* orders[n_players], order k at k - 1. */
void extraction_sum_orders(const struct extraction *extraction, struct extraction_order *orders);

/*
 * Writes the .npz file that doc/FORMATS.md describes, atomically; a file of that name is replaced.
 * PT_E_DIVERGED, and no file, when a number is not finite; PT_E_IO.
 */
int extraction_write(const struct extraction *extraction, const char *path, struct pt_error *error);

#endif
