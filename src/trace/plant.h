/* The interactions that a generated data set has by its making, on samples that were traced. */
#ifndef TRACE_PLANT_H
#define TRACE_PLANT_H

#include "phasetrace/dataset.h"
#include "phasetrace/trace.h"

/*
 * The trace that a network with exactly the planted log-odds would give on the samples of `traced`,
 * which a tracer made from `dataset`, at the input, with baseline black and background keep: the
 * same samples, labels and players; v from the function of dataset->plant, negated for label 0;
 * I_and and I_or from its terms, without an extraction, so that entry by entry they are what was
 * planted:
 *
 * A term acts on the players among its inputs that are 1 in the sample. An AND term acts if all its
 * inputs are 1. An OR term does not if an input that is no player is 1: it holds whatever the
 * players do. Terms that are left with no player are part of v(0), those left with one are in
 * I_and; several that are left with the same players add up.
 *
 * Step, iterations and dual_bound are 0 (nothing is proved), objective is the sum of |I|. The
 * caller frees with pt_trace_free(). PT_E_CONFIG: nothing is planted in this set; PT_E_DATA: the
 * samples or players of `traced` are not of this set, the message names the sample.
 */
int plant_trace(const struct pt_dataset *dataset, const struct pt_trace *traced,
                struct pt_trace **plant, struct pt_error *error);

#endif
