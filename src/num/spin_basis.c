/* Building the basis by raising: lowest vectors by Gram-Schmidt, the others by adding elements. */
#include "num/spin_basis.h"

#include "base/mem.h"
#include "num/binomial.h"

#include <math.h>
#include <string.h>

size_t spin_copies(unsigned n_elements, unsigned j)
{
    return (size_t)(binomial(n_elements, j) - (j > 0 ? binomial(n_elements, j - 1) : 0.0));
}

static unsigned weight_of(size_t set)
{
    return (unsigned)__builtin_popcountll(set);
}

static void label_vectors(struct spin_basis *b)
{
    size_t n = 0, n_sets = 0;
    for (unsigned weight = 0; weight <= b->n_elements; weight++) {
        b->first_of_weight[weight] = n;
        for (unsigned j = 0; j <= weight && j + weight <= b->n_elements; j++)
            for (unsigned copy = 0; copy < spin_copies(b->n_elements, j); copy++)
                b->labels[n++] = (struct spin_vector){j, copy, weight};
        for (size_t set = 0; set < b->size; set++)
            if (weight_of(set) == weight)
                b->sets[n_sets++] = set;
    }
    b->first_of_weight[b->n_elements + 1] = n;
}

size_t spin_basis_find(const struct spin_basis *basis, struct spin_vector label)
{
    size_t index = basis->first_of_weight[label.weight];
    for (unsigned j = 0; j < label.j; j++)
        index += spin_copies(basis->n_elements, j);
    return index + label.copy;
}

static double *vector_at(const struct spin_basis *b, size_t index)
{
    return b->vectors + index * b->size;
}

static double normalise(double *x, size_t n)
{
    double squares = 0;
    for (size_t i = 0; i < n; i++)
        squares += x[i] * x[i];
    double norm = sqrt(squares);
    for (size_t i = 0; norm > 0 && i < n; i++)
        x[i] /= norm;
    return norm;
}

/* Makes x orthogonal to the vectors first <= i < last. */
static void orthogonalise(const struct spin_basis *b, double *x, size_t first, size_t last)
{
    for (size_t i = first; i < last; i++) {
        const double *q = vector_at(b, i);
        double product = 0;
        for (size_t k = 0; k < b->size; k++)
            product += q[k] * x[k];
        for (size_t k = 0; k < b->size; k++)
            x[k] -= product * q[k];
    }
}

/* The vectors with weight = j: what is orthogonal to everything raised from lower weights. */
static void find_lowest(struct spin_basis *b, unsigned j)
{
    size_t first = b->first_of_weight[j];
    size_t next = spin_basis_find(b, (struct spin_vector){j, 0, j});
    size_t last = next + spin_copies(b->n_elements, j);
    for (size_t set = 0; set < b->size && next < last; set++) {
        if (weight_of(set) != j)
            continue;
        double *x = vector_at(b, next);
        memset(x, 0, b->size * sizeof *x);
        x[set] = 1;
        orthogonalise(b, x, first, next);
        if (normalise(x, b->size) < 1e-3)
            continue; /* depends on those before: the next set is tried */
        orthogonalise(b, x, first, next);
        normalise(x, b->size);
        next++;
    }
}

/* raised(S) = sum over i in S of x(S without i). */
static void raise_weight(const struct spin_basis *b, const double *x, double *raised)
{
    for (size_t set = 0; set < b->size; set++) {
        raised[set] = 0;
        for (size_t left = set; left; left &= left - 1)
            raised[set] += x[set & ~(left & -left)];
    }
    normalise(raised, b->size);
}

static void fill_vectors(struct spin_basis *b)
{
    for (unsigned j = 0; 2 * j <= b->n_elements; j++) {
        find_lowest(b, j);
        for (unsigned copy = 0; copy < spin_copies(b->n_elements, j); copy++)
            for (unsigned weight = j; weight + j < b->n_elements; weight++) {
                struct spin_vector from = {j, copy, weight}, to = {j, copy, weight + 1};
                raise_weight(b, vector_at(b, spin_basis_find(b, from)),
                             vector_at(b, spin_basis_find(b, to)));
            }
    }
}

int spin_basis_create(unsigned n_elements, struct spin_basis **basis, struct pt_error *error)
{
    struct spin_basis *b = mem_alloc(1, sizeof *b, error);
    if (!b)
        return PT_E_MEMORY;
    b->n_elements = n_elements;
    b->size = (size_t)1 << n_elements;
    b->vectors = mem_alloc(b->size * b->size, sizeof *b->vectors, error);
    b->labels = mem_alloc(b->size, sizeof *b->labels, error);
    b->sets = mem_alloc(b->size, sizeof *b->sets, error);
    b->first_of_weight = mem_alloc(n_elements + 2, sizeof *b->first_of_weight, error);
    if (!b->vectors || !b->labels || !b->sets || !b->first_of_weight) {
        spin_basis_free(b);
        return PT_E_MEMORY;
    }
    label_vectors(b);
    fill_vectors(b);
    *basis = b;
    return PT_OK;
}

void spin_basis_free(struct spin_basis *basis)
{
    if (!basis)
        return;
    mem_free(basis->vectors);
    mem_free(basis->labels);
    mem_free(basis->sets);
    mem_free(basis->first_of_weight);
    mem_free(basis);
}
