/* Convolutions (cross-correlations, as in PyTorch), sixteen samples at a time (num/lanes.h). */
#include "nn/layer.h"

#include "num/lanes.h"

#include <string.h>

static struct lanes_conv describe(const struct layer *layer)
{
    return (struct lanes_conv){
        .in_channels = layer->input.channels,
        .in_height = layer->input.height,
        .in_width = layer->input.width,
        .out_channels = layer->output.channels,
        .out_height = layer->output.height,
        .out_width = layer->output.width,
        .kernel = layer->kernel,
        .stride = layer->stride,
        .padding = layer->padding,
    };
}

static void conv2d_forward(const struct layer *layer, const struct layer_pass *pass)
{
    struct lanes_conv conv = describe(layer);
    lanes_conv_forward(&conv, lanes_groups(pass->n), pass->input, pass->weights, pass->biases,
                       pass->output, pass->scratch, pass->crew);
}

static void conv2d_backward(const struct layer *layer, const struct layer_pass *pass)
{
    struct lanes_conv conv = describe(layer);
    size_t groups = lanes_groups(pass->n);
    lanes_conv_weight_gradient(&conv, groups, pass->input, pass->output_gradient,
                               pass->weight_gradient, pass->bias_gradient, pass->scratch,
                               pass->crew);
    if (pass->input_gradient)
        lanes_conv_input_gradient(&conv, groups, pass->weights, pass->output_gradient,
                                  pass->input_gradient, pass->scratch, pass->crew);
}

static size_t conv2d_scratch_floats(const struct layer *layer, size_t n, int for_training,
                                    int n_threads)
{
    (void)for_training;
    struct lanes_conv conv = describe(layer);
    return lanes_conv_scratch_floats(&conv, lanes_groups(n), n_threads);
}

static const struct layer_ops conv2d_ops = {
    .kind = "conv2d",
    .layout = LAYOUT_LANES,
    .forward = conv2d_forward,
    .backward = conv2d_backward,
    .scratch_floats = conv2d_scratch_floats,
};

int conv2d_make(struct layer *layer, size_t n_channels, size_t kernel, size_t stride,
                size_t padding, int has_bias, struct pt_error *error)
{
    int status = layer_slide(layer, kernel, stride, padding, error);
    if (status)
        return status;
    layer->output.channels = n_channels;
    size_t weight_shape[] = {n_channels, layer->input.channels, kernel, kernel};
    status = layer_count(layer->name, "weight", weight_shape, 4, &layer->n_weights, error);
    if (status)
        return status;
    size_t padded[] = {layer->input.channels, layer->input.height + 2 * padding,
                       layer->input.width + 2 * padding, LANES};
    size_t output[] = {n_channels, layer->output.height, layer->output.width, LANES}, n;
    status = layer_count(layer->name, "padded input", padded, 4, &n, error);
    if (!status)
        status = layer_count(layer->name, "output", output, 4, &n, error);
    if (status)
        return status;
    layer->ops = &conv2d_ops;
    layer->weight_rank = 4;
    memcpy(layer->weight_shape, weight_shape, sizeof weight_shape);
    layer->n_biases = has_bias ? n_channels : 0;
    layer->flops =
        2.0 * (double)layer->n_weights * (double)layer->output.height * (double)layer->output.width;
    return PT_OK;
}
