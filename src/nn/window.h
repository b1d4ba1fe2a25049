/* Windows of the pools: which part of a map each output looks at. */
#ifndef NN_WINDOW_H
#define NN_WINDOW_H

#include "nn/layer.h"

/* Rows top <= y < bottom, columns left <= x < right of the input, without the padding. */
struct window {
    size_t top, bottom, left, right;
};

struct window window_at(const struct layer *layer, size_t y, size_t x);

/* Planes of sixteen samples: groups of samples times channels. */
size_t window_planes(const struct layer *layer, size_t n);

/* What all pools have in common. PT_E_CONFIG as layer_slide(), or when the padding is more than
 * half the kernel: a window could then be empty. */
int window_make(struct layer *layer, size_t kernel, size_t stride, size_t padding,
                struct pt_error *error);

#endif
