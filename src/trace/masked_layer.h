/* The map that is masked: the input or the output of a named ReLU, and its baseline values. */
#ifndef TRACE_MASKED_LAYER_H
#define TRACE_MASKED_LAYER_H

#include "phasetrace/config.h"
#include "phasetrace/dataset.h"
#include "phasetrace/network.h"

struct masked_layer {
    size_t first_layer;    /* the masked map is the input of this layer of the network */
    struct pt_shape shape; /* of the map */
};

/* PT_E_CONFIG when `name` is neither "input" nor a ReLU whose output is a map, or when a layer
 * behind it reads what lies before it, as in the midst of a residual block. */
int masked_layer_find(const struct pt_network *network, const char *name,
                      struct masked_layer *layer, struct pt_error *error);

/*
 * Baseline values into `values` [channels, height, width]. At the input, in standardised units:
 * black is raw value 0, channel-mean and zero are 0, mean-image is the mean training image; of a
 * table all but black are the columns' means. After a ReLU the baseline is 0, "no activation";
 * anything but `zero` is PT_E_CONFIG there.
 */
int masked_layer_baseline(const struct masked_layer *layer, enum pt_baseline baseline,
                          const struct pt_dataset *dataset, float *values, struct pt_error *error);

#endif
