/*
 * Max pooling of maps that hold 16 samples side by side in the lanes of a vector (num/lanes.h).
 *
 * Windows are kernel x kernel, stride apart, over a plane [in_height][in_width][16] with padding
 * that never is the largest. In each lane the first of equal values counts as the largest, row by
 * row, and a NaN before all others, as in PyTorch.
 */
#ifndef NUM_LANES_POOL_H
#define NUM_LANES_POOL_H

#include <stddef.h>

struct lanes_pool {
    size_t in_height, in_width, out_height, out_width;
    size_t kernel, stride, padding; /* padding at most half the kernel */
    int rectifies; /* as if a ReLU had been before it: what is below 0 counts as 0 */
};

/* y [out_height][out_width][16] from one plane x. */
void lanes_pool_forward(const struct lanes_pool *pool, const float *x, float *y);
/* dx = the gradient by x, where dy is that by y; overwritten. */
void lanes_pool_gradient(const struct lanes_pool *pool, const float *x, const float *dy, float *dx);

#endif
