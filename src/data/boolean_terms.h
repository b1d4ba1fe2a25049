/* The terms of the set "boolean": drawing their inputs, evaluating their sum. */
#ifndef DATA_BOOLEAN_TERMS_H
#define DATA_BOOLEAN_TERMS_H

#include "phasetrace/dataset.h"

/*
 * Draws the inputs of options->terms among the relevant ones, uniformly, no two terms over the same
 * inputs, and sets the offset to minus the expected sum of the terms over independent inputs that
 * are 1 with probability options->density. A function of the seed, the terms and the number of
 * relevant inputs. PT_E_CONFIG names the term that cannot be had.
 */
int boolean_terms_draw(const struct pt_data_options *options, struct pt_plant *plant,
                       struct pt_error *error);

/* f(x), the log-odds of label 1; bit k of `x` is input k. */
double boolean_log_odds(const struct pt_plant *plant, uint64_t x);

#endif
