/*
 * The products of dense layers, and how inputs that are the same in every sample are left out.
 *
 * Of an image's margin, what is added to an output is the same for all samples of a batch: it joins
 * the bias. The gradient of such a weight is that of the bias times the input. In training a batch
 * of 64 digits leaves 500 of 784 inputs to be multiplied.
 */
#ifndef NN_DENSE_H
#define NN_DENSE_H

#include "nn/layer.h"

#include "num/gemm.h"

/* output = input weights^T + biases, and the gradient of the weights. */
struct gemm_product dense_product(const struct layer *layer, const struct layer_pass *pass);
struct gemm_product dense_weight_gradient(const struct layer *layer, const struct layer_pass *pass);

/*
 * Computes the output without those inputs. Returns 0, and computes nothing, where that is not
 * worth while. Keeps in the pass's memory what it found.
 */
int dense_varying_forward(const struct layer *layer, const struct layer_pass *pass);
/* The same for the gradient of the weights. */
int dense_varying_backward(const struct layer *layer, const struct layer_pass *pass);
size_t dense_varying_memory_floats(void);
size_t dense_varying_scratch_floats(const struct layer *layer, size_t n, int n_threads);

#endif
