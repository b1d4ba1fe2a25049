/*
 * A builder: appends layers to a network, so that a preset reads like the list of its layers.
 *
 * Each call appends a layer that reads the last one's output; ReLUs, pools, sums and dropouts are
 * numbered as they come. Convolutions and pools need a map: what a dense layer or flatten gives is
 * a vector, whatever elementwise layers lie between, and so is an input of one pixel. Once a layer
 * does not fit, later calls do nothing: builder_end() tells.
 */
#ifndef NN_BUILDER_H
#define NN_BUILDER_H

#include "nn/network.h"

struct builder {
    struct pt_network *network;
    struct pt_shape input;
    double width; /* factor on channels and hidden widths, see build_width() */
    size_t last;  /* the layer whose output the next one reads, or PT_INPUT */
    size_t n_relus, n_pools, n_adds, n_dropouts, n_flattens; /* so far */
    char flat_by[LAYER_NAME_BYTES]; /* what made a vector of the map; empty: it is a map */
    size_t *misfit;                 /* see struct pt_network_options; may be NULL */
    int status;                     /* of the first layer that did not fit */
    struct pt_error *error;
};

/* `size` times the width factor, rounded, at least 1; 0 stays 0, which makers refuse. */
size_t build_width(const struct builder *b, size_t size);
/* The shape of what the next layer reads. */
struct pt_shape build_shape(const struct builder *b);

void build_conv(struct builder *b, const char *name, size_t n_channels, size_t kernel,
                size_t stride, size_t padding, int has_bias);
void build_dense(struct builder *b, const char *name, size_t n_outputs, int has_bias);
void build_batchnorm(struct builder *b, const char *name);
void build_relu(struct builder *b);
void build_maxpool(struct builder *b, size_t kernel, size_t stride, size_t padding);
void build_avgpool(struct builder *b, size_t kernel, size_t stride, size_t padding);
void build_global_avgpool(struct builder *b);
void build_dropout(struct builder *b, double rate);
void build_flatten(struct builder *b); /* no layer where one number a channel is left already */

/*
 * A basic block of He, Zhang, Ren, Sun, "Deep residual learning", CVPR 2016, with the names of
 * torchvision: NAME.conv1, .bn1, relu, .conv2, .bn2, plus the shortcut, relu. The shortcut is the
 * block's input or, where its shape changes, .downsample.0 (1x1 convolution), .downsample.1 (batch
 * normalisation).
 */
void build_residual(struct builder *b, const char *name, size_t n_channels, size_t stride);

/* The first error; PT_E_CONFIG, too, when the last layer is not a dense one with n_classes. */
int builder_end(struct builder *b, size_t n_classes);

#endif
