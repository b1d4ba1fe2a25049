/* Layers as one would write them down, in double: what the engine's results are held against. */
#ifndef REFERENCE_H
#define REFERENCE_H

#include "testing.h"

#include "base/random.h"
#include "nn/layer.h"

static inline void fill_uniform(float *values, size_t n, double bound, uint32_t index)
{
    struct random_stream stream = random_stream(7, RANDOM_TEST, 0, index);
    for (size_t i = 0; i < n; i++)
        values[i] = (float)(bound * (2 * random_uniform(&stream) - 1));
}

static inline double *to_double(const float *values, size_t n)
{
    double *copy = calloc(n + 1, sizeof *copy);
    assert_non_null(copy);
    for (size_t i = 0; i < n; i++)
        copy[i] = (double)values[i];
    return copy;
}

static inline void reference_dense(const struct layer *layer, const double *parameters,
                                   const double *input, double *output)
{
    size_t n_inputs = shape_count(&layer->input);
    for (size_t o = 0; o < layer->output.channels; o++) {
        output[o] = layer->n_biases ? parameters[layer->n_weights + o] : 0;
        for (size_t i = 0; i < n_inputs; i++)
            output[o] += parameters[o * n_inputs + i] * input[i];
    }
}

/* The input at (channel, y, x) of the padded image. */
static inline double padded_value(const struct layer *layer, const double *input, size_t channel,
                                  size_t y, size_t x)
{
    size_t height = layer->input.height, width = layer->input.width, padding = layer->padding;
    if (y < padding || x < padding || y - padding >= height || x - padding >= width)
        return 0;
    return input[(channel * height + y - padding) * width + x - padding];
}

static inline double reference_window(const struct layer *layer, const double *parameters,
                                      const double *input, size_t o, size_t y, size_t x)
{
    size_t kernel = layer->kernel;
    double sum = layer->n_biases ? parameters[layer->n_weights + o] : 0;
    const double *weight = parameters + o * layer->input.channels * kernel * kernel;
    for (size_t c = 0; c < layer->input.channels; c++)
        for (size_t ky = 0; ky < kernel; ky++)
            for (size_t kx = 0; kx < kernel; kx++)
                sum += *weight++ * padded_value(layer, input, c, y * layer->stride + ky,
                                                x * layer->stride + kx);
    return sum;
}

static inline int is_padding(const struct layer *layer, size_t y, size_t x)
{
    return y < layer->padding || x < layer->padding || y - layer->padding >= layer->input.height ||
           x - layer->padding >= layer->input.width;
}

static inline double reference_average(const struct layer *layer, const double *input, size_t c,
                                       size_t y, size_t x)
{
    double sum = 0;
    for (size_t ky = 0; ky < layer->kernel; ky++)
        for (size_t kx = 0; kx < layer->kernel; kx++)
            sum += padded_value(layer, input, c, y * layer->stride + ky, x * layer->stride + kx);
    return sum / (double)(layer->kernel * layer->kernel);
}

static inline double reference_channel_mean(const struct layer *layer, const double *input,
                                            size_t c)
{
    size_t n = layer->input.height * layer->input.width;
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += input[c * n + i];
    return sum / (double)n;
}

static inline double reference_maximum(const struct layer *layer, const double *input, size_t c,
                                       size_t y, size_t x)
{
    double largest = -INFINITY;
    for (size_t ky = 0; ky < layer->kernel; ky++)
        for (size_t kx = 0; kx < layer->kernel; kx++)
            if (!is_padding(layer, y * layer->stride + ky, x * layer->stride + kx))
                largest = fmax(largest, padded_value(layer, input, c, y * layer->stride + ky,
                                                     x * layer->stride + kx));
    return largest;
}

/* One sample; `parameters` are the weights with the biases after them. */
static inline void reference_forward(const struct layer *layer, const double *parameters,
                                     const double *input, double *output)
{
    const char *kind = layer->ops->kind;
    if (strcmp(kind, "dense") == 0) {
        reference_dense(layer, parameters, input, output);
        return;
    }
    size_t at = 0;
    for (size_t c = 0; c < layer->output.channels; c++)
        for (size_t y = 0; y < layer->output.height; y++)
            for (size_t x = 0; x < layer->output.width; x++, at++)
                if (strcmp(kind, "conv2d") == 0)
                    output[at] = reference_window(layer, parameters, input, c, y, x);
                else if (strcmp(kind, "maxpool2d") == 0)
                    output[at] = reference_maximum(layer, input, c, y, x);
                else if (strcmp(kind, "avgpool2d") == 0)
                    output[at] = reference_average(layer, input, c, y, x);
                else if (strcmp(kind, "global_avgpool") == 0)
                    output[at] = reference_channel_mean(layer, input, c);
                else
                    output[at] = strcmp(kind, "relu") == 0 ? fmax(0, input[at]) : input[at];
}

#endif
