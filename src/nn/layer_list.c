/* Networks that are given as a list of layers. */
#include "nn/layer_list.h"

#include <stdio.h>

struct numbers {
    size_t conv, batchnorm, dense, block;
};

static const char *numbered(const char *name, size_t *number, char text[LAYER_NAME_BYTES])
{
    snprintf(text, LAYER_NAME_BYTES, "%s%zu", name, ++*number);
    return text;
}

/* Sizes come from people: what is below 0 becomes 0, which makers refuse. */
static size_t size_of(long value)
{
    return value > 0 ? (size_t)value : 0;
}

/* `n_outputs`: of a dense layer. */
static void build_layer(struct builder *b, const struct pt_layer_spec *spec, size_t n_outputs,
                        struct numbers *numbers)
{
    char name[LAYER_NAME_BYTES];
    size_t width = build_width(b, size_of(spec->size)), kernel = size_of(spec->kernel);
    size_t stride = size_of(spec->stride), padding = size_of(spec->padding);
    switch (spec->kind) {
    case PT_CONV2D:
        build_conv(b, numbered("conv", &numbers->conv, name), width, kernel, stride, padding,
                   !spec->no_bias);
        break;
    case PT_DENSE:
        build_flatten(b);
        build_dense(b, numbered("fc", &numbers->dense, name), n_outputs, !spec->no_bias);
        break;
    case PT_BATCH_NORM:
        build_batchnorm(b, numbered("bn", &numbers->batchnorm, name));
        break;
    case PT_RELU:
        build_relu(b);
        break;
    case PT_MAX_POOL:
        build_maxpool(b, kernel, stride, padding);
        break;
    case PT_AVERAGE_POOL:
        build_avgpool(b, kernel, stride, padding);
        break;
    case PT_GLOBAL_AVERAGE_POOL:
        build_global_avgpool(b);
        break;
    case PT_DROPOUT:
        build_dropout(b, spec->rate);
        break;
    case PT_FLATTEN:
        build_flatten(b);
        break;
    case PT_RESIDUAL:
        build_residual(b, numbered("block", &numbers->block, name), width, stride);
        break;
    }
}

void layer_list_build(struct builder *b, const struct pt_layer_spec *specs, size_t n,
                      size_t n_classes)
{
    struct numbers numbers = {0};
    for (size_t i = 0; i < n && !b->status; i++) {
        size_t size = size_of(specs[i].size);
        size_t n_outputs = i + 1 < n ? build_width(b, size) : size;
        build_layer(b, &specs[i], size ? n_outputs : n_classes, &numbers);
        if (b->status && b->misfit)
            *b->misfit = i;
    }
}
