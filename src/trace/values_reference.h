/*
 * Value tables by brute force, what the fast ones of trace/values.h are held against in tests.
 *
 * The same functions with the same meaning; every mask costs a forward pass.
 */
#ifndef TRACE_VALUES_REFERENCE_H
#define TRACE_VALUES_REFERENCE_H

#include "trace/values.h"

struct value_reference;

int value_reference_create(const struct value_plan *plan, struct value_reference **reference,
                           struct pt_error *error);
void value_reference_free(struct value_reference *reference);
int value_reference_evaluate(struct value_reference *reference, const float *map,
                             const int32_t *owner, int32_t label, double *v,
                             struct pt_error *error);

#endif
