/* The operator M(sigma2) in the eigenbasis of its Kronecker factors. */
#include "analysis/attenuation.h"

#include "num/binomial.h"
#include "phasetrace/trace.h"

#include <math.h>

#define SQRT_17 4.12310562561766054982

/* Eigenvectors (1, l - 2) of a x = l d x as columns, and the inverse; [S bit][T bit] in order. */
#define L0 ((5 + SQRT_17) / 4)
#define L1 ((5 - SQRT_17) / 4)
#define R0 (L0 - 2)
#define R1 (L1 - 2)
static const double from_eigenbasis[2][2] = {{1, 1}, {R0, R1}};
static const double to_eigenbasis[2][2] = {
    {1 / (1 + 2 * R0 * R0), 2 * R0 / (1 + 2 * R0 * R0)},
    {1 / (1 + 2 * R1 * R1), 2 * R1 / (1 + 2 * R1 * R1)},
};

double sigma2_at(size_t index)
{
    return index == 0 ? 0 : pow(10, ((double)index - 1) / 8 - 6);
}

void attenuation_factors(size_t n_players, double sigma2, double *factors)
{
    for (size_t order = 0; order <= n_players; order++) {
        double lambda = pow(L0, (double)(n_players - order)) * pow(L1, (double)order);
        factors[order] = lambda / (lambda + ldexp(sigma2, (int)n_players));
    }
}

static void transform(size_t n_players, double *f, const double m[2][2])
{
    for (size_t stride = 1; stride >> n_players == 0; stride *= 2)
        for (size_t base = 0; base >> n_players == 0; base += 2 * stride)
            for (size_t i = base; i < base + stride; i++) {
                double without = f[i], with = f[i + stride];
                f[i] = m[0][0] * without + m[0][1] * with;
                f[i + stride] = m[1][0] * without + m[1][1] * with;
            }
}

void attenuation_to_eigenbasis(size_t n_players, double *f)
{
    transform(n_players, f, to_eigenbasis);
}

void attenuation_from_eigenbasis(size_t n_players, double *f)
{
    transform(n_players, f, from_eigenbasis);
}

/* ---- Row norms ---- */

/*
 * Entries M(T,U) are products over the players, with z for every eigenvector of l1: a polynomial in
 * z whose power z^s stands for factors[s]. One with |T| = order, |U & T| = inside and |U \ T| =
 * outside has coefficients[n_players + 1].
 */
static void entry_polynomial(size_t n_players, size_t order, size_t inside, size_t outside,
                             double *coefficients)
{
    size_t counts[2][2] = {{n_players - order - outside, outside}, {order - inside, inside}};
    size_t degree = 0;
    coefficients[0] = 1;
    for (int t = 0; t < 2; t++)
        for (int u = 0; u < 2; u++) {
            double constant = from_eigenbasis[t][0] * to_eigenbasis[0][u];
            double slope = from_eigenbasis[t][1] * to_eigenbasis[1][u];
            for (size_t i = 0; i < counts[t][u]; i++) {
                coefficients[degree + 1] = slope * coefficients[degree];
                for (size_t s = degree; s > 0; s--)
                    coefficients[s] = constant * coefficients[s] + slope * coefficients[s - 1];
                coefficients[0] *= constant;
                degree++;
            }
        }
}

/* Adds the squares of the `n_entries` entries with this polynomial to each norm of `order`. */
static void add_squares(size_t n_players, size_t order, const double *coefficients,
                        double n_entries, const double *factors, size_t n_sigma2, double *norms)
{
    for (size_t i = 0; i < n_sigma2; i++) {
        double entry = 0;
        for (size_t s = 0; s <= n_players; s++)
            entry += coefficients[s] * factors[i * (n_players + 1) + s];
        norms[i * (n_players + 1) + order] += n_entries * entry * entry;
    }
}

void attenuation_row_norms(size_t n_players, const double *factors, size_t n_sigma2, double *norms)
{
    size_t n_norms = n_sigma2 * (n_players + 1);
    double coefficients[PT_MAX_PLAYERS + 1];
    for (size_t i = 0; i < n_norms; i++)
        norms[i] = 0;
    for (size_t order = 0; order <= n_players; order++)
        for (size_t inside = 0; inside <= order; inside++)
            for (size_t outside = 0; outside <= n_players - order; outside++) {
                double n_entries = binomial(order, inside) * binomial(n_players - order, outside);
                entry_polynomial(n_players, order, inside, outside, coefficients);
                add_squares(n_players, order, coefficients, n_entries, factors, n_sigma2, norms);
            }
    for (size_t i = 0; i < n_norms; i++)
        norms[i] = sqrt(norms[i]);
}
