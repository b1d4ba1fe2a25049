/* The cyclic Jacobi method (Golub, Van Loan, "Matrix computations", section 8.5). */
#include "num/eigen.h"

#include <math.h>

#define MAX_SWEEPS 60

/* The rotation that makes a[p][q] zero, applied to rows and columns p, q and to the vectors. */
static void rotate(double *a, double *vectors, size_t n, size_t p, size_t q)
{
    double off = a[p * n + q];
    double theta = (a[q * n + q] - a[p * n + p]) / (2 * off);
    double t = (theta >= 0 ? 1 : -1) / (fabs(theta) + sqrt(theta * theta + 1));
    double c = 1 / sqrt(t * t + 1), s = t * c;
    for (size_t k = 0; k < n; k++) {
        double x = a[k * n + p], y = a[k * n + q];
        a[k * n + p] = c * x - s * y;
        a[k * n + q] = s * x + c * y;
    }
    for (size_t k = 0; k < n; k++) {
        double x = a[p * n + k], y = a[q * n + k];
        a[p * n + k] = c * x - s * y;
        a[q * n + k] = s * x + c * y;
        x = vectors[k * n + p], y = vectors[k * n + q];
        vectors[k * n + p] = c * x - s * y;
        vectors[k * n + q] = s * x + c * y;
    }
}

void eigen_symmetric(double *a, double *vectors, size_t n)
{
    double scale = 0;
    for (size_t i = 0; i < n * n; i++) {
        vectors[i] = i % (n + 1) == 0;
        scale = fmax(scale, fabs(a[i]));
    }
    for (int sweep = 0; sweep < MAX_SWEEPS; sweep++) {
        double largest = 0;
        for (size_t p = 0; p < n; p++)
            for (size_t q = p + 1; q < n; q++) {
                largest = fmax(largest, fabs(a[p * n + q]));
                if (fabs(a[p * n + q]) > 1e-300)
                    rotate(a, vectors, n, p, q);
            }
        if (largest <= 1e-17 * scale)
            return;
    }
}
