/*
 * Convolutions (cross-correlations, as in PyTorch) through matrix products.
 *
 * One sample at a time: its padded input is laid out as a matrix of columns [channels * kernel *
 * kernel, output height * width], each column a window, so that the output is weights * columns.
 * The columns of a sample stay in the cache; those of a whole batch would not.
 */
#include "nn/layer.h"

#include "num/gemm.h"

#include <string.h>

static struct pt_shape padded_shape(const struct layer *layer)
{
    return (struct pt_shape){layer->input.channels, layer->input.height + 2 * layer->padding,
                             layer->input.width + 2 * layer->padding};
}

/* Rows and columns of the column matrix. */
static size_t n_taps(const struct layer *layer)
{
    return layer->input.channels * layer->kernel * layer->kernel;
}

static size_t n_windows(const struct layer *layer)
{
    return layer->output.height * layer->output.width;
}

static float *padded_scratch(const struct layer *layer, const struct layer_pass *pass)
{
    return pass->scratch + n_taps(layer) * n_windows(layer);
}

/* Where row `row` of an unpadded image lies in the padded one; rows count through the channels. */
static size_t padded_row(const struct layer *layer, const struct pt_shape *padded, size_t row)
{
    size_t channel = row / layer->input.height, y = row % layer->input.height;
    return (channel * padded->height + y + layer->padding) * padded->width + layer->padding;
}

/* Copies the input into the middle of `image`, whose border stays zero. */
static void pad(const struct layer *layer, const float *input, float *image)
{
    struct pt_shape padded = padded_shape(layer);
    size_t width = layer->input.width;
    for (size_t row = 0; row < layer->input.channels * layer->input.height; row++)
        memcpy(image + padded_row(layer, &padded, row), input + row * width, width * sizeof *image);
}

static void crop(const struct layer *layer, const float *image, float *input_gradient)
{
    struct pt_shape padded = padded_shape(layer);
    size_t width = layer->input.width;
    for (size_t row = 0; row < layer->input.channels * layer->input.height; row++)
        memcpy(input_gradient + row * width, image + padded_row(layer, &padded, row),
               width * sizeof *image);
}

/* Where in the padded image row `tap` of the column matrix starts to read. */
static size_t tap_start(const struct layer *layer, const struct pt_shape *padded, size_t tap)
{
    size_t kernel = layer->kernel, channel = tap / (kernel * kernel);
    size_t ky = tap / kernel % kernel, kx = tap % kernel;
    return (channel * padded->height + ky) * padded->width + kx;
}

static void image_to_columns(const struct layer *layer, const float *image, float *columns)
{
    struct pt_shape padded = padded_shape(layer);
    size_t width = layer->output.width, stride = layer->stride;
    for (size_t tap = 0; tap < n_taps(layer); tap++) {
        const float *row = image + tap_start(layer, &padded, tap);
        for (size_t y = 0; y < layer->output.height; y++) {
            if (stride == 1)
                memcpy(columns, row, width * sizeof *columns);
            else
                for (size_t x = 0; x < width; x++)
                    columns[x] = row[x * stride];
            columns += width;
            row += stride * padded.width;
        }
    }
}

/* The transpose of image_to_columns(): adds each column to its window. */
static void add_columns_to_image(const struct layer *layer, const float *restrict columns,
                                 float *restrict image)
{
    struct pt_shape padded = padded_shape(layer);
    size_t width = layer->output.width, stride = layer->stride;
    for (size_t tap = 0; tap < n_taps(layer); tap++) {
        float *row = image + tap_start(layer, &padded, tap);
        for (size_t y = 0; y < layer->output.height; y++) {
            for (size_t x = 0; x < width; x++)
                row[x * stride] += columns[x];
            columns += width;
            row += stride * padded.width;
        }
    }
}

static void clear_padded(const struct layer *layer, const struct layer_pass *pass)
{
    struct pt_shape padded = padded_shape(layer);
    memset(padded_scratch(layer, pass), 0, shape_count(&padded) * sizeof(float));
}

static void fill_with_biases(const struct layer *layer, const float *biases, float *output)
{
    for (size_t channel = 0; channel < layer->n_biases; channel++)
        for (size_t k = 0; k < n_windows(layer); k++)
            *output++ = biases[channel];
}

