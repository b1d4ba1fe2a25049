/* The duality-gap certificate of the sparse decomposition. */
#include "trace/certificate.h"

#include <math.h>
#include <string.h>

static double largest_absolute(const double *f, size_t n)
{
    double largest = 0;
    for (size_t i = 0; i < n; i++)
        largest = fmax(largest, fabs(f[i]));
    return largest;
}

double certificate_dual_bound(const struct certificate_problem *problem, const double *e,
                              double gamma, double *alpha)
{
    size_t n = (size_t)1 << problem->n_players;
    double scale = -1.0 / gamma;
    for (size_t i = 0; i < n; i++)
        alpha[i] = fmax(-1.0, fmin(1.0, scale * e[i]));
    alpha[0] = 0;
    memcpy(problem->scratch, alpha, n * sizeof *alpha);
    problem->kernels->subset_sum(problem->scratch, problem->n_players);
    double shrink = 1.0 / fmax(1.0, largest_absolute(problem->scratch, n));
    double bound = 0;
    for (size_t i = 0; i < n; i++) {
        alpha[i] *= shrink;
        bound += problem->m[i] * alpha[i];
    }
    return bound;
}

static void soft_threshold(const double *z, double gamma, double *x, size_t n)
{
    for (size_t i = 0; i < n; i++)
        x[i] = z[i] - fmax(-gamma, fmin(gamma, z[i]));
    x[0] = 0; /* free, and not part of the answer */
}

static double absolute_sum(const double *a, const double *b, size_t n)
{
    double sum = 0;
    for (size_t i = 1; i < n; i++)
        sum += fabs(a[i]) + fabs(b[i]);
    return sum;
}

/* b given: a = m - K' b. */
static double and_from_or(const struct certificate_problem *problem, double *a, const double *b)
{
    size_t n = (size_t)1 << problem->n_players;
    memcpy(a, b, n * sizeof *a);
    problem->kernels->superset_sum(a, problem->n_players);
    for (size_t i = 0; i < n; i++)
        a[i] = problem->m[i] - a[i];
    a[0] = 0;
    return absolute_sum(a, b, n);
}

/* a given: b = K'^-1 (m - a). Entry 0 of a only moves entry 0 of b: both are dropped. */
static double or_from_and(const struct certificate_problem *problem, const double *a, double *b)
{
    size_t n = (size_t)1 << problem->n_players;
    for (size_t i = 0; i < n; i++)
        b[i] = problem->m[i] - a[i];
    problem->kernels->superset_difference(b, problem->n_players);
    b[0] = 0;
    return absolute_sum(a, b, n);
}

double certificate_primal(const struct certificate_problem *problem, const double *z_a,
                          const double *z_b, double gamma, double *a, double *b)
{
    size_t n = (size_t)1 << problem->n_players;
    soft_threshold(z_a, gamma, a, n);
    double value_from_and = or_from_and(problem, a, b);
    soft_threshold(z_b, gamma, b, n);
    double value_from_or = and_from_or(problem, a, b);
    if (value_from_or <= value_from_and)
        return value_from_or;
    soft_threshold(z_a, gamma, a, n);
    return or_from_and(problem, a, b);
}
