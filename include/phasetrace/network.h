/*
 * Networks: a flat list of layers over one slab of parameters and one slab of gradients.
 *
 * Arrays are float, row-major, images [sample, channel, row, column]; parameter tensors have the
 * names, shapes and layouts of the same network in PyTorch.
 */
#ifndef PHASETRACE_NETWORK_H
#define PHASETRACE_NETWORK_H

#include "phasetrace/crew.h"
#include "phasetrace/status.h"

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define PT_MAX_RANK 4
#define PT_MAX_HIDDEN 256 /* hidden layers of an mlp */

/* In place of a layer's index: the input of the network; nothing. */
#define PT_INPUT SIZE_MAX
#define PT_NO_LAYER (SIZE_MAX - 1)

/* How initial parameters are drawn: PyTorch's default, He's normal, Xavier's uniform. */
enum pt_init { PT_INIT_PYTORCH, PT_INIT_HE, PT_INIT_XAVIER };

struct pt_network;   /* owns its parameters and gradients */
struct pt_workspace; /* activations of one thread; belongs to the network it was made for */

/* Shape of an activation of one sample. Vectors have height = width = 1. */
struct pt_shape {
    size_t channels, height, width;
};

/* What a layer list is made of (key model.layers). A residual is two 3x3 convolutions with batch
 * normalisation and a shortcut: the identity, or a 1x1 convolution where shapes differ. */
enum pt_layer_kind {
    PT_CONV2D,
    PT_DENSE,
    PT_BATCH_NORM,
    PT_RELU,
    PT_MAX_POOL,
    PT_AVERAGE_POOL,
    PT_GLOBAL_AVERAGE_POOL,
    PT_DROPOUT,
    PT_FLATTEN,
    PT_RESIDUAL
};

#define PT_MAX_LAYER_SPECS 256

/* One entry of a layer list; what a kind does not use is 0. */
struct pt_layer_spec {
    enum pt_layer_kind kind;
    long size;                    /* channels (conv2d, residual), outputs (dense; 0: the classes) */
    long kernel, stride, padding; /* conv2d and pools; residual has a stride only */
    int no_bias;                  /* conv2d, dense */
    double rate;                  /* of dropout: the share that is set to 0 */
};

struct pt_network_options {
    const char *preset; /* a name of pt_preset_name(), or "layers" */
    struct pt_shape input;
    size_t n_classes;
    const long *hidden; /* [n_hidden] widths, for mlp */
    size_t n_hidden;
    enum pt_init init;
    uint64_t seed; /* of the initial parameters */
    double width;  /* factor on hidden widths and channels, rounded, at least 1; 0: 1 */
    const struct pt_layer_spec *layers; /* [n_layers], for the preset "layers" */
    size_t n_layers;
    int no_dropout; /* the preset's dropout layers drop nothing, in training either */
    size_t *misfit; /* may be NULL; set to the index of the entry of `layers` that does not fit what
                       is before it, or to n_layers */
};

/*
 * A tensor of the slab; `offset` is in floats from its start. Buffers are the running means and
 * variances of batch normalisation: they are saved with the parameters, but no gradient is taken.
 */
struct pt_tensor {
    char name[64]; /* as in PyTorch's state_dict: "fc1.weight", "bn1.running_mean" */
    size_t rank, shape[PT_MAX_RANK];
    size_t offset, count;
    int is_buffer;
};

struct pt_layer_info {
    const char *name; /* "conv1", "relu1", "pool1", "fc1", "features.0", ... */
    /* "conv2d", "dense", "batchnorm", "relu", "maxpool2d", "avgpool2d", "global_avgpool",
     * "dropout", "flatten", "add" */
    const char *kind;
    struct pt_shape input, output;
    size_t kernel, stride, padding; /* of conv2d and the pools, the same in both directions */
    /* The layer whose output it reads, or PT_INPUT; the second operand of an "add". For most,
     * `from` is the layer before and `second` is PT_NO_LAYER. */
    size_t from, second;
    size_t n_parameters;
    double flops; /* of a forward pass of one sample, multiply and add counted separately */
    size_t bytes; /* a sample's output takes in training; 0 where it overwrites the input */
    /* In the slab, as in PyTorch; NULL without. Of batchnorm: weights are gamma, biases beta. */
    const float *weights, *biases;
    const float *running_mean, *running_variance; /* of batchnorm */
    double epsilon;                               /* of batchnorm */
};

