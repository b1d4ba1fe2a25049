/*
 * Networks: a flat list of layers over one slab of parameters and one slab of gradients.
 *
 * Arrays are float, row-major, images [sample, channel, row, column]; parameter tensors have the
 * names, shapes and layouts of the same network in PyTorch.
 */
#ifndef PHASETRACE_NETWORK_H
#define PHASETRACE_NETWORK_H

#include "phasetrace/status.h"

#include <stddef.h>
#include <stdint.h>

#define PT_MAX_RANK 4
#define PT_MAX_HIDDEN 256 /* hidden layers of an mlp */

/* How initial parameters are drawn: PyTorch's default, He's normal, Xavier's uniform. */
enum pt_init { PT_INIT_PYTORCH, PT_INIT_HE, PT_INIT_XAVIER };

struct pt_network;   /* owns its parameters and gradients */
struct pt_workspace; /* activations of one thread; belongs to the network it was made for */

/* Shape of an activation of one sample. Vectors have height = width = 1. */
struct pt_shape {
    size_t channels, height, width;
};

struct pt_network_options {
    const char *preset; /* "mlp" or "lenet" */
    struct pt_shape input;
    size_t n_classes;
    const long *hidden; /* [n_hidden] widths, for mlp */
    size_t n_hidden;
    enum pt_init init;
    uint64_t seed; /* of the initial parameters */
    double width;  /* factor on hidden widths and channels, rounded, at least 1; 0: 1 */
};

/* A parameter tensor; `offset` is in floats from the start of the slab. */
struct pt_tensor {
    char name[64]; /* as in PyTorch's state_dict: "fc1.weight" */
    size_t rank, shape[PT_MAX_RANK];
    size_t offset, count;
};

struct pt_layer_info {
    const char *name; /* "conv1", "relu1", "pool1", "fc1", ... */
    const char *kind; /* "conv2d", "relu", "maxpool2d", "flatten", "dense" */
    struct pt_shape input, output;
    size_t kernel, stride, padding; /* of conv2d and maxpool2d, the same in both directions */
    size_t n_parameters;
    double flops; /* of a forward pass of one sample, multiply and add counted separately */
    const float *weights, *biases; /* in the slab of parameters, as in PyTorch; NULL without */
};

/*
 * Builds the network and draws its parameters from `seed`. The caller frees it. PT_E_CONFIG when
 * the preset is unknown or a layer does not fit its input; the message names the layer.
 */
PT_API int pt_network_create(const struct pt_network_options *options, struct pt_network **network,
                             struct pt_error *error);
PT_API void pt_network_free(struct pt_network *network); /* NULL is allowed */

PT_API size_t pt_network_n_parameters(const struct pt_network *network);
PT_API float *pt_network_parameters(struct pt_network *network);            /* the slab */
PT_API const float *pt_network_gradients(const struct pt_network *network); /* same layout */
PT_API size_t pt_network_n_classes(const struct pt_network *network);

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

/*
 * Runs layers first <= i < last on `n` samples and returns the last one's output, which lies in
 * the workspace until the next call. `input` is the input of layer `first`. first = 0 and
 * last = pt_network_n_layers() give the logits [n, n_classes].
 */
PT_API const float *pt_network_forward(const struct pt_network *network,
                                       struct pt_workspace *workspace, const float *input, size_t n,
                                       size_t first, size_t last);

/*
 * After a whole forward pass of the same `input` through a workspace made for training: the mean
 * softmax cross-entropy over the batch; fills the gradient slab (overwriting it).
 */
PT_API double pt_network_backward(struct pt_network *network, struct pt_workspace *workspace,
                                  const float *input, const uint8_t *labels, size_t n);

#endif
