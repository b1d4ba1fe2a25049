/*
 * Convolutions of the masked map itself.
 *
 * Where each position of a map belongs to one player at most, a convolution gives for a mask what
 * it gives without any player, and for each player that is present the convolution of what changes
 * with it. These are computed for whole rows of the map; a window's table then is sums of them.
 */
#ifndef TRACE_TABLE_FIRST_CONV_H
#define TRACE_TABLE_FIRST_CONV_H

#include "trace/table_layers.h"
#include "trace/tap_weights.h"

struct table_first_conv;

/* `weights` are borrowed. */
int table_first_conv_create(const struct tap_weights *weights, int relu,
                            struct table_first_conv **conv, struct pt_error *error);
void table_first_conv_free(struct table_first_conv *conv); /* NULL is allowed */

/* Whether positions belong to one player at most. */
int table_first_conv_applies(const struct table_map *input);

/* As those of trace/table_conv.h, for such maps. */
struct table_cost table_first_conv_plan(struct table_first_conv *conv,
                                        const struct table_map *input, struct table_map *output);
void table_first_conv_fill(const struct table_first_conv *conv, const struct table_map *input,
                           struct table_map *output, float *scratch);

#endif
