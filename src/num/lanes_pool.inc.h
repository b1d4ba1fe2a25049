/* Max pooling over samples in lanes; included by num/kernels.inc.h, described in num/lanes_pool.h.
 */
#include "num/lanes_pool.h"

#include <stdint.h>
#include <string.h>

/* As wide as a register: comparisons of wider vectors would be made one by one. */
enum { POOLED = 2 * KERNEL_LANES };
typedef float pooled __attribute__((vector_size(4 * POOLED), may_alias));
typedef int32_t pooled_bits __attribute__((vector_size(4 * POOLED), may_alias));

/* The part of [index stride - padding, + kernel) that lies in [0, size). */
INLINE void pool_clip(const struct lanes_pool *pool, size_t index, size_t size, size_t *first,
                      size_t *end)
{
    size_t start = index * pool->stride, stop = start + pool->kernel;
    *first = start > pool->padding ? start - pool->padding : 0;
    *end = stop - pool->padding < size ? stop - pool->padding : size;
}

/* Where `value` is larger than all before it, or is the first that is not a number. */
INLINE pooled_bits pool_is_larger(pooled value, pooled largest)
{
    return ~(value <= largest) & (largest == largest);
}

INLINE pooled pool_choose(pooled_bits condition, pooled yes, pooled no)
{
    return (pooled)((condition & (pooled_bits)yes) | (~condition & (pooled_bits)no));
}

/* Values of a window of n_rows rows, each of n_columns vectors, row_floats apart. */
INLINE pooled pool_largest(const float *window, size_t n_rows, size_t n_columns, size_t row_floats)
{
    pooled largest = *(const pooled *)(const void *)window;
    for (size_t i = 0; i < n_rows; i++)
        for (size_t k = 0; k < n_columns; k++) {
            pooled value = *(const pooled *)(const void *)(window + i * row_floats + 16 * k);
            largest = pool_choose(pool_is_larger(value, largest), value, largest);
        }
    return largest;
}

/* What a ReLU between the window and the pool makes of the largest value. */
INLINE pooled pool_rectify(const struct lanes_pool *pool, pooled largest)
{
    const pooled zero = {0};
    if (!pool->rectifies)
        return largest;
    return pool_choose(largest < zero, zero, largest);
}

/* Lanes in which the gradient passes: everywhere, or where a ReLU lets it. */
INLINE pooled_bits pool_passes(const struct lanes_pool *pool, pooled largest)
{
    const pooled zero = {0};
    if (!pool->rectifies)
        return (largest == largest) | (largest != largest);
    return ~(largest <= zero);
}

/* Adds `gradient` in each lane in the place of the first value that is the largest. */
INLINE void pool_hand_on(const struct lanes_pool *pool, const float *window, size_t n_rows,
                         size_t n_columns, size_t row_floats, pooled gradient, float *to)
{
    pooled largest = pool_largest(window, n_rows, n_columns, row_floats);
    pooled_bits is_open = pool_passes(pool, largest);
    for (size_t i = 0; i < n_rows; i++)
        for (size_t k = 0; k < n_columns; k++) {
            size_t at = i * row_floats + 16 * k;
            pooled value = *(const pooled *)(const void *)(window + at);
            pooled_bits is_it = is_open & ((value == largest) | (value != value));
            *(pooled *)(void *)(to + at) += (pooled)(is_it & (pooled_bits)gradient);
            is_open &= ~is_it;
        }
}

static void max_pool(const struct lanes_pool *pool, const float *x, float *y)
{
    size_t row_floats = 16 * pool->in_width;
    for (size_t row = 0; row < pool->out_height; row++)
        for (size_t column = 0; column < pool->out_width; column++, y += 16) {
            size_t top, bottom, left, right;
            pool_clip(pool, row, pool->in_height, &top, &bottom);
            pool_clip(pool, column, pool->in_width, &left, &right);
            const float *window = x + top * row_floats + 16 * left;
            for (size_t part = 0; part < 16; part += POOLED) {
                pooled largest =
                    pool_largest(window + part, bottom - top, right - left, row_floats);
                *(pooled *)(void *)(y + part) = pool_rectify(pool, largest);
            }
        }
}

static void max_pool_gradient(const struct lanes_pool *pool, const float *x, const float *dy,
                              float *dx)
{
    size_t row_floats = 16 * pool->in_width;
    memset(dx, 0, pool->in_height * row_floats * sizeof *dx);
    for (size_t row = 0; row < pool->out_height; row++)
        for (size_t column = 0; column < pool->out_width; column++, dy += 16) {
            size_t top, bottom, left, right;
            pool_clip(pool, row, pool->in_height, &top, &bottom);
            pool_clip(pool, column, pool->in_width, &left, &right);
            size_t at = top * row_floats + 16 * left;
            for (size_t part = 0; part < 16; part += POOLED) {
                pooled gradient = *(const pooled *)(const void *)(dy + part);
                pool_hand_on(pool, x + at + part, bottom - top, right - left, row_floats, gradient,
                             dx + at + part);
            }
        }
}

/*
 * The usual pool, without conditions in its loops: windows 2x2 side by side over the whole plane.
 * The larger of each row meets that of the other row; of equal ones the first wins.
 */
struct pool_match {
    pooled_bits right[2], below; /* where the winner of a row, of both, is the second */
    pooled largest;
};

INLINE pooled pool_play(const float *row, pooled_bits *is_right)
{
    pooled left = *(const pooled *)(const void *)row;
    pooled right = *(const pooled *)(const void *)(row + 16);
    *is_right = pool_is_larger(right, left);
    return pool_choose(*is_right, right, left);
}

INLINE struct pool_match pool_play_twos(const float *window, size_t row_floats)
{
    struct pool_match match;
    pooled top = pool_play(window, &match.right[0]);
    pooled bottom = pool_play(window + row_floats, &match.right[1]);
    match.below = pool_is_larger(bottom, top);
    match.largest = pool_choose(match.below, bottom, top);
    return match;
}

static void max_pool_twos(const struct lanes_pool *pool, const float *x, float *y)
{
    size_t row_floats = 16 * pool->in_width;
    for (size_t row = 0; row < pool->out_height; row++, x += 2 * row_floats)
        for (size_t column = 0; column < pool->out_width; column++, y += 16)
            for (size_t part = 0; part < 16; part += POOLED) {
                struct pool_match match = pool_play_twos(x + 32 * column + part, row_floats);
                *(pooled *)(void *)(y + part) = pool_rectify(pool, match.largest);
            }
}

INLINE void pool_pay(pooled_bits is_right, pooled_bits prize, float *row)
{
    *(pooled *)(void *)row = (pooled)(~is_right & prize);
    *(pooled *)(void *)(row + 16) = (pooled)(is_right & prize);
}

static void max_pool_twos_gradient(const struct lanes_pool *pool, const float *x, const float *dy,
                                   float *dx)
{
    size_t row_floats = 16 * pool->in_width;
    for (size_t row = 0; row < pool->out_height; row++, x += 2 * row_floats, dx += 2 * row_floats)
        for (size_t column = 0; column < pool->out_width; column++, dy += 16)
            for (size_t part = 0; part < 16; part += POOLED) {
                struct pool_match match = pool_play_twos(x + 32 * column + part, row_floats);
                pooled_bits prize = *(const pooled_bits *)(const void *)(dy + part) &
                                    pool_passes(pool, match.largest);
                float *to = dx + 32 * column + part;
                pool_pay(match.right[0], ~match.below & prize, to);
                pool_pay(match.right[1], match.below & prize, to + row_floats);
            }
}
