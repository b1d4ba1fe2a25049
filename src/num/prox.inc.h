/* Loops of an operator splitting; included by num/kernels.inc.h, described in num/kernels.h. */

INLINE double clip(double x, double bound)
{
    x = x > bound ? bound : x;
    return x < -bound ? -bound : x;
}

/* soft(z) = z - clip(z), so 2 soft(z) - z = z - 2 clip(z). */
static void reflect_soft(const double *restrict z, double threshold, double *restrict r,
                         size_t n_entries)
{
    for (size_t i = 0; i < n_entries; i++)
        r[i] = z[i] - 2.0 * clip(z[i], threshold);
}

static void reflect_weighted(const double *restrict z, const double *restrict threshold,
                             const double *restrict shrink, double *restrict r, size_t n_entries)
{
    for (size_t i = 0; i < n_entries; i++)
        r[i] = 2.0 * shrink[i] * (z[i] - clip(z[i], threshold[i])) - z[i];
}

static void reflect_clip(const double *restrict z, double bound, double *restrict r,
                         size_t n_entries)
{
    for (size_t i = 0; i < n_entries; i++)
        r[i] = 2.0 * clip(z[i], bound) - z[i];
}

/* z + 2 (y - x) = r - 2 scale e, and y - x = (r - z) / 2 - scale e. Eight partial sums make the
 * order of addition explicit. */
static double anchored_step(const double *restrict anchor, const double *restrict e, double scale,
                            double keep, double *restrict z, const double *restrict r,
                            size_t n_entries)
{
    double squares[8] = {0};
    size_t n_whole = n_entries / 8 * 8;
    for (size_t i = 0; i < n_whole; i += 8) {
        for (size_t j = 0; j < 8; j++) {
            double step = scale * e[i + j];
            double difference = 0.5 * (r[i + j] - z[i + j]) - step;
            squares[j] += difference * difference;
            z[i + j] = (1.0 - keep) * anchor[i + j] + keep * (r[i + j] - 2.0 * step);
        }
    }
    for (size_t i = n_whole; i < n_entries; i++) {
        double difference = 0.5 * (r[i] - z[i]) - scale * e[i];
        squares[0] += difference * difference;
        z[i] = (1.0 - keep) * anchor[i] + keep * (r[i] - 2.0 * scale * e[i]);
    }
    return ((squares[0] + squares[4]) + (squares[2] + squares[6])) +
           ((squares[1] + squares[5]) + (squares[3] + squares[7]));
}

static void add(double *restrict q, const double *restrict x, size_t n_entries)
{
    for (size_t i = 0; i < n_entries; i++)
        q[i] += x[i];
}

static void add_difference(double *restrict q, const double *restrict x, const double *restrict y,
                           size_t n_entries)
{
    for (size_t i = 0; i < n_entries; i++)
        q[i] += x[i] - y[i];
}

static void multiply(double *restrict q, const double *restrict factors, size_t n_entries)
{
    for (size_t i = 0; i < n_entries; i++)
        q[i] *= factors[i];
}

static void subtract_from(double c, double *q, size_t n_entries)
{
    for (size_t i = 0; i < n_entries; i++)
        q[i] = c - q[i];
}
