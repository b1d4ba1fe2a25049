/*
 * Convolution of maps that hold 16 samples side by side in the lanes of a vector.
 *
 * A map of n samples is [ceil(n / 16)][channel][y][x][16] floats, aligned to 64 bytes: a group of
 * 16 samples after the other; whatever the number of channels, each operation works on whole
 * vectors. The lanes of the last group that belong to no sample are computed like any other.
 *
 * Every element is the sum of its products in an order that depends on the shape alone, made by one
 * thread: the bytes of a result are the same for any number of them.
 */
#ifndef NUM_LANES_H
#define NUM_LANES_H

#include "phasetrace/crew.h"

#include <stddef.h>

#define LANES 16

/* Input [in_channels][in_height][in_width], output [out_channels][out_height][out_width] with
 * out_height = (in_height + 2 padding - kernel) / stride + 1, out_width likewise. */
struct lanes_conv {
    size_t in_channels, in_height, in_width;
    size_t out_channels, out_height, out_width;
    size_t kernel, stride, padding;
};

/* Groups that n samples take. */
static inline size_t lanes_groups(size_t n)
{
    return (n + LANES - 1) / LANES;
}

/* [n][n_features] to [groups][n_features][16]; lanes without a sample become 0. */
void lanes_from_rows(const float *rows, size_t n, size_t n_features, float *lanes,
                     struct pt_crew *crew);
/* The way back; lanes without a sample are not read. */
void lanes_to_rows(const float *lanes, size_t n, size_t n_features, float *rows,
                   struct pt_crew *crew);

/* Floats of scratch, aligned to 64 bytes, that suffice for each of the three functions below, with
 * n_groups or fewer. */
size_t lanes_conv_scratch_floats(const struct lanes_conv *conv, size_t n_groups, int n_threads);

/* y = x * w + bias; w [out_channels][in_channels][kernel][kernel], bias [out_channels] or NULL. */
void lanes_conv_forward(const struct lanes_conv *conv, size_t n_groups, const float *x,
                        const float *w, const float *bias, float *y, float *scratch,
                        struct pt_crew *crew);
/* dx = the gradient of the loss by x, where dy is that by y. */
void lanes_conv_input_gradient(const struct lanes_conv *conv, size_t n_groups, const float *w,
                               const float *dy, float *dx, float *scratch, struct pt_crew *crew);
/* dw and db (may be NULL) = the gradients by w and by the bias, summed over all lanes: those
 * without a sample must have dy = 0 and a finite x. */
void lanes_conv_weight_gradient(const struct lanes_conv *conv, size_t n_groups, const float *x,
                                const float *dy, float *dw, float *db, float *scratch,
                                struct pt_crew *crew);

#endif
