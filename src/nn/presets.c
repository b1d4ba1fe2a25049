/* Presets: the networks one can ask for by name, with the names of torchvision's tensors. */
#include "nn/builder.h"

#include "nn/layer_list.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

static const char *numbered(const char *name, size_t number, char text[LAYER_NAME_BYTES])
{
    snprintf(text, LAYER_NAME_BYTES, "%s%zu", name, number);
    return text;
}

static void build_hidden(struct builder *b, const long *widths, size_t n_hidden, size_t n_classes)
{
    char name[LAYER_NAME_BYTES];
    for (size_t i = 0; i < n_hidden; i++) {
        /* A width below 1 becomes one that dense_make() refuses. */
        size_t width = build_width(b, widths[i] > 0 ? (size_t)widths[i] : 0);
        build_dense(b, numbered("fc", i + 1, name), width, 1);
        build_relu(b);
    }
    build_dense(b, numbered("fc", n_hidden + 1, name), n_classes, 1);
}

static void build_mlp(struct builder *b, const struct pt_network_options *options, int variant)
{
    (void)variant;
    build_hidden(b, options->hidden, options->n_hidden, options->n_classes);
}

/* The five layers of Ren et al. 2024 (arXiv 2407.19198) for tables. */
static void build_mlp5(struct builder *b, const struct pt_network_options *options, int variant)
{
    static const long widths[] = {100, 100, 100, 100};
    (void)variant;
    build_hidden(b, widths, sizeof widths / sizeof *widths, options->n_classes);
}

/* LeCun, Bottou, Bengio, Haffner, "Gradient-based learning applied to document recognition",
 * Proc. IEEE 86 (1998), figure 2, with ReLU and max pooling as it is used today. */
static void build_lenet(struct builder *b, const struct pt_network_options *options, int variant)
{
    (void)variant;
    /* It was made for 32x32 images; the digits of MNIST get a border of 2. */
    size_t border = b->input.height < 32 || b->input.width < 32 ? 2 : 0;
    build_conv(b, "conv1", build_width(b, 6), 5, 1, border, 1);
    build_relu(b);
    build_maxpool(b, 2, 2, 0);
    build_conv(b, "conv2", build_width(b, 16), 5, 1, 0, 1);
    build_relu(b);
    build_maxpool(b, 2, 2, 0);
    build_flatten(b);
    build_dense(b, "fc1", build_width(b, 120), 1);
    build_relu(b);
    build_dense(b, "fc2", build_width(b, 84), 1);
    build_relu(b);
    build_dense(b, "fc3", options->n_classes, 1);
}

/* Krizhevsky, Sutskever, Hinton, "ImageNet classification with deep convolutional neural
 * networks", NIPS 2012, for images of 32x32: the first kernel is 3x3 with stride 2, pools are
 * 2x2. */
static void build_alexnet(struct builder *b, const struct pt_network_options *options, int variant)
{
    (void)variant;
    double dropout = options->no_dropout ? 0 : 0.5;
    build_conv(b, "features.0", build_width(b, 64), 3, 2, 1, 1);
    build_relu(b);
    build_maxpool(b, 2, 2, 0);
    build_conv(b, "features.3", build_width(b, 192), 3, 1, 1, 1);
    build_relu(b);
    build_maxpool(b, 2, 2, 0);
    build_conv(b, "features.6", build_width(b, 384), 3, 1, 1, 1);
    build_relu(b);
    build_conv(b, "features.8", build_width(b, 256), 3, 1, 1, 1);
    build_relu(b);
    build_conv(b, "features.10", build_width(b, 256), 3, 1, 1, 1);
    build_relu(b);
    build_maxpool(b, 2, 2, 0);
    build_flatten(b);
    build_dropout(b, dropout);
    build_dense(b, "classifier.1", build_width(b, 4096), 1);
    build_relu(b);
    build_dropout(b, dropout);
    build_dense(b, "classifier.4", build_width(b, 4096), 1);
    build_relu(b);
    build_dense(b, "classifier.6", options->n_classes, 1);
}

/*
 * Simonyan, Zisserman, "Very deep convolutional networks", ICLR 2015, table 1, columns A, B and D,
 * for images of 32x32: one dense layer. The variant is the number of layers, negative with batch
 * normalisation. Numbers after "features." count every module, as in torchvision.
 */
static void build_vgg(struct builder *b, const struct pt_network_options *options, int variant)
{
    static const size_t channels[] = {64, 128, 256, 512, 512};
    static const size_t depths[][5] = {{1, 1, 2, 2, 2}, {2, 2, 2, 2, 2}, {2, 2, 3, 3, 3}};
    int has_batchnorm = variant < 0, n_layers = has_batchnorm ? -variant : variant;
    const size_t *depth = depths[n_layers == 11 ? 0 : n_layers == 13 ? 1 : 2];
    char name[LAYER_NAME_BYTES];
    size_t module = 0;
    for (size_t stage = 0; stage < 5; stage++) {
        for (size_t i = 0; i < depth[stage]; i++) {
            size_t width = build_width(b, channels[stage]);
            build_conv(b, numbered("features.", module++, name), width, 3, 1, 1, 1);
            if (has_batchnorm)
                build_batchnorm(b, numbered("features.", module++, name));
            build_relu(b);
            module++;
        }
        build_maxpool(b, 2, 2, 0);
        module++;
    }
    build_flatten(b);
    build_dense(b, "classifier", options->n_classes, 1);
}

