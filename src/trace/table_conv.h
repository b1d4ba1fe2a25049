/*
 * Convolutions on tables, with the batch normalisation and the ReLU that follow them.
 *
 * Each row of an input is multiplied with the weights of each tap once, not once for every row of
 * the output that reads it. Inputs of a window that depend on the same players are added up before
 * they are spread over the rows of the output.
 */
#ifndef TRACE_TABLE_CONV_H
#define TRACE_TABLE_CONV_H

#include "trace/table_layers.h"

struct table_conv;

/* The layer, what follows it (batchnorm: NULL for none) and its weights as they will be then. */
int table_conv_create(const struct kernels *kernels, const struct pt_layer_info *layer,
                      const struct pt_layer_info *batchnorm, int relu, struct table_conv **conv,
                      struct pt_error *error);
void table_conv_free(struct table_conv *conv);

/* As those of table_layers.h; `scratch` has the size that the plan asked for. */
struct table_cost table_conv_plan(struct table_conv *conv, const struct table_map *input,
                                  struct table_map *output);
void table_conv_fill(struct table_conv *conv, const struct table_map *input,
                     struct table_map *output, float *scratch);

#endif
