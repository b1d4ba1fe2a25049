/* Fully connected layers: output = input weights^T + biases. */
#include "nn/layer.h"

#include "num/gemm.h"

#include <string.h>

static void dense_forward(const struct layer *layer, const struct layer_pass *pass)
{
    size_t n_inputs = shape_count(&layer->input), n_outputs = layer->output.channels;
    for (size_t i = 0; i < pass->n && pass->biases; i++)
        memcpy(pass->output + i * n_outputs, pass->biases, n_outputs * sizeof(float));
    gemm(GEMM_AS_IS, GEMM_TRANSPOSED, pass->n, n_outputs, n_inputs, 1, pass->input, pass->weights,
         pass->biases ? 1 : 0, pass->output);
}

static void sum_rows(const float *restrict matrix, size_t n_rows, size_t n_columns,
                     float *restrict sums)
{
    memset(sums, 0, n_columns * sizeof *sums);
    for (size_t i = 0; i < n_rows; i++)
        for (size_t j = 0; j < n_columns; j++)
            sums[j] += matrix[i * n_columns + j];
}

static void dense_backward(const struct layer *layer, const struct layer_pass *pass)
{
    size_t n_inputs = shape_count(&layer->input), n_outputs = layer->output.channels;
    if (pass->bias_gradient)
        sum_rows(pass->output_gradient, pass->n, n_outputs, pass->bias_gradient);
    gemm(GEMM_TRANSPOSED, GEMM_AS_IS, n_outputs, n_inputs, pass->n, 1, pass->output_gradient,
         pass->input, 0, pass->weight_gradient);
    if (pass->input_gradient)
        gemm(GEMM_AS_IS, GEMM_AS_IS, pass->n, n_inputs, n_outputs, 1, pass->output_gradient,
             pass->weights, 0, pass->input_gradient);
}

static const struct layer_ops dense_ops = {
    .kind = "dense",
    .layout = LAYOUT_ROWS,
    .forward = dense_forward,
    .backward = dense_backward,
};

int dense_make(struct layer *layer, size_t n_outputs, int has_bias, struct pt_error *error)
{
    const struct pt_shape *in = &layer->input;
    const size_t sizes[] = {n_outputs, in->channels, in->height, in->width};
    int status = layer_count(layer->name, "weight", sizes, 4, &layer->n_weights, error);
    if (status)
        return status;
    layer->ops = &dense_ops;
    layer->output = (struct pt_shape){n_outputs, 1, 1};
    layer->weight_rank = 2;
    layer->weight_shape[0] = n_outputs;
    layer->weight_shape[1] = shape_count(in);
    layer->n_biases = has_bias ? n_outputs : 0;
    layer->flops = 2.0 * (double)layer->n_weights;
    return PT_OK;
}
