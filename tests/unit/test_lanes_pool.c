/* Max pooling in every instruction set, with ties and NaN, against a loop over each window. */
#include "testing.h"

#include "hashed.h"
#include "num/kernels.h"
#include "num/lanes_pool.h"

enum { MOST_SIDE = 9, MOST = MOST_SIDE * MOST_SIDE * 16 };

static _Alignas(64) float x[MOST], y[MOST], dy[MOST], dx[MOST], expected_dx[MOST];

/* Few different values, so that many windows have ties; some are NaN or a zero with a sign. */
static void fill(uint32_t seed)
{
    static const float values[] = {-2, -1, 0, -0.0F, 1, 2, 2, NAN};
    for (size_t i = 0; i < MOST; i++) {
        x[i] = values[(size_t)(4 * (hashed(i, seed) + 1))];
        dy[i] = hashed(i, seed + 1);
        dx[i] = y[i] = 77;
        expected_dx[i] = 0;
    }
}

/* Where in the plane the window's first largest value is: NaN before all others. */
static size_t find_largest(const struct lanes_pool *p, size_t row, size_t column, size_t lane)
{
    size_t best = SIZE_MAX;
    for (size_t i = 0; i < p->kernel; i++)
        for (size_t k = 0; k < p->kernel; k++) {
            size_t v = row * p->stride + i - p->padding, h = column * p->stride + k - p->padding;
            if (v >= p->in_height || h >= p->in_width)
                continue;
            size_t at = (v * p->in_width + h) * 16 + lane;
            if (best == SIZE_MAX || x[at] > x[best] || (isnan(x[at]) && !isnan(x[best])))
                best = at;
        }
    return best;
}

static void check_pool(const struct lanes_pool *p)
{
    for (size_t i = 0; i < p->out_height * p->out_width * 16; i++) {
        size_t place = i / 16, lane = i % 16;
        size_t best = find_largest(p, place / p->out_width, place % p->out_width, lane);
        float largest = p->rectifies && x[best] < 0 ? 0 : x[best];
        assert_true(y[i] == largest || (isnan(y[i]) && isnan(largest)));
        if (!p->rectifies || !(x[best] <= 0))
            expected_dx[best] += dy[i];
    }
    for (size_t i = 0; i < p->in_height * p->in_width * 16; i++)
        assert_near((double)dx[i], (double)expected_dx[i], 1e-6);
}

static struct lanes_pool pool_of(size_t height, size_t width, size_t kernel, size_t stride,
                                 size_t padding, int rectifies)
{
    return (struct lanes_pool){
        .in_height = height,
        .in_width = width,
        .out_height = (height + 2 * padding - kernel) / stride + 1,
        .out_width = (width + 2 * padding - kernel) / stride + 1,
        .kernel = kernel,
        .stride = stride,
        .padding = padding,
        .rectifies = rectifies,
    };
}

static void every_set_pools_windows_of_any_kind(void **state)
{
    (void)state;
    static const size_t cases[][5] = {
        {2, 2, 2, 2, 0}, {9, 7, 3, 2, 1}, {5, 5, 2, 1, 1}, {7, 9, 4, 3, 2}, {8, 4, 2, 2, 0}};
    const struct kernels *sets[3];
    for (size_t s = kernels_all(sets); s-- > 0;)
        for (uint32_t i = 0; i < 2 * sizeof cases / sizeof *cases; i++) {
            const size_t *c = cases[i / 2];
            struct lanes_pool pool = pool_of(c[0], c[1], c[2], c[3], c[4], i % 2);
            fill(10 * i);
            sets[s]->max_pool(&pool, x, y);
            sets[s]->max_pool_gradient(&pool, x, dy, dx);
            check_pool(&pool);
        }
}

static void every_set_pools_twos(void **state)
{
    (void)state;
    const struct kernels *sets[3];
    for (size_t s = kernels_all(sets); s-- > 0;)
        for (uint32_t i = 0; i < 20; i++) {
            struct lanes_pool pool = pool_of(2 + 2 * (i % 4), 2 + 2 * (i % 3), 2, 2, 0, i % 2);
            fill(1000 + 10 * i);
            sets[s]->max_pool_twos(&pool, x, y);
            sets[s]->max_pool_twos_gradient(&pool, x, dy, dx);
            check_pool(&pool);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_set_pools_windows_of_any_kind),
        cmocka_unit_test(every_set_pools_twos),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
