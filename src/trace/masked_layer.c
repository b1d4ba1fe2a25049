/* Finding the map that is masked, and the values that stand for "absent" in it. */
#include "trace/masked_layer.h"

#include <string.h>

/* A layer behind `index` that reads what lies before it, or n_layers. PT_INPUT + 1 is 0. */
static size_t find_bypass(const struct pt_network *network, size_t index)
{
    size_t i = index + 1;
    for (; i < pt_network_n_layers(network); i++) {
        struct pt_layer_info info = pt_network_layer(network, i);
        if (info.from + 1 <= index || (info.second != PT_NO_LAYER && info.second + 1 <= index))
            break;
    }
    return i;
}

int masked_layer_find(const struct pt_network *network, const char *name,
                      struct masked_layer *layer, struct pt_error *error)
{
    if (strcmp(name, "input") == 0) {
        *layer = (struct masked_layer){0, pt_network_layer(network, 0).input};
        return PT_OK;
    }
    size_t index = pt_network_find_layer(network, name);
    if (index == pt_network_n_layers(network))
        return pt_error_set(error, PT_E_CONFIG, "the network has no layer '%s' to mask", name);
    struct pt_layer_info info = pt_network_layer(network, index);
    if (strcmp(info.kind, "relu") != 0 || info.output.height * info.output.width < 2)
        return pt_error_set(error, PT_E_CONFIG,
                            "layer '%s' cannot be masked: it is no ReLU with a map as output",
                            name);
    size_t reader = find_bypass(network, index);
    if (reader < pt_network_n_layers(network))
        return pt_error_set(error, PT_E_CONFIG,
                            "layer '%s' cannot be masked: layer '%s' reads the output of a layer "
                            "before it; choose one between two residual blocks",
                            name, pt_network_layer(network, reader).name);
    *layer = (struct masked_layer){index + 1, info.output};
    return PT_OK;
}

int masked_layer_baseline(const struct masked_layer *layer, enum pt_baseline baseline,
                          const struct pt_dataset *dataset, float *values, struct pt_error *error)
{
    size_t n_values = layer->shape.channels * layer->shape.height * layer->shape.width;
    if (layer->first_layer > 0 && baseline != PT_BASELINE_ZERO)
        return pt_error_set(error, PT_E_CONFIG,
                            "at a feature map the baseline value is 0: set trace.baseline = zero");
    for (size_t i = 0; i < n_values; i++) {
        if (baseline == PT_BASELINE_BLACK)
            values[i] = -dataset->mean[i] / dataset->deviation[i];
        else
            values[i] = baseline == PT_BASELINE_MEAN_IMAGE ? dataset->mean_image[i] : 0.0f;
    }
    return PT_OK;
}
