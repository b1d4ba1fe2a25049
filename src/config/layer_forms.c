/* The words that layers are written with, in a table of all of them. */
#include "config/layer_forms.h"

#define SLIDES (LAYER_STRIDE | LAYER_PADDING)

const struct layer_form layer_forms[] = {
    {"conv",
     PT_CONV2D,
     {LAYER_CHANNELS, LAYER_SQUARE},
     SLIDES | LAYER_NO_BIAS,
     "conv CHANNELS KxK [stride S] [padding P] [no-bias]"},
    {"dense", PT_DENSE, {LAYER_OUTPUTS}, LAYER_NO_BIAS, "dense OUTPUTS|classes [no-bias]"},
    {"batchnorm", PT_BATCH_NORM, {LAYER_NONE}, 0, "batchnorm"},
    {"relu", PT_RELU, {LAYER_NONE}, 0, "relu"},
    {"maxpool", PT_MAX_POOL, {LAYER_KERNEL}, SLIDES, "maxpool K [stride S] [padding P]"},
    {"avgpool", PT_AVERAGE_POOL, {LAYER_KERNEL}, SLIDES, "avgpool K [stride S] [padding P]"},
    {"global-avgpool", PT_GLOBAL_AVERAGE_POOL, {LAYER_NONE}, 0, "global-avgpool"},
    {"dropout", PT_DROPOUT, {LAYER_SHARE}, 0, "dropout SHARE"},
    {"flatten", PT_FLATTEN, {LAYER_NONE}, 0, "flatten"},
    {"residual", PT_RESIDUAL, {LAYER_CHANNELS}, LAYER_STRIDE, "residual CHANNELS [stride S]"},
};
const size_t layer_n_forms = sizeof layer_forms / sizeof *layer_forms;

const struct layer_option layer_options[] = {
    {"stride", LAYER_STRIDE}, {"padding", LAYER_PADDING}, {"no-bias", LAYER_NO_BIAS}};
const size_t layer_n_options = sizeof layer_options / sizeof *layer_options;

const char layer_grammar[] =
    "conv CHANNELS KxK [stride S] [padding P] [no-bias]\n"
    "dense OUTPUTS|classes [no-bias]\n"
    "batchnorm\n"
    "relu\n"
    "maxpool K [stride S] [padding P]\n"
    "avgpool K [stride S] [padding P]\n"
    "global-avgpool\n"
    "dropout SHARE\n"
    "flatten\n"
    "residual CHANNELS [stride S]\n"
    "\n"
    "The last layer is 'dense classes', which has an output for each class.\n"
    "Where no stride is given it is 1, that of a pool its kernel K; padding is\n"
    "0, dropout sets this SHARE of its inputs to 0. A dense layer flattens a\n"
    "map by itself; convolutions, pools and residuals need a map, and cannot\n"
    "follow a dense layer or flatten. A residual is two 3x3 convolutions with\n"
    "batch normalisation and ReLUs and, beside them, a shortcut: a 1x1\n"
    "convolution where the shape changes. For example:\n"
    "\n"
    "preset = layers\n"
    "layers = conv 16 3x3 padding 1 no-bias, batchnorm, relu,\n"
    "         maxpool 2,\n"
    "         residual 32 stride 2,\n"
    "         residual 32,\n"
    "         global-avgpool, flatten,\n"
    "         dropout 0.5,\n"
    "         dense classes\n";

static int is_pool(enum pt_layer_kind kind)
{
    return kind == PT_MAX_POOL || kind == PT_AVERAGE_POOL;
}

long layer_usual_stride(const struct pt_layer_spec *spec)
{
    if (is_pool(spec->kind))
        return spec->kernel;
    return spec->kind == PT_CONV2D || spec->kind == PT_RESIDUAL;
}

long layer_most_padding(const struct pt_layer_spec *spec)
{
    return is_pool(spec->kind) ? spec->kernel / 2 : spec->kernel - 1;
}
