/* M(sigma2) of P2's theory written out as matrices of 2^n rows: slow, and plain to see. */
#ifndef DENSE_THEORY_H
#define DENSE_THEORY_H

#include "testing.h"

#include "base/mem.h"

/* (J'J)(T,U), the number of sets S with both inside: J(S,T) = 1 when T is inside S. */
static inline double gram_entry(size_t t, size_t u, size_t n)
{
    return ldexp(1, (int)n - __builtin_popcountll(t | u));
}

/* f becomes the y that solves (J'J + 2^n diag(2^|T| sigma2)) y = f, by Gaussian elimination. */
static inline void solve_dense(size_t n, double sigma2, double *f)
{
    size_t size = (size_t)1 << n;
    double *a = mem_alloc(size * size, sizeof *a, NULL);
    for (size_t t = 0; t < size; t++)
        for (size_t u = 0; u < size; u++)
            a[t * size + u] = gram_entry(t, u, n) +
                              (t == u ? ldexp(sigma2, (int)n + __builtin_popcountll(t)) : 0);
    for (size_t p = 0; p < size; p++)
        for (size_t row = p + 1; row < size; row++) {
            double factor = a[row * size + p] / a[p * size + p];
            for (size_t u = p; factor != 0 && u < size; u++)
                a[row * size + u] -= factor * a[p * size + u];
            f[row] -= factor * f[p];
        }
    for (size_t p = size; p-- > 0;) {
        for (size_t u = p + 1; u < size; u++)
            f[p] -= a[p * size + u] * f[u];
        f[p] /= a[p * size + p];
    }
    mem_free(a);
}

static inline void gram_times(size_t n, double *f)
{
    size_t size = (size_t)1 << n;
    double *product = mem_alloc(size, sizeof *product, NULL);
    for (size_t t = 0; t < size; t++)
        for (size_t u = 0; u < size; u++)
            product[t] += gram_entry(t, u, n) * f[u];
    memcpy(f, product, size * sizeof *f);
    mem_free(product);
}

/* f[2^n] becomes M(sigma2) f. */
static inline void apply_dense(size_t n, double sigma2, double *f)
{
    gram_times(n, f);
    solve_dense(n, sigma2, f);
}

#endif
