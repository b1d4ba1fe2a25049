/* The value table of a model that is a function of masks. */
#ifndef STUDY_VALUE_FUNCTION_H
#define STUDY_VALUE_FUNCTION_H

#include "phasetrace/status.h"

#include <stddef.h>
#include <stdint.h>

/* The function with how it is called, as struct pt_explain_options says. */
struct value_function {
    int (*value)(const uint32_t *masks, size_t n_masks, double *v, void *user);
    void *user;
    size_t block;
    int n_threads;
    const volatile int *stop; /* may be NULL */
};

/*
 * Calls the function until `v` [2^n_players] is filled, every mask once; where it writes nothing v
 * is NaN. PT_E_STOPPED: it returned something else than 0, the message has the lowest masks for
 * which it did, or the stop was set.
 */
int value_function_fill(const struct value_function *function, size_t n_players, double *v,
                        struct pt_error *error);

#endif
