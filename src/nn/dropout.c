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

/* y = x scaled or dropped for sample `i`, drawn from a stream of its own. */
static void drop(const struct layer *layer, const struct layer_pass *pass, size_t i, const float *x,
                 float *y)
{
    size_t n_features = shape_count(&layer->output);
    float scale = (float)(1 / (1 - layer->rate));
    uint32_t threshold = (uint32_t)(layer->rate * 0x1p32);
    struct random_stream stream =
        random_stream(pass->draw_seed, RANDOM_DROPOUT, (uint32_t)pass->draw_step,
                      (uint32_t)(pass->index << 16 | i));
    for (size_t k = 0; k < n_features; k++) {
        size_t at = place_of(layer, n_features, i, k);
        y[at] = random_u32(&stream) < threshold ? 0 : scale * x[at];
    }
}

static void drop_output(const struct layer *layer, const struct layer_pass *pass, size_t i)
{
    drop(layer, pass, i, pass->input, pass->output);
}

/* The same draws again: no mask is kept. */
static void drop_gradient(const struct layer *layer, const struct layer_pass *pass, size_t i)
{
    drop(layer, pass, i, pass->output_gradient, pass->input_gradient);
}

/* Lanes without a sample are drawn for as well: what is 0 there stays 0. */
static void apply(const struct layer *layer, const struct layer_pass *pass, layer_piece *drop_one,
                  const float *x, float *y)
{
    size_t count = layer_array_count(&layer->output, pass->n, layer->layout);
    if (pass->is_training && layer->rate > 0)
        layer_share(layer, pass, count / shape_count(&layer->output), drop_one);
    else if (x != y)
        memcpy(y, x, count * sizeof *y);
}

static void dropout_forward(const struct layer *layer, const struct layer_pass *pass)
{
    apply(layer, pass, drop_output, pass->input, pass->output);
}

static void dropout_backward(const struct layer *layer, const struct layer_pass *pass)
{
    if (pass->input_gradient)
        apply(layer, pass, drop_gradient, pass->output_gradient, pass->input_gradient);
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
