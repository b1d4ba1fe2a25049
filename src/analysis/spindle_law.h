/* The spindle: how an untrained network's strength is distributed over the orders. */
#ifndef ANALYSIS_SPINDLE_LAW_H
#define ANALYSIS_SPINDLE_LAW_H

#include <stddef.h>

/*
 * What independent values v(x_T) of equal variance give a sample with n_live players that its
 * value depends on (doc/METHOD.md, "The spindle"): law[n_players] = C(n_live, k) 2^(k/2), k from 1.
 */
void spindle_law(size_t n_live, size_t n_players, double *law);

#endif
