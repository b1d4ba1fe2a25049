/* Max pooling over samples in lanes: the kernels in use. */
#include "num/lanes_pool.h"

#include "num/kernels.h"

void lanes_pool_forward(const struct lanes_pool *pool, const float *x, float *y)
{
    kernels_best()->max_pool(pool, x, y);
}

void lanes_pool_gradient(const struct lanes_pool *pool, const float *x, const float *dy, float *dx)
{
    kernels_best()->max_pool_gradient(pool, x, dy, dx);
}
