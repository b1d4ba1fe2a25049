/* Max pooling over samples in lanes: the kernels in use. */
#include "num/lanes_pool.h"

#include "num/kernels.h"

static int is_twos(const struct lanes_pool *pool)
{
    return pool->kernel == 2 && pool->stride == 2 && pool->padding == 0 &&
           pool->in_height == 2 * pool->out_height && pool->in_width == 2 * pool->out_width;
}

void lanes_pool_forward(const struct lanes_pool *pool, const float *x, float *y)
{
    const struct kernels *kernels = kernels_best();
    (is_twos(pool) ? kernels->max_pool_twos : kernels->max_pool)(pool, x, y);
}

void lanes_pool_gradient(const struct lanes_pool *pool, const float *x, const float *dy, float *dx)
{
    const struct kernels *kernels = kernels_best();
    (is_twos(pool) ? kernels->max_pool_twos_gradient : kernels->max_pool_gradient)(pool, x, dy, dx);
}
