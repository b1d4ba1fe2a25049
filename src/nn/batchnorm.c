/*
 * Batch normalisation of each channel, sixteen samples at a time.
 *
 * y = weight (x - mean) / sqrt(variance + epsilon) + bias, with the batch's own mean and variance
 * in training, the running ones otherwise. Sums over a plane are taken lane by lane in float, sums
 * over planes in double.
 */
#include "nn/layer.h"

#include "nn/vectors.h"

#include <math.h>
#include <string.h>

/* One channel of a batch: the same plane in every group of samples. */
struct channel {
    size_t n, n_positions;
    size_t stride;      /* vectors from a group to the next */
    size_t first;       /* vector at which the first group's plane starts */
    size_t n_last_lane; /* samples in the last group */
};

static struct channel channel_of(const struct layer *layer, size_t n, size_t index)
{
    size_t n_positions = layer->input.height * layer->input.width;
    return (struct channel){
        .n = n,
        .n_positions = n_positions,
        .stride = layer->input.channels * n_positions,
        .first = index * n_positions,
        .n_last_lane = n % LANES ? n % LANES : LANES,
    };
}

/* Of the lanes' sums in group `group`, those that belong to samples. */
static double sum_of_samples(const struct channel *c, size_t group, const lane_floats *lane_sums)
{
    float sums[LANES];
    memcpy(sums, lane_sums, sizeof sums);
    size_t n_lanes = group + 1 == lanes_groups(c->n) ? c->n_last_lane : LANES;
    double sum = 0;
    for (size_t lane = 0; lane < n_lanes; lane++)
        sum += (double)sums[lane];
    return sum;
}

static double n_values(const struct channel *c)
{
    return (double)c->n * (double)c->n_positions;
}

static double mean_of(const struct channel *c, const float *x)
{
    double sum = 0;
    for (size_t group = 0; group < lanes_groups(c->n); group++) {
        const lane_floats *plane = as_vectors(x) + c->first + group * c->stride;
        lane_floats sums = {0};
        for (size_t k = 0; k < c->n_positions; k++)
            sums += plane[k];
        sum += sum_of_samples(c, group, &sums);
    }
    return sum / n_values(c);
}

static double variance_of(const struct channel *c, const float *x, float mean)
{
    double sum = 0;
    for (size_t group = 0; group < lanes_groups(c->n); group++) {
        const lane_floats *plane = as_vectors(x) + c->first + group * c->stride;
        lane_floats sums = {0};
        for (size_t k = 0; k < c->n_positions; k++) {
            lane_floats difference = plane[k] - mean;
            sums += difference * difference;
        }
        sum += sum_of_samples(c, group, &sums);
    }
    return sum / n_values(c);
}

/* y = scale x + shift over the channel. */
static void scale_channel(const struct channel *c, const float *x, float scale, float shift,
                          float *y)
{
    for (size_t group = 0; group < lanes_groups(c->n); group++) {
        const lane_floats *from = as_vectors(x) + c->first + group * c->stride;
        lane_floats *to = as_vectors_to(y) + c->first + group * c->stride;
        for (size_t k = 0; k < c->n_positions; k++)
            to[k] = scale * from[k] + shift;
    }
}

/* What is kept for backward: [2, channels], the batch's means and variances. */
static float *batch_means(const struct layer_pass *pass)
{
    return pass->memory;
}

static float *batch_variances(const struct layer *layer, const struct layer_pass *pass)
{
    return pass->memory + layer->n_running;
}

static float inverse_deviation(float variance)
{
    return (float)(1 / sqrt((double)variance + BATCHNORM_EPSILON));
}

static void normalise_channel(const struct layer *layer, const struct layer_pass *pass, size_t i)
{
    struct channel c = channel_of(layer, pass->n, i);
    float mean = pass->running[i], variance = pass->running[layer->n_running + i];
    if (pass->is_training) {
        mean = batch_means(pass)[i] = (float)mean_of(&c, pass->input);
        variance = (float)variance_of(&c, pass->input, mean);
        batch_variances(layer, pass)[i] = variance;
    }
    float scale = pass->weights[i] * inverse_deviation(variance);
    scale_channel(&c, pass->input, scale, pass->biases[i] - scale * mean, pass->output);
}

static void batchnorm_forward(const struct layer *layer, const struct layer_pass *pass)
{
    layer_share(layer, pass, layer->n_running, normalise_channel);
}

