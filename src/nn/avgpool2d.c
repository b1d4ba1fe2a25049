/* Average pooling over square windows, sixteen samples at a time; the padding counts as 0. */
#include "nn/layer.h"

#include "nn/window.h"
#include "num/lanes.h"

#include <string.h>

static void pool_plane(const struct layer *layer, const float *input, float *output)
{
    float share = 1.0F / (float)(layer->kernel * layer->kernel);
    for (size_t y = 0; y < layer->output.height; y++)
        for (size_t x = 0; x < layer->output.width; x++, output += LANES) {
            struct window w = window_at(layer, y, x);
            float sums[LANES] = {0};
            for (size_t row = w.top; row < w.bottom; row++)
                for (size_t column = w.left; column < w.right; column++)
                    for (size_t lane = 0; lane < LANES; lane++)
                        sums[lane] += input[(row * layer->input.width + column) * LANES + lane];
            for (size_t lane = 0; lane < LANES; lane++)
                output[lane] = share * sums[lane];
        }
}

static void spread_plane(const struct layer *layer, const float *output_gradient,
                         float *restrict input_gradient)
{
    float share = 1.0F / (float)(layer->kernel * layer->kernel);
    for (size_t y = 0; y < layer->output.height; y++)
        for (size_t x = 0; x < layer->output.width; x++, output_gradient += LANES) {
            struct window w = window_at(layer, y, x);
            for (size_t row = w.top; row < w.bottom; row++)
                for (size_t column = w.left; column < w.right; column++) {
                    float *at = input_gradient + (row * layer->input.width + column) * LANES;
                    for (size_t lane = 0; lane < LANES; lane++)
                        at[lane] += share * output_gradient[lane];
                }
        }
}

static void avgpool2d_forward(const struct layer *layer, const struct layer_pass *pass)
{
    size_t input_plane = layer->input.height * layer->input.width * LANES;
    size_t output_plane = layer->output.height * layer->output.width * LANES;
    size_t n_planes = window_planes(layer, pass->n);
#pragma omp parallel for num_threads(pass->n_threads) if (pass->n_threads > 1)
    for (size_t i = 0; i < n_planes; i++)
        pool_plane(layer, pass->input + i * input_plane, pass->output + i * output_plane);
}

static void avgpool2d_backward(const struct layer *layer, const struct layer_pass *pass)
{
    if (!pass->input_gradient)
        return;
    size_t input_plane = layer->input.height * layer->input.width * LANES;
    size_t output_plane = layer->output.height * layer->output.width * LANES;
    size_t n_planes = window_planes(layer, pass->n);
#pragma omp parallel for num_threads(pass->n_threads) if (pass->n_threads > 1)
    for (size_t i = 0; i < n_planes; i++) {
        float *gradient = pass->input_gradient + i * input_plane;
        memset(gradient, 0, input_plane * sizeof *gradient);
        spread_plane(layer, pass->output_gradient + i * output_plane, gradient);
    }
}

static const struct layer_ops avgpool2d_ops = {
    .kind = "avgpool2d",
    .layout = LAYOUT_LANES,
    .forward = avgpool2d_forward,
    .backward = avgpool2d_backward,
};

int avgpool2d_make(struct layer *layer, size_t kernel, size_t stride, size_t padding,
                   struct pt_error *error)
{
    layer->ops = &avgpool2d_ops;
    return window_make(layer, kernel, stride, padding, error);
}
