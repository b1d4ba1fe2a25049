/* How long extractions will take, for tables that are too large to try one. */
#ifndef TRACE_EXTRACTION_TIME_H
#define TRACE_EXTRACTION_TIME_H

#include "trace/interactions.h"

/* Tables of up to so many players are extracted in seconds: trying one tells more. */
#define EXTRACTION_TIME_LEAST_PLAYERS 13

/*
 * About the seconds of one extraction from a table of n_players >= EXTRACTION_TIME_LEAST_PLAYERS:
 * of a few iterations of the exact solver on v [2^n_players], times as many as tables of trained
 * networks took; of the published procedure on fewer players, times the operations of more.
 * Allocates and frees one extractor with its solver.
 */
int extraction_time(unsigned n_players, const struct interaction_options *options, const double *v,
                    double *seconds, struct pt_error *error);

#endif
