/* Fully connected layers: output = input weights^T + biases. */
#include "nn/dense.h"

#include "num/kernels.h"

struct gemm_product dense_product(const struct layer *layer, const struct layer_pass *pass)
{
    size_t n_inputs = shape_count(&layer->input), n_outputs = layer->output.channels;
    return (struct gemm_product){
        .op_b = GEMM_TRANSPOSED,
        .m = pass->n,
        .n = n_outputs,
        .k = n_inputs,
        .a = pass->input,
        .a_stride = n_inputs,
        .b = pass->weights,
        .b_stride = n_inputs,
        .c = pass->output,
        .c_stride = n_outputs,
        .alpha = 1,
        .bias = pass->biases,
        .relu = pass->rectifies_output,
        .crew = pass->crew,
    };
}

struct gemm_product dense_weight_gradient(const struct layer *layer, const struct layer_pass *pass)
{
    size_t n_inputs = shape_count(&layer->input), n_outputs = layer->output.channels;
    return (struct gemm_product){
        .op_a = GEMM_TRANSPOSED,
        .m = n_outputs,
        .n = n_inputs,
        .k = pass->n,
        .a = pass->output_gradient,
        .a_stride = n_outputs,
        .b = pass->input,
        .b_stride = n_inputs,
        .c = pass->weight_gradient,
        .c_stride = n_inputs,
        .alpha = 1,
        .crew = pass->crew,
        .parts = GEMM_ROWS, /* outputs, like forward: each member has its part of the weights */
    };
}

static void dense_forward(const struct layer *layer, const struct layer_pass *pass)
{
    if (dense_varying_forward(layer, pass))
        return;
    struct gemm_product product = dense_product(layer, pass);
    gemm_run(&product);
}

static void set_input_gradient(const struct layer *layer, const struct layer_pass *pass)
{
    size_t n_inputs = shape_count(&layer->input), n_outputs = layer->output.channels;
    gemm_run(&(struct gemm_product){
        .m = pass->n,
        .n = n_inputs,
        .k = n_outputs,
        .a = pass->output_gradient,
        .a_stride = n_outputs,
        .b = pass->weights,
        .b_stride = n_inputs,
        .c = pass->input_gradient,
        .c_stride = n_inputs,
        .alpha = 1,
        .crew = pass->crew,
    });
}

static void dense_backward(const struct layer *layer, const struct layer_pass *pass)
{
    if (pass->bias_gradient)
        kernels_best()->add_up_rows(pass->output_gradient, pass->n, layer->output.channels,
                                    pass->bias_gradient);
    if (!dense_varying_backward(layer, pass)) {
        struct gemm_product product = dense_weight_gradient(layer, pass);
        gemm_run(&product);
    }
    if (pass->input_gradient)
        set_input_gradient(layer, pass);
}

static size_t dense_scratch_floats(const struct layer *layer, size_t n, int for_training,
                                   int n_threads)
{
    return for_training ? dense_varying_scratch_floats(layer, n, n_threads) : 0;
}

static const struct layer_ops dense_ops = {
    .kind = "dense",
    .layout = LAYOUT_ROWS,
    .can_rectify_output = 1,
    .forward = dense_forward,
    .backward = dense_backward,
    .scratch_floats = dense_scratch_floats,
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
    layer->memory_floats = dense_varying_memory_floats();
    layer->flops = 2.0 * (double)layer->n_weights;
    return PT_OK;
}
