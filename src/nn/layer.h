/*
 * Layers: what every kind of layer knows about itself, the operations it offers, its maker.
 *
 * A layer owns nothing. Operands are plain arrays; who calls gives them their sizes, so nothing
 * here allocates or fails once a layer is made.
 *
 * Activations come in two layouts. ROWS: one sample after the other, each channel by channel, row
 * by row; what dense layers multiply. LANES (num/lanes.h): sixteen samples side by side in the
 * lanes of a vector, so that convolutions and pools are efficient for any number of channels.
 */
#ifndef NN_LAYER_H
#define NN_LAYER_H

#include "phasetrace/crew.h"
#include "phasetrace/network.h"
#include "phasetrace/status.h"

#include <stddef.h>

#define LAYER_NAME_BYTES 48

/* ANY: element by element, in whatever layout the input has. */
enum layout { LAYOUT_ANY, LAYOUT_ROWS, LAYOUT_LANES };

/* Whether the output may lie where the input does: never; because the values stay as they are; or
 * because they are overwritten, which nobody else who reads the input may notice. */
enum in_place { IN_PLACE_NEVER, IN_PLACE_AS_IS, IN_PLACE_OVERWRITES };

struct layer_ops;

struct layer {
    const struct layer_ops *ops;
    char name[LAYER_NAME_BYTES];
    size_t from, second; /* the layers whose outputs are read: an index, PT_INPUT or PT_NO_LAYER */
    struct pt_shape input, output;
    size_t kernel, stride, padding; /* of conv2d and the pools: the same in both directions */
    double rate;                    /* of dropout */
    size_t weight_rank, weight_shape[PT_MAX_RANK]; /* as in PyTorch; rank 0: no parameters */
    size_t n_weights, n_biases;
    size_t n_running;     /* of batchnorm: channels, each with a running mean and variance */
    size_t memory_floats; /* kept from forward to backward, however many samples */
    double flops;         /* multiplications plus additions of a forward pass of one sample */

    /* Set by the network. */
    enum layout layout;
    size_t parameters_at, running_at;   /* in the slab, in floats; the biases follow the weights */
    int is_in_place;                    /* output and input share their place */
    int is_joined;                      /* a ReLU in place: the pool behind it does its work */
    int is_fused;                       /* a ReLU: the layer before it does its work, forward */
    int converts;                       /* the input has the other layout */
    int adds;                           /* its input's gradient has been begun by a later reader */
    struct layer_places {               /* in a workspace, in floats a sample */
        size_t output, converted, exit; /* exit: output in rows, where it is lanes */
        size_t gradient, spare;         /* training only: of the output; of the input */
    } kept, shared;                     /* with all outputs kept; with as few as possible */
    size_t memory_at;
};

/* The operands of one call on `n` samples. */
struct layer_pass {
    size_t n;
    struct pt_crew *crew; /* NULL: the caller alone */
    int is_training;      /* batchnorm and dropout do what they do in training */
    uint64_t draw_seed;   /* with draw_step, the layer and the sample: what dropout drops */
    uint64_t draw_step;
    size_t index;                  /* of the layer in its network */
    int rectifies;                 /* the layer does the work of the ReLU before it, too */
    int rectifies_output;          /* or of the one behind it */
    const float *weights, *biases; /* biases: NULL without */
    const float *running;          /* [2, n_running] means, variances */
    const float *input, *second;
    float *output;
    float *memory;  /* [memory_floats] */
    float *scratch; /* [scratch_floats()] */
    /* Backward only. */
    const float *output_gradient; /* lanes without a sample are 0 */
    float *input_gradient;        /* overwritten; NULL: not wanted; may be output_gradient */
    float *weight_gradient, *bias_gradient; /* overwritten, with the sum over the samples */
    float *moving;                          /* [2, n_running] to be moved; NULL: leave them */
};

struct layer_ops {
    const char *kind; /* as in struct pt_layer_info */
    enum layout layout;
    enum in_place in_place;
    int backward_reads_output;
    int can_rectify_output; /* forward knows rectifies_output */
    void (*forward)(const struct layer *layer, const struct layer_pass *pass);
    void (*backward)(const struct layer *layer, const struct layer_pass *pass);
    /* Floats of scratch for `n` samples; NULL: none. */
    size_t (*scratch_floats)(const struct layer *layer, size_t n, int for_training, int n_threads);
};

/* One of the pieces that a pass is cut into, whatever the number of threads. */
typedef void layer_piece(const struct layer *layer, const struct layer_pass *pass, size_t index);

/* Calls piece() for all index < n_pieces; the threads of the pass share them. */
void layer_share(const struct layer *layer, const struct layer_pass *pass, size_t n_pieces,
                 layer_piece *piece);

/*
 * Makers. Each expects `name` and `input` to be set, and sets all else that is not the network's.
 * PT_E_CONFIG, with the layer's name and shapes, when the layer does not fit its input or has
 * more elements than a product can count.
 */

/* Fully connected; reads its input as a vector, as after torch.nn.Flatten. */
int dense_make(struct layer *layer, size_t n_outputs, int has_bias, struct pt_error *error);
int conv2d_make(struct layer *layer, size_t n_channels, size_t kernel, size_t stride,
                size_t padding, int has_bias, struct pt_error *error);
/* Padding counts as nothing in a maximum, as 0 in an average. At most half a kernel, as in
 * PyTorch. */
int maxpool2d_make(struct layer *layer, size_t kernel, size_t stride, size_t padding,
                   struct pt_error *error);
int avgpool2d_make(struct layer *layer, size_t kernel, size_t stride, size_t padding,
                   struct pt_error *error);
void global_avgpool_make(struct layer *layer); /* the mean of each channel */
/* Ioffe, Szegedy, "Batch normalization", ICML 2015; epsilon and momentum as in PyTorch. */
int batchnorm_make(struct layer *layer, struct pt_error *error);
void relu_make(struct layer *layer);
/* Srivastava et al., "Dropout", JMLR 15 (2014); what is kept is scaled by 1 / (1 - rate), as in
 * PyTorch. PT_E_CONFIG unless 0 <= rate < 1. */
int dropout_make(struct layer *layer, double rate, struct pt_error *error);
void flatten_make(struct layer *layer);
/* The sum of two maps of the shape `input`. PT_E_CONFIG when `second` has another. */
int add_make(struct layer *layer, struct pt_shape second, struct pt_error *error);

#define BATCHNORM_EPSILON 1e-5
#define BATCHNORM_MOMENTUM 0.1

/* Elements of a shape that a maker accepted. */
static inline size_t shape_count(const struct pt_shape *shape)
{
    return shape->channels * shape->height * shape->width;
}

/* Elements of an array for `n` samples of `shape` in a layout; ANY counts like ROWS. */
size_t layer_array_count(const struct pt_shape *shape, size_t n, enum layout layout);

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
