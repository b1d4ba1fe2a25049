/* Laying out the weights of a convolution on tables. */
#include "trace/tap_weights.h"

#include "num/gemm.h"
#include "trace/table_layers.h"

static size_t n_taps(const struct tap_weights *w)
{
    return w->layer.kernel * w->layer.kernel;
}

static size_t n_in(const struct tap_weights *w)
{
    return w->layer.input.channels;
}

static size_t n_out(const struct tap_weights *w)
{
    return w->layer.output.channels;
}

size_t weight_tap_floats(const struct tap_weights *w)
{
    return gemm_packed_floats(w->kernels, n_out(w), n_in(w));
}

size_t weight_row_floats(const struct tap_weights *w)
{
    size_t floats = 0;
    for (size_t r = 0; r < n_remainders(&w->layer); r++)
        floats += gemm_packed_floats(w->kernels, taps_met(&w->layer, r) * n_out(w), n_in(w));
    return floats;
}

/* From PyTorch's [outputs, inputs, ty, tx] to [ty, inputs, tx by remainder, outputs], scaled. */
static void arrange_weights(const struct tap_weights *w, const float *factors, float *arranged)
{
    size_t kernel = w->layer.kernel, row = kernel * n_out(w);
    for (size_t o = 0; o < n_out(w); o++)
        for (size_t c = 0; c < n_in(w); c++) {
            const float *from = w->layer.weights + (o * n_in(w) + c) * n_taps(w);
            float *to = arranged + c * row + o;
            for (size_t r = 0; r < w->layer.stride; r++)
                for (size_t tx = r; tx < kernel; tx += w->layer.stride, to += n_out(w))
                    for (size_t ty = 0; ty < kernel; ty++)
                        to[ty * n_in(w) * row] = factors[o] * from[ty * kernel + tx];
        }
}

static void pack_rows(const struct tap_weights *w, const float *arranged, float *packed)
{
    size_t row = w->layer.kernel * n_out(w);
    for (size_t ty = 0; ty < w->layer.kernel; ty++) {
        const float *from = arranged + ty * n_in(w) * row;
        for (size_t r = 0; r < n_remainders(&w->layer); r++) {
            size_t n = taps_met(&w->layer, r) * n_out(w);
            gemm_pack(w->kernels, GEMM_AS_IS, n, n_in(w), from, row, packed);
            packed += gemm_packed_floats(w->kernels, n, n_in(w));
            from += n;
        }
    }
}

/* By remainder, as they are arranged. */
static size_t column_of_tap(const struct tap_weights *w, size_t tx)
{
    size_t before = 0;
    for (size_t r = 0; r < tx % w->layer.stride; r++)
        before += taps_met(&w->layer, r);
    return before + tx / w->layer.stride;
}

static void pack_taps(const struct tap_weights *w, const float *arranged, float *packed)
{
    size_t kernel = w->layer.kernel, row = kernel * n_out(w);
    for (size_t tap = 0; tap < n_taps(w); tap++) {
        const float *from =
            arranged + tap / kernel * n_in(w) * row + column_of_tap(w, tap % kernel) * n_out(w);
        gemm_pack(w->kernels, GEMM_AS_IS, n_out(w), n_in(w), from, row, packed);
        packed += gemm_packed_floats(w->kernels, n_out(w), n_in(w));
    }
}

void tap_weights_factors(const struct tap_weights *w, float *factors, float *biases)
{
    for (size_t o = 0; o < n_out(w); o++) {
        factors[o] = 1;
        biases[o] = 0;
    }
    if (w->has_batchnorm)
        batchnorm_factors(&w->batchnorm, factors, biases);
    for (size_t o = 0; o < n_out(w) && w->layer.biases; o++)
        biases[o] += factors[o] * w->layer.biases[o];
}

static size_t aligned(size_t n_floats)
{
    return (n_floats + 15) / 16 * 16;
}

size_t tap_weights_floats(const struct tap_weights *w)
{
    return aligned(2 * n_out(w)) + aligned(n_taps(w) * n_in(w) * n_out(w)) +
           aligned(w->layer.kernel * weight_row_floats(w)) + n_taps(w) * weight_tap_floats(w);
}

struct packed_taps tap_weights_pack(const struct tap_weights *w, float *floats)
{
    float *biases = floats, *factors = biases + n_out(w);
    float *arranged = floats + aligned(2 * n_out(w));
    float *rows = arranged + aligned(n_taps(w) * n_in(w) * n_out(w));
    float *taps = rows + aligned(w->layer.kernel * weight_row_floats(w));
    tap_weights_factors(w, factors, biases);
    arrange_weights(w, factors, arranged);
    pack_rows(w, arranged, rows);
    pack_taps(w, arranged, taps);
    return (struct packed_taps){biases, rows, taps};
}
