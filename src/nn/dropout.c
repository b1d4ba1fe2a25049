/* Dropout: in training, a random share of the values is 0; else nothing. */
#include "nn/layer.h"

#include "base/random.h"
#include "num/lanes.h"

#include <string.h>

/* Where value `feature` of sample `i` lies. */
static size_t place_of(const struct layer *layer, size_t n_features, size_t i, size_t feature)
{
    if (layer->layout == LAYOUT_LANES)
        return (i / LANES * n_features + feature) * LANES + i % LANES;
    return i * n_features + feature;
}

/* y = x scaled or dropped, drawn for each sample from a stream of its own. Lanes without a sample
 * are drawn for as well: what is 0 there stays 0. */
static void drop(const struct layer *layer, const struct layer_pass *pass, const float *x, float *y)
{
    size_t n_features = shape_count(&layer->output);
    size_t n = layer_array_count(&layer->output, pass->n, layer->layout) / n_features;
    float scale = (float)(1 / (1 - layer->rate));
    uint32_t threshold = (uint32_t)(layer->rate * 0x1p32);
#pragma omp parallel for num_threads(pass->n_threads) if (pass->n_threads > 1)
    for (size_t i = 0; i < n; i++) {
        struct random_stream stream =
            random_stream(pass->draw_seed, RANDOM_DROPOUT, (uint32_t)pass->draw_step,
                          (uint32_t)(pass->index << 16 | i));
        for (size_t k = 0; k < n_features; k++) {
            size_t at = place_of(layer, n_features, i, k);
            y[at] = random_u32(&stream) < threshold ? 0 : scale * x[at];
        }
    }
}

static void apply(const struct layer *layer, const struct layer_pass *pass, const float *x,
                  float *y)
{
    if (pass->is_training && layer->rate > 0)
        drop(layer, pass, x, y);
    else if (x != y)
        memcpy(y, x, layer_array_count(&layer->output, pass->n, layer->layout) * sizeof *y);
}

static void dropout_forward(const struct layer *layer, const struct layer_pass *pass)
{
    apply(layer, pass, pass->input, pass->output);
}

/* The same draws again: no mask is kept. */
static void dropout_backward(const struct layer *layer, const struct layer_pass *pass)
{
    if (pass->input_gradient)
        apply(layer, pass, pass->output_gradient, pass->input_gradient);
}

static const struct layer_ops dropout_ops = {
    .kind = "dropout",
    .in_place = IN_PLACE_OVERWRITES,
    .forward = dropout_forward,
    .backward = dropout_backward,
};

int dropout_make(struct layer *layer, double rate, struct pt_error *error)
{
    if (!(rate >= 0 && rate < 1))
        return pt_error_set(error, PT_E_CONFIG, "layer %s: a rate of %g is not in 0 <= rate < 1",
                            layer->name, rate);
    layer->ops = &dropout_ops;
    layer->output = layer->input;
    layer->rate = rate;
    return PT_OK;
}