/*
 * Builds the network and draws its parameters from `seed`. The caller frees it. PT_E_CONFIG when
 * the preset is unknown or a layer does not fit its input; the message names the layer.
 */
PT_API int pt_network_create(const struct pt_network_options *options, struct pt_network **network,
                             struct pt_error *error);
/*
 * The same in two steps: the layers, their shapes and the plan of workspaces, whatever the size of
 * the network; then memory for its parameters, and what is drawn. In between there are no
 * parameters: nothing can be run, and what points to them is NULL.
 */
PT_API int pt_network_outline(const struct pt_network_options *options, struct pt_network **network,
                              struct pt_error *error);
PT_API int pt_network_draw(struct pt_network *network, enum pt_init init, uint64_t seed,
                           struct pt_error *error);
PT_API void pt_network_free(struct pt_network *network); /* NULL is allowed */

/* Names of the presets: index 0.. until NULL. */
PT_API const char *pt_preset_name(size_t index);

/* The slab: n_parameters that are trained, then the buffers, n_values in all. */
PT_API size_t pt_network_n_parameters(const struct pt_network *network);
PT_API size_t pt_network_n_values(const struct pt_network *network);
PT_API float *pt_network_parameters(struct pt_network *network);
PT_API const float *pt_network_gradients(const struct pt_network *network); /* [n_parameters] */
PT_API size_t pt_network_n_classes(const struct pt_network *network);

/* The tensors of the slab in its order, buffers last; they live as long as the network. */
PT_API size_t pt_network_n_tensors(const struct pt_network *network);
PT_API const struct pt_tensor *pt_network_tensor(const struct pt_network *network, size_t index);

PT_API size_t pt_network_n_layers(const struct pt_network *network);
PT_API struct pt_layer_info pt_network_layer(const struct pt_network *network, size_t index);
/* Index of the layer called `name`, or pt_network_n_layers() when there is none. */
PT_API size_t pt_network_find_layer(const struct pt_network *network, const char *name);

/*
 * Activations (and, with `for_training`, their gradients) for up to `max_batch` samples. After
 * this call neither forward nor backward allocates. Each thread needs a workspace of its own;
 * the network itself may be shared while nobody changes its parameters.
 */
PT_API int pt_workspace_create(const struct pt_network *network, size_t max_batch, int for_training,
                               struct pt_workspace **workspace, struct pt_error *error);
PT_API void pt_workspace_free(struct pt_workspace *workspace);
/* What pt_workspace_create() would allocate. */
PT_API size_t pt_workspace_bytes(const struct pt_network *network, size_t max_batch,
                                 int for_training);

/* Makes room for passes by a crew, which is borrowed, and has it work; NULL, as at first: the
 * caller alone. The result is the same for any crew. PT_E_MEMORY leaves all as it was. */
PT_API int pt_workspace_set_crew(struct pt_workspace *workspace, struct pt_crew *crew,
                                 struct pt_error *error);
/* What dropout draws in the next passes is a function of these two. */
PT_API void pt_workspace_set_draw(struct pt_workspace *workspace, uint64_t seed, uint64_t step);

/*
 * Runs layers first <= i < last on `n` samples and returns the last one's output, which lies in
 * the workspace until the next call. `input` is the input of layer `first`, which must be all that
 * the layers from `first` on read. first = 0 and last = pt_network_n_layers() give the logits
 * [n, n_classes].
 *
 * In a workspace made for training, layers do what they do in training: batch normalisation uses
 * the batch's own mean and variance, dropout drops.
 */
PT_API const float *pt_network_forward(const struct pt_network *network,
                                       struct pt_workspace *workspace, const float *input, size_t n,
                                       size_t first, size_t last);

/*
 * What is decomposed into interactions (doc/METHOD.md): log(p / (1 - p)), p being the softmax
 * probability of `label` < n_classes, from the logits [n_classes] of a sample; computed so that it
 * keeps its digits where p is near 0 or 1. NaN when a logit is.
 */
PT_API double pt_log_odds(const float *logits, size_t n_classes, size_t label);

/*
 * After a whole forward pass of the same `input` through a workspace made for training: the mean
 * softmax cross-entropy over the batch; fills the gradients (overwriting them) and moves running
 * means and variances by a tenth, as PyTorch does in its forward pass, unless the loss is not
 * finite.
 */
PT_API double pt_network_backward(struct pt_network *network, struct pt_workspace *workspace,
                                  const float *input, const uint8_t *labels, size_t n);

#ifdef __cplusplus
}
#endif

#endif