static void build_stage(struct builder *b, size_t stage, size_t n_blocks, size_t n_channels)
{
    for (size_t i = 0; i < n_blocks; i++) {
        char name[LAYER_NAME_BYTES];
        snprintf(name, sizeof name, "layer%zu.%zu", stage, i);
        build_residual(b, name, build_width(b, n_channels), i == 0 && stage > 1 ? 2 : 1);
    }
}

/* He, Zhang, Ren, Sun, "Deep residual learning", CVPR 2016: section 4.2 (6 n + 2 layers, three
 * stages of 16, 32, 64 channels) and, as variant 18, table 1 with a first convolution for small
 * images. Shortcuts that change shape are projections. */
static void build_resnet(struct builder *b, const struct pt_network_options *options, int variant)
{
    int is_18 = variant == 18;
    size_t n_channels = is_18 ? 64 : 16, n_stages = is_18 ? 4 : 3;
    size_t n_blocks = is_18 ? 2 : (size_t)(variant - 2) / 6;
    build_conv(b, "conv1", build_width(b, n_channels), 3, 1, 1, 0);
    build_batchnorm(b, "bn1");
    build_relu(b);
    for (size_t stage = 1; stage <= n_stages; stage++)
        build_stage(b, stage, n_blocks, n_channels << (stage - 1));
    build_global_avgpool(b);
    build_dense(b, "fc", options->n_classes, 1);
}

static void build_list(struct builder *b, const struct pt_network_options *options, int variant)
{
    (void)variant;
    layer_list_build(b, options->layers, options->n_layers, options->n_classes);
}

static const struct preset {
    const char *name;
    void (*build)(struct builder *b, const struct pt_network_options *options, int variant);
    int variant;
} presets[] = {
    {"mlp", build_mlp, 0},          {"mlp5", build_mlp5, 0},        {"lenet", build_lenet, 0},
    {"alexnet", build_alexnet, 0},  {"vgg11", build_vgg, 11},       {"vgg11_bn", build_vgg, -11},
    {"vgg13", build_vgg, 13},       {"vgg13_bn", build_vgg, -13},   {"vgg16", build_vgg, 16},
    {"vgg16_bn", build_vgg, -16},   {"resnet8", build_resnet, 8},   {"resnet20", build_resnet, 20},
    {"resnet32", build_resnet, 32}, {"resnet56", build_resnet, 56}, {"resnet18", build_resnet, 18},
    {"layers", build_list, 0},
};
#define N_PRESETS (sizeof presets / sizeof *presets)

const char *pt_preset_name(size_t index)
{
    return index < N_PRESETS ? presets[index].name : NULL;
}

static const struct preset *find_preset(const char *name)
{
    for (size_t i = 0; i < N_PRESETS; i++)
        if (strcmp(presets[i].name, name) == 0)
            return &presets[i];
    return NULL;
}

static int check_options(const struct pt_network_options *options, struct pt_error *error)
{
    if (options->n_classes < 2 || options->n_classes > UINT8_MAX + 1)
        return pt_error_set(error, PT_E_CONFIG, "%zu classes are not in 2..%d", options->n_classes,
                            UINT8_MAX + 1);
    if (options->n_hidden > PT_MAX_HIDDEN)
        return pt_error_set(error, PT_E_CONFIG, "%zu hidden layers are more than %d",
                            options->n_hidden, PT_MAX_HIDDEN);
    if (options->n_layers > PT_MAX_LAYER_SPECS)
        return pt_error_set(error, PT_E_CONFIG, "%zu layers are more than %d", options->n_layers,
                            PT_MAX_LAYER_SPECS);
    const struct pt_shape *input = &options->input;
    const size_t sizes[] = {input->channels, input->height, input->width};
    size_t n_inputs;
    return layer_count("input", "shape", sizes, 3, &n_inputs, error);
}

int preset_make(const struct pt_network_options *options, struct pt_network *network,
                struct pt_error *error)
{
    const struct preset *preset = find_preset(options->preset);
    if (!preset)
        return pt_error_set(error, PT_E_CONFIG, "unknown preset \"%s\"", options->preset);
    int status = check_options(options, error);
    if (status)
        return status;
    struct builder builder = {.network = network,
                              .input = options->input,
                              .width = options->width,
                              .last = PT_INPUT,
                              .misfit = options->misfit,
                              .error = error};
    if (options->misfit)
        *options->misfit = options->n_layers;
    preset->build(&builder, options, preset->variant);
    return builder_end(&builder, options->n_classes);
}