static void conv2d_forward(const struct layer *layer, const struct layer_pass *pass)
{
    size_t n_inputs = shape_count(&layer->input), n_outputs = shape_count(&layer->output);
    float *columns = pass->scratch, *image = padded_scratch(layer, pass);
    clear_padded(layer, pass);
    for (size_t i = 0; i < pass->n; i++) {
        float *output = pass->output + i * n_outputs;
        fill_with_biases(layer, pass->biases, output);
        pad(layer, pass->input + i * n_inputs, image);
        image_to_columns(layer, image, columns);
        gemm(GEMM_AS_IS, GEMM_AS_IS, layer->n_biases, n_windows(layer), n_taps(layer), 1,
             pass->weights, columns, 1, output);
    }
}

/* In eight lanes: one running sum would wait for every addition. */
static float sum(const float *values, size_t n)
{
    float lanes[8] = {0}, rest = 0;
    size_t i = 0;
    for (; i + 8 <= n; i += 8)
        for (size_t lane = 0; lane < 8; lane++)
            lanes[lane] += values[i + lane];
    for (; i < n; i++)
        rest += values[i];
    for (size_t lane = 0; lane < 8; lane++)
        rest += lanes[lane];
    return rest;
}

static void add_parameter_gradients(const struct layer *layer, const struct layer_pass *pass)
{
    size_t n_inputs = shape_count(&layer->input), n_outputs = shape_count(&layer->output);
    float *columns = pass->scratch, *image = padded_scratch(layer, pass);
    clear_padded(layer, pass);
    for (size_t i = 0; i < pass->n; i++) {
        const float *output_gradient = pass->output_gradient + i * n_outputs;
        for (size_t channel = 0; channel < layer->n_biases; channel++)
            pass->bias_gradient[channel] +=
                sum(output_gradient + channel * n_windows(layer), n_windows(layer));
        pad(layer, pass->input + i * n_inputs, image);
        image_to_columns(layer, image, columns);
        gemm(GEMM_AS_IS, GEMM_TRANSPOSED, layer->n_biases, n_taps(layer), n_windows(layer), 1,
             output_gradient, columns, 1, pass->weight_gradient);
    }
}

static void set_input_gradient(const struct layer *layer, const struct layer_pass *pass)
{
    size_t n_inputs = shape_count(&layer->input), n_outputs = shape_count(&layer->output);
    float *columns = pass->scratch, *image = padded_scratch(layer, pass);
    for (size_t i = 0; i < pass->n; i++) {
        gemm(GEMM_TRANSPOSED, GEMM_AS_IS, n_taps(layer), n_windows(layer), layer->n_biases, 1,
             pass->weights, pass->output_gradient + i * n_outputs, 0, columns);
        clear_padded(layer, pass);
        add_columns_to_image(layer, columns, image);
        crop(layer, image, pass->input_gradient + i * n_inputs);
    }
}

static void conv2d_backward(const struct layer *layer, const struct layer_pass *pass)
{
    memset(pass->weight_gradient, 0, layer->n_weights * sizeof(float));
    memset(pass->bias_gradient, 0, layer->n_biases * sizeof(float));
    add_parameter_gradients(layer, pass);
    if (pass->input_gradient)
        set_input_gradient(layer, pass);
}

static const struct layer_ops conv2d_ops = {
    .kind = "conv2d",
    .forward = conv2d_forward,
    .backward = conv2d_backward,
};

int conv2d_make(struct layer *layer, size_t n_channels, size_t kernel, size_t stride,
                size_t padding, struct pt_error *error)
{
    int status = layer_slide(layer, kernel, stride, padding, error);
    if (status)
        return status;
    layer->output.channels = n_channels;
    size_t weight_shape[] = {n_channels, layer->input.channels, kernel, kernel};
    status = layer_count(layer->name, "weight", weight_shape, 4, &layer->n_weights, error);
    if (status)
        return status;
    size_t column_sizes[] = {n_taps(layer), layer->output.height, layer->output.width}, n_columns;
    status = layer_count(layer->name, "matrix of windows", column_sizes, 3, &n_columns, error);
    if (status)
        return status;
    struct pt_shape padded = padded_shape(layer);
    size_t image_sizes[] = {padded.channels, padded.height, padded.width}, n_image;
    status = layer_count(layer->name, "padded input", image_sizes, 3, &n_image, error);
    if (status)
        return status;
    layer->ops = &conv2d_ops;
    layer->weight_rank = 4;
    memcpy(layer->weight_shape, weight_shape, sizeof weight_shape);
    layer->n_biases = n_channels;
    layer->scratch_floats = n_columns + n_image;
    layer->flops = 2.0 * (double)layer->n_weights * (double)n_windows(layer);
    return PT_OK;
}
