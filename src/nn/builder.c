/* A builder: appends layers to a network. */
#include "nn/builder.h"

#include "base/mem.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

size_t build_width(const struct builder *b, size_t size)
{
    double width = b->width > 0 ? round(b->width * (double)size) : (double)size;
    return width >= 1 ? (size_t)width : size > 0;
}

struct pt_shape build_shape(const struct builder *b)
{
    return b->last == PT_INPUT ? b->input : b->network->layers[b->last].output;
}

static int is_one_pixel(const struct pt_shape *shape)
{
    return shape->height == 1 && shape->width == 1;
}

/* Room for one more layer, with name and input; NULL after an error. */
static struct layer *begin(struct builder *b, const char *name)
{
    struct pt_network *network = b->network;
    void *grown = network->layers;
    if (!b->status)
        b->status = mem_grow(&grown, &network->layer_capacity, network->n_layers + 1,
                             sizeof *network->layers, b->error);
    if (b->status)
        return NULL;
    network->layers = grown;
    struct layer *layer = &network->layers[network->n_layers];
    *layer = (struct layer){.from = b->last, .second = PT_NO_LAYER, .input = build_shape(b)};
    snprintf(layer->name, sizeof layer->name, "%s", name);
    return layer;
}

static struct layer *begin_numbered(struct builder *b, const char *name, size_t *number)
{
    char text[LAYER_NAME_BYTES];
    snprintf(text, sizeof text, "%s%zu", name, ++*number);
    return begin(b, text);
}

/* The layer counts from here on, unless its maker refused it. */
static void end(struct builder *b, int status)
{
    b->status = status;
    if (!status)
        b->last = b->network->n_layers++;
}

/* The same for a layer that slides over a map. */
static struct layer *begin_on_map(struct builder *b, const char *name)
{
    struct layer *layer = begin(b, name);
    if (!layer)
        return NULL;
    int is_input = !b->flat_by[0] && b->last == PT_INPUT;
    if (!b->flat_by[0] && !(is_input && is_one_pixel(&b->input)))
        return layer;
    b->status = pt_error_set(b->error, PT_E_CONFIG,
                             "layer %s needs a map, and %s before it gives %zu numbers", name,
                             is_input ? "the input" : b->flat_by, layer->input.channels);
    return NULL;
}

void build_conv(struct builder *b, const char *name, size_t n_channels, size_t kernel,
                size_t stride, size_t padding, int has_bias)
{
    struct layer *layer = begin_on_map(b, name);
    if (layer)
        end(b, conv2d_make(layer, n_channels, kernel, stride, padding, has_bias, b->error));
}

void build_dense(struct builder *b, const char *name, size_t n_outputs, int has_bias)
{
    struct layer *layer = begin(b, name);
    if (layer)
        end(b, dense_make(layer, n_outputs, has_bias, b->error));
    snprintf(b->flat_by, sizeof b->flat_by, "%s", name);
}

void build_batchnorm(struct builder *b, const char *name)
{
    struct layer *layer = begin(b, name);
    if (layer)
        end(b, batchnorm_make(layer, b->error));
}

void build_relu(struct builder *b)
{
    struct layer *layer = begin_numbered(b, "relu", &b->n_relus);
    if (!layer)
        return;
    relu_make(layer);
    end(b, PT_OK);
}

static struct layer *begin_pool(struct builder *b)
{
    char text[LAYER_NAME_BYTES];
    snprintf(text, sizeof text, "pool%zu", ++b->n_pools);
    return begin_on_map(b, text);
}

void build_maxpool(struct builder *b, size_t kernel, size_t stride, size_t padding)
{
    struct layer *layer = begin_pool(b);
    if (layer)
        end(b, maxpool2d_make(layer, kernel, stride, padding, b->error));
}

void build_avgpool(struct builder *b, size_t kernel, size_t stride, size_t padding)
{
    struct layer *layer = begin_pool(b);
    if (layer)
        end(b, avgpool2d_make(layer, kernel, stride, padding, b->error));
}

void build_global_avgpool(struct builder *b)
{
    struct layer *layer = begin_pool(b);
    if (!layer)
        return;
    global_avgpool_make(layer);
    end(b, PT_OK);
}

void build_dropout(struct builder *b, double rate)
{
    struct layer *layer = begin_numbered(b, "dropout", &b->n_dropouts);
    if (layer)
        end(b, dropout_make(layer, rate, b->error));
}

void build_flatten(struct builder *b)
{
    struct pt_shape shape = build_shape(b);
    if (!b->flat_by[0])
        snprintf(b->flat_by, sizeof b->flat_by, "flatten");
    if (is_one_pixel(&shape))
        return;
    struct layer *layer =
        b->n_flattens++ ? begin_numbered(b, "flatten", &b->n_flattens) : begin(b, "flatten");
    if (!layer)
        return;
    flatten_make(layer);
    end(b, PT_OK);
}

static void build_sum(struct builder *b, size_t second)
{
    struct layer *layer = begin_numbered(b, "add", &b->n_adds);
    if (!layer)
        return;
    layer->second = second;
    struct pt_shape shape = second == PT_INPUT ? b->input : b->network->layers[second].output;
    end(b, add_make(layer, shape, b->error));
}

/* "BLOCK.PART" */
static const char *part(const char *block, const char *name, char text[LAYER_NAME_BYTES])
{
    snprintf(text, LAYER_NAME_BYTES, "%.*s.%s", LAYER_NAME_BYTES - 16, block, name);
    return text;
}

/* From the block's input at `input` to the shortcut's end, which is returned. */
static size_t build_shortcut(struct builder *b, const char *name, size_t input, size_t n_channels,
                             size_t stride)
{
    char text[LAYER_NAME_BYTES];
    size_t branch = b->last;
    b->last = input;
    if (stride != 1 || build_shape(b).channels != n_channels) {
        build_conv(b, part(name, "downsample.0", text), n_channels, 1, stride, 0, 0);
        build_batchnorm(b, part(name, "downsample.1", text));
    }
    size_t shortcut = b->last;
    b->last = branch;
    return shortcut;
}

void build_residual(struct builder *b, const char *name, size_t n_channels, size_t stride)
{
    char text[LAYER_NAME_BYTES];
    size_t input = b->last;
    build_conv(b, part(name, "conv1", text), n_channels, 3, stride, 1, 0);
    build_batchnorm(b, part(name, "bn1", text));
    build_relu(b);
    build_conv(b, part(name, "conv2", text), n_channels, 3, 1, 1, 0);
    build_batchnorm(b, part(name, "bn2", text));
    build_sum(b, build_shortcut(b, name, input, n_channels, stride));
    build_relu(b);
}

int builder_end(struct builder *b, size_t n_classes)
{
    if (b->status)
        return b->status;
    const struct layer *last =
        b->last == PT_INPUT ? NULL : &b->network->layers[b->network->n_layers - 1];
    if (!last || strcmp(last->ops->kind, "dense") != 0)
        return pt_error_set(b->error, PT_E_CONFIG, "the last layer must be a dense one");
    if (last->output.channels != n_classes)
        return pt_error_set(b->error, PT_E_CONFIG,
                            "layer %s: %zu outputs, the data set has %zu classes", last->name,
                            last->output.channels, n_classes);
    return PT_OK;
}
