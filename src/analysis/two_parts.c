/* Least squares with two unknowns >= 0. */
#include "analysis/two_parts.h"

#include <math.h>

#define PARALLEL 1e-12 /* a squared sine below which two parts are one */

static double dot(const double *x, const double *y, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += x[i] * y[i];
    return sum;
}

static struct two_parts with_weights(const double *curve, const double *first, const double *second,
                                     size_t n, double a, double b)
{
    double squares = 0;
    for (size_t i = 0; i < n; i++) {
        double rest = curve[i] - a * first[i] - b * second[i];
        squares += rest * rest;
    }
    return (struct two_parts){a, b, sqrt(squares / dot(curve, curve, n))};
}

/* The weight of a part alone. */
static double weight_alone(double product, double square)
{
    return square > 0 ? fmax(product / square, 0) : 0;
}

/* When the minimum over all weights has a negative one, the minimum over the others lies where one
 * weight is 0. */
struct two_parts fit_two_parts(const double *curve, const double *first, const double *second,
                               size_t n)
{
    double aa = dot(first, first, n), bb = dot(second, second, n), ab = dot(first, second, n);
    double ac = dot(first, curve, n), bc = dot(second, curve, n);
    double determinant = aa * bb - ab * ab;
    if (determinant > PARALLEL * aa * bb) {
        double a = (ac * bb - bc * ab) / determinant, b = (bc * aa - ac * ab) / determinant;
        if (a >= 0 && b >= 0)
            return with_weights(curve, first, second, n, a, b);
    }
    struct two_parts only_first = with_weights(curve, first, second, n, weight_alone(ac, aa), 0);
    struct two_parts only_second = with_weights(curve, first, second, n, 0, weight_alone(bc, bb));
    return only_second.residual < only_first.residual ? only_second : only_first;
}
