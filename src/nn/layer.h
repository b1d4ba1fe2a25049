/*
 * Layers: what every kind of layer knows about itself, the operations it offers, its maker.
 *
 * A layer owns nothing. Operands are plain arrays, row-major, one sample after the other; who
 * calls gives them their sizes, so nothing here allocates or fails once a layer is made.
 */
#ifndef NN_LAYER_H
#define NN_LAYER_H

#include "phasetrace/network.h"
#include "phasetrace/status.h"

#include <stddef.h>

#define LAYER_NAME_BYTES 32

struct layer_ops;

struct layer {
    const struct layer_ops *ops;
    char name[LAYER_NAME_BYTES];
    struct pt_shape input, output;
    size_t kernel, stride, padding; /* of conv2d, maxpool2d: the same in both directions */
    size_t weight_rank, weight_shape[PT_MAX_RANK]; /* as in PyTorch; rank 0: no parameters */
    size_t n_weights, n_biases;
    size_t scratch_floats; /* working space of a call, however many samples */
    double flops;          /* multiplications plus additions of a forward pass of one sample */
    /* Set by the network, in floats: where the weights start in the slab (the biases follow) ... */
    size_t parameters_at;
    /* ... where the output lies in a workspace that keeps all outputs, or two at a time. */
    size_t kept_at, shared_at;
};

/* The operands of one call on `n` samples. */
struct layer_pass {
    size_t n;
    const float *weights, *biases;
    const float *input; /* [n, input shape] */
    float *output;      /* [n, output shape]; forward writes it, backward reads it */
    float *scratch;     /* [scratch_floats] */
    /* Backward only. */
    const float *output_gradient; /* [n, output shape] */
    float *input_gradient;        /* [n, input shape]; NULL in the first layer: not wanted */
    float *weight_gradient, *bias_gradient; /* overwritten, with the sum over the samples */
};

struct layer_ops {
    const char *kind; /* as in struct pt_layer_info */
    /* The output may lie where the input does, and the two gradients always do. */
    int in_place;
    void (*forward)(const struct layer *layer, const struct layer_pass *pass);
    void (*backward)(const struct layer *layer, const struct layer_pass *pass);
};

/*
 * Makers. Each expects `name` and `input` to be set, and sets all else that is not the network's.
 * PT_E_CONFIG, with the layer's name and shapes, when the layer does not fit its input or has
 * more elements than BLAS can count.
 */

/* Fully connected; reads its input as a vector, as after torch.nn.Flatten. */
int dense_make(struct layer *layer, size_t n_outputs, struct pt_error *error);
int conv2d_make(struct layer *layer, size_t n_channels, size_t kernel, size_t stride,
                size_t padding, struct pt_error *error);
int maxpool2d_make(struct layer *layer, size_t kernel, size_t stride, struct pt_error *error);
void relu_make(struct layer *layer);
void flatten_make(struct layer *layer);

/* Elements of a shape that a maker accepted. */
static inline size_t shape_count(const struct pt_shape *shape)
{
    return shape->channels * shape->height * shape->width;
}

/*
 * Sets `*count` to the product of `n` sizes. PT_E_CONFIG, with the `name` of the layer and `what`
 * is counted, when a size is 0 or the product is above INT_MAX.
 */
int layer_count(const char *name, const char *what, const size_t *sizes, size_t n, size_t *count,
                struct pt_error *error);

/* Sets output height and width of a sliding window, floor((in + 2 padding - kernel) / stride) + 1.
 * PT_E_CONFIG when kernel or stride is 0, the padding is not below the kernel, or the window is
 * larger than the padded input. */
int layer_slide(struct layer *layer, size_t kernel, size_t stride, size_t padding,
                struct pt_error *error);

#endif
