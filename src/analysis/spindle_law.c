/* The spindle's law, C(l,k) 2^(k/2). */
#include "analysis/spindle_law.h"

#include "num/binomial.h"

#include <math.h>

void spindle_law(size_t n_live, size_t n_players, double *law)
{
    for (size_t order = 1; order <= n_players; order++)
        law[order - 1] = binomial(n_live, order) * pow(2, 0.5 * (double)order);
}