/* Sums over the channel of dy and of dy (x - mean). */
static void sum_gradients(const struct channel *c, const float *dy, const float *x, float mean,
                          double *sum, double *product)
{
    *sum = *product = 0;
    for (size_t group = 0; group < lanes_groups(c->n); group++) {
        const lane_floats *gradient = as_vectors(dy) + c->first + group * c->stride;
        const lane_floats *value = as_vectors(x) + c->first + group * c->stride;
        lane_floats sums = {0}, products = {0};
        for (size_t k = 0; k < c->n_positions; k++) {
            sums += gradient[k];
            products += gradient[k] * (value[k] - mean);
        }
        *sum += sum_of_samples(c, group, &sums);
        *product += sum_of_samples(c, group, &products);
    }
}

/* dx = a dy + b (x - mean) + shift for lanes with a sample, 0 for the others. */
static void set_input_gradient(const struct channel *c, const float *dy, const float *x, float mean,
                               float a, float b, float shift, float *dx)
{
    for (size_t group = 0; group < lanes_groups(c->n); group++) {
        size_t at = c->first + group * c->stride;
        const lane_floats *gradient = as_vectors(dy) + at, *value = as_vectors(x) + at;
        lane_floats *to = as_vectors_to(dx) + at, is_sample;
        for (size_t lane = 0; lane < LANES; lane++)
            is_sample[lane] = group + 1 < lanes_groups(c->n) || lane < c->n_last_lane;
        for (size_t k = 0; k < c->n_positions; k++)
            to[k] = is_sample * (a * gradient[k] + (b * (value[k] - mean) + shift));
    }
}

/* Moves the running mean and variance; as in PyTorch the running variance is the unbiased one. */
static void move_running(const struct layer *layer, const struct layer_pass *pass, size_t i,
                         double n)
{
    float *mean = pass->moving + i, *variance = pass->moving + layer->n_running + i;
    double unbiased = (double)batch_variances(layer, pass)[i] * (n > 1 ? n / (n - 1) : 1);
    *mean += (float)(BATCHNORM_MOMENTUM * ((double)batch_means(pass)[i] - (double)*mean));
    *variance += (float)(BATCHNORM_MOMENTUM * (unbiased - (double)*variance));
}

/* With u = (x - mean) / deviation and averages over the batch:
 * dx = weight / deviation (dy - average(dy) - u average(dy u)). */
static void channel_gradient(const struct layer *layer, const struct layer_pass *pass, size_t i)
{
    struct channel c = channel_of(layer, pass->n, i);
    float mean = batch_means(pass)[i];
    float inverse = inverse_deviation(batch_variances(layer, pass)[i]);
    double sum, product;
    sum_gradients(&c, pass->output_gradient, pass->input, mean, &sum, &product);
    pass->bias_gradient[i] = (float)sum;
    pass->weight_gradient[i] = (float)(product * (double)inverse);
    if (pass->moving)
        move_running(layer, pass, i, n_values(&c));
    if (!pass->input_gradient)
        return;
    double a = (double)pass->weights[i] * (double)inverse;
    double b = -a * product / n_values(&c) * (double)inverse * (double)inverse;
    double shift = -a * sum / n_values(&c);
    set_input_gradient(&c, pass->output_gradient, pass->input, mean, (float)a, (float)b,
                       (float)shift, pass->input_gradient);
}

static void batchnorm_backward(const struct layer *layer, const struct layer_pass *pass)
{
    layer_share(layer, pass, layer->n_running, channel_gradient);
}

static const struct layer_ops batchnorm_ops = {
    .kind = "batchnorm",
    .layout = LAYOUT_LANES,
    .forward = batchnorm_forward,
    .backward = batchnorm_backward,
};

int batchnorm_make(struct layer *layer, struct pt_error *error)
{
    size_t n_channels = layer->input.channels, n;
    int status = layer_count(layer->name, "weight", &n_channels, 1, &n, error);
    if (status)
        return status;
    layer->ops = &batchnorm_ops;
    layer->output = layer->input;
    layer->weight_rank = 1;
    layer->weight_shape[0] = n_channels;
    layer->n_weights = layer->n_biases = layer->n_running = n_channels;
    layer->memory_floats = 2 * n_channels;
    layer->flops = 2 * (double)shape_count(&layer->input);
    return PT_OK;
}
