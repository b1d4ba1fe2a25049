/* Presets: the layer lists one can ask for by name. */
#include "nn/network.h"

#include "base/mem.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum kind { CONV2D, MAXPOOL2D, RELU, FLATTEN, DENSE };

/* A hidden layer's width or channels, times the factor of the options. */
static size_t scaled(const struct pt_network_options *options, size_t size)
{
    double width = options->width > 0 ? round(options->width * (double)size) : (double)size;
    return width >= 1 ? (size_t)width : size > 0;
}

/* Appends a layer; there is room for it. `size`: output channels or outputs, where it matters. */
static int append(struct pt_network *network, const struct pt_network_options *options,
                  const char *name, enum kind kind, size_t size, struct pt_error *error)
{
    struct layer *layer = &network->layers[network->n_layers];
    int is_first = network->n_layers++ == 0;
    layer->input = is_first ? options->input : layer[-1].output;
    snprintf(layer->name, sizeof layer->name, "%s", name);
    switch (kind) {
    case CONV2D: {
        /* LeNet was made for 32x32 images; the digits of MNIST get a border of 2. */
        int is_small = options->input.height < 32 || options->input.width < 32;
        return conv2d_make(layer, size, 5, 1, is_first && is_small ? 2 : 0, error);
    }
    case MAXPOOL2D:
        return maxpool2d_make(layer, 2, 2, error);
    case DENSE:
        return dense_make(layer, size, error);
    case RELU:
        relu_make(layer);
        break;
    case FLATTEN:
        flatten_make(layer);
        break;
    }
    return PT_OK;
}

static int make_mlp(const struct pt_network_options *options, struct pt_network *network,
                    struct pt_error *error)
{
    int status = PT_OK;
    for (size_t i = 0; i < options->n_hidden && !status; i++) {
        char name[LAYER_NAME_BYTES];
        snprintf(name, sizeof name, "fc%zu", i + 1);
        /* A width below 1 becomes one that dense_make() refuses. */
        size_t width = scaled(options, options->hidden[i] > 0 ? (size_t)options->hidden[i] : 0);
        status = append(network, options, name, DENSE, width, error);
        snprintf(name, sizeof name, "relu%zu", i + 1);
        if (!status)
            status = append(network, options, name, RELU, 0, error);
    }
    char name[LAYER_NAME_BYTES];
    snprintf(name, sizeof name, "fc%zu", options->n_hidden + 1);
    return status ? status : append(network, options, name, DENSE, options->n_classes, error);
}

/* LeCun, Bottou, Bengio, Haffner, "Gradient-based learning applied to document recognition",
 * Proc. IEEE 86 (1998), figure 2, with ReLU and max pooling as it is used today. */
static int make_lenet(const struct pt_network_options *options, struct pt_network *network,
                      struct pt_error *error)
{
    const struct {
        const char *name;
        enum kind kind;
        size_t size;
    } rows[] = {
        {"conv1", CONV2D, scaled(options, 6)},
        {"relu1", RELU, 0},
        {"pool1", MAXPOOL2D, 0},
        {"conv2", CONV2D, scaled(options, 16)},
        {"relu2", RELU, 0},
        {"pool2", MAXPOOL2D, 0},
        {"flatten", FLATTEN, 0},
        {"fc1", DENSE, scaled(options, 120)},
        {"relu3", RELU, 0},
        {"fc2", DENSE, scaled(options, 84)},
        {"relu4", RELU, 0},
        {"fc3", DENSE, options->n_classes},
    };
    int status = PT_OK;
    for (size_t i = 0; i < sizeof rows / sizeof *rows && !status; i++)
        status = append(network, options, rows[i].name, rows[i].kind, rows[i].size, error);
    return status;
}

static const struct preset {
    const char *name;
    size_t most_layers;
    int (*make)(const struct pt_network_options *options, struct pt_network *network,
                struct pt_error *error);
} presets[] = {
    {"mlp", 2 * PT_MAX_HIDDEN + 1, make_mlp},
    {"lenet", 12, make_lenet},
};

static const struct preset *find_preset(const char *name)
{
    for (size_t i = 0; i < sizeof presets / sizeof *presets; i++)
        if (strcmp(presets[i].name, name) == 0)
            return &presets[i];
    return NULL;
}

int preset_make(const struct pt_network_options *options, struct pt_network *network,
                struct pt_error *error)
{
    const struct preset *preset = find_preset(options->preset);
    if (!preset)
        return pt_error_set(error, PT_E_CONFIG, "unknown preset \"%s\": mlp and lenet exist",
                            options->preset);
    if (options->n_classes < 2 || options->n_classes > UINT8_MAX + 1)
        return pt_error_set(error, PT_E_CONFIG, "%zu classes are not in 2..%d", options->n_classes,
                            UINT8_MAX + 1);
    if (options->n_hidden > PT_MAX_HIDDEN)
        return pt_error_set(error, PT_E_CONFIG, "%zu hidden layers are more than %d",
                            options->n_hidden, PT_MAX_HIDDEN);
    const struct pt_shape *input = &options->input;
    const size_t sizes[] = {input->channels, input->height, input->width};
    size_t n_inputs;
    int status = layer_count("input", "shape", sizes, 3, &n_inputs, error);
    if (status)
        return status;
    network->layers = mem_alloc(preset->most_layers, sizeof *network->layers, error);
    return network->layers ? preset->make(options, network, error) : PT_E_MEMORY;
}
