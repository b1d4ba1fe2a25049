/* Networks that are given as a list of layers. */
#ifndef NN_LAYER_LIST_H
#define NN_LAYER_LIST_H

#include "nn/builder.h"

/*
 * Appends the layers of `specs` [n]: conv1, conv2, ..., bn1, ..., fc1, ..., block1, ... (a residual
 * block) by kind. Dense layers flatten what they read. Widths are multiplied by the builder's
 * factor, but for those of the last layer. The builder keeps the first error.
 */
void layer_list_build(struct builder *b, const struct pt_layer_spec *specs, size_t n,
                      size_t n_classes);

#endif
