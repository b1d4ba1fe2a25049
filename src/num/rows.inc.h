/* Plain loops over rows of floats, which the compiler turns into vectors; included by
 * num/kernels.inc.h. */
#include <string.h>

static void rectify_gradient(const float *output, const float *dy, float *dx, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        float gradient = dy[i]; /* not read on a condition */
        dx[i] = output[i] <= 0 ? 0 : gradient;
    }
}

static void add_up_rows(const float *restrict matrix, size_t n_rows, size_t n_columns,
                     float *restrict sums)
{
    memset(sums, 0, n_columns * sizeof *sums);
    for (size_t i = 0; i < n_rows; i++)
        for (size_t j = 0; j < n_columns; j++)
            sums[j] += matrix[i * n_columns + j];
}
