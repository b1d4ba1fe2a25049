/*
 * Generality: which interactions other networks have too, and how many would be by chance.
 *
 * An interaction generalises when a baseline network, trained on other samples, has it salient on
 * the same sample, of the same type, with the same sign (P4; doc/METHOD.md, "Generalisability").
 */
#ifndef ANALYSIS_GENERALITY_H
#define ANALYSIS_GENERALITY_H

#include "analysis/encoding.h"

/* 1 when `other` has the interaction too on its sample `sample`: salient, with the same sign. */
int interaction_is_shared(const struct interaction *interaction, const struct encoding *other,
                          size_t sample);

/*
 * Where the samples of one encoding are in another: places[samples->n_samples], SIZE_MAX for those
 * it does not have. Takes n log n steps.
 */
int encoding_match_samples(const struct encoding *samples, const struct encoding *other,
                           size_t *places, struct pt_error *error);

#endif
