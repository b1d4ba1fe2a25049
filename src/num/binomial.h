/* Binomial coefficients, for the numbers of sets. */
#ifndef NUM_BINOMIAL_H
#define NUM_BINOMIAL_H

#include <stddef.h>

/* n over k, in double: exact below 2^53, 0 when k > n. */
static inline double binomial(size_t n, size_t k)
{
    double product = k <= n;
    for (size_t i = 1; i <= k && k <= n; i++)
        product = product * (double)(n - k + i) / (double)i;
    return product;
}

#endif
