/* Convolution with 16 samples in the lanes of a vector. */
#include "num/lanes.h"

#include <string.h>

void lanes_from_rows(const float *rows, size_t n, size_t n_features, float *lanes, int n_threads)
{
    (void)n_threads;
    for (size_t i = 0; i < lanes_groups(n) * LANES; i++)
        for (size_t f = 0; f < n_features; f++)
            lanes[(i / LANES * n_features + f) * LANES + i % LANES] =
                i < n ? rows[i * n_features + f] : 0.0F;
}

void lanes_to_rows(const float *lanes, size_t n, size_t n_features, float *rows, int n_threads)
{
    (void)n_threads;
    for (size_t i = 0; i < n; i++)
        for (size_t f = 0; f < n_features; f++)
            rows[i * n_features + f] = lanes[(i / LANES * n_features + f) * LANES + i % LANES];
}

size_t lanes_conv_scratch_floats(const struct lanes_conv *conv, size_t n_groups, int n_threads)
{
    (void)conv, (void)n_groups, (void)n_threads;
    return 0;
}

/* The vector of x that output (oy, ox) and tap (ky, kx) meet, or SIZE_MAX for one of the border. */
static size_t input_vector(const struct lanes_conv *c, size_t oy, size_t ox, size_t ky, size_t kx)
{
    size_t iy = oy * c->stride + ky - c->padding, ix = ox * c->stride + kx - c->padding;
    return iy < c->in_height && ix < c->in_width ? iy * c->in_width + ix : (size_t)-1;
}

/* Calls `product` for every pair of an output and an input that a weight connects. */
static void walk(const struct lanes_conv *c, size_t n_groups,
                 void (*product)(const float *in, const float *out, const float *w, void *to),
                 int to, float *x, float *y, float *w)
{
    size_t n_in = c->in_height * c->in_width, taps = c->kernel * c->kernel;
    size_t n_out = c->out_height * c->out_width;
    for (size_t g = 0; g < n_groups; g++)
        for (size_t o = 0; o < c->out_channels; o++)
            for (size_t i = 0; i < c->in_channels; i++)
                for (size_t t = 0; t < taps; t++)
                    for (size_t p = 0; p < n_out; p++) {
                        size_t at = input_vector(c, p / c->out_width, p % c->out_width,
                                                 t / c->kernel, t % c->kernel);
                        if (at == (size_t)-1)
                            continue;
                        float *xv = x + ((g * c->in_channels + i) * n_in + at) * LANES;
                        float *yv = y + ((g * c->out_channels + o) * n_out + p) * LANES;
                        float *wv = w + (o * c->in_channels + i) * taps + t;
                        product(xv, yv, wv, to == 0 ? xv : to == 1 ? yv : wv);
                    }
}

static void add_to_y(const float *x, const float *y, const float *w, void *to)
{
    (void)y;
    for (size_t l = 0; l < LANES; l++)
        ((float *)to)[l] += *w * x[l];
}

static void add_to_x(const float *x, const float *y, const float *w, void *to)
{
    (void)x;
    for (size_t l = 0; l < LANES; l++)
        ((float *)to)[l] += *w * y[l];
}

static void add_to_w(const float *x, const float *y, const float *w, void *to)
{
    (void)w;
    for (size_t l = 0; l < LANES; l++)
        *(float *)to += x[l] * y[l];
}

void lanes_conv_forward(const struct lanes_conv *conv, size_t n_groups, const float *x,
                        const float *w, const float *bias, float *y, float *scratch, int n_threads)
{
    (void)scratch, (void)n_threads;
    size_t n_out = conv->out_height * conv->out_width * LANES;
    for (size_t i = 0; i < n_groups * conv->out_channels * n_out; i++)
        y[i] = bias ? bias[i / n_out % conv->out_channels] : 0.0F;
    walk(conv, n_groups, add_to_y, 1, (float *)x, y, (float *)w);
}

void lanes_conv_input_gradient(const struct lanes_conv *conv, size_t n_groups, const float *w,
                               const float *dy, float *dx, float *scratch, int n_threads)
{
    (void)scratch, (void)n_threads;
    memset(dx, 0,
           n_groups * conv->in_channels * conv->in_height * conv->in_width * LANES * sizeof *dx);
    walk(conv, n_groups, add_to_x, 0, dx, (float *)dy, (float *)w);
}

void lanes_conv_weight_gradient(const struct lanes_conv *conv, size_t n_groups, const float *x,
                                const float *dy, float *dw, float *db, float *scratch,
                                int n_threads)
{
    (void)scratch, (void)n_threads;
    memset(dw, 0,
           conv->out_channels * conv->in_channels * conv->kernel * conv->kernel * sizeof *dw);
    walk(conv, n_groups, add_to_w, 2, (float *)x, (float *)dy, dw);
    size_t n_out = conv->out_height * conv->out_width * LANES;
    for (size_t o = 0; db && o < conv->out_channels; o++) {
        db[o] = 0;
        for (size_t g = 0; g < n_groups; g++)
            for (size_t i = 0; i < n_out; i++)
                db[o] += dy[(g * conv->out_channels + o) * n_out + i];
    }
}
