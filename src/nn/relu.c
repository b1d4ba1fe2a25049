/* Rectified linear units: max(0, x), with NaN kept as NaN. */
#include "nn/layer.h"

#include "nn/chunks.h"

/* `y` may be `x`, `dx` may be `dy`. Loops of their own, and without a load that depends on a
 * condition: the compiler then makes vectors of them. */
static void rectify(const float *x, float *y, size_t n)
{
#pragma omp simd
    for (size_t i = 0; i < n; i++)
        y[i] = x[i] < 0 ? 0 : x[i];
}

static void rectify_gradient(const float *output, const float *dy, float *dx, size_t n)
{
#pragma omp simd
    for (size_t i = 0; i < n; i++) {
        float gradient = dy[i];
        dx[i] = output[i] <= 0 ? 0 : gradient;
    }
}

static void relu_forward(const struct layer *layer, const struct layer_pass *pass)
{
    size_t count = layer_array_count(&layer->output, pass->n, layer->layout);
#pragma omp parallel for num_threads(pass->n_threads) if (pass->n_threads > 1)
    for (size_t at = 0; at < count; at += CHUNK_FLOATS)
        rectify(pass->input + at, pass->output + at, chunk_floats(at, count));
}

static void relu_backward(const struct layer *layer, const struct layer_pass *pass)
{
    if (!pass->input_gradient)
        return;
    size_t count = layer_array_count(&layer->output, pass->n, layer->layout);
#pragma omp parallel for num_threads(pass->n_threads) if (pass->n_threads > 1)
    for (size_t at = 0; at < count; at += CHUNK_FLOATS)
        rectify_gradient(pass->output + at, pass->output_gradient + at, pass->input_gradient + at,
                         chunk_floats(at, count));
}

static const struct layer_ops relu_ops = {
    .kind = "relu",
    .in_place = IN_PLACE_OVERWRITES,
    .backward_reads_output = 1,
    .forward = relu_forward,
    .backward = relu_backward,
};

void relu_make(struct layer *layer)
{
    layer->ops = &relu_ops;
    layer->output = layer->input;
}
