/*
 * A basis of the functions on subsets of m elements in which every matrix that commutes with
 * permutations of the elements is block diagonal.
 *
 * A vector is labelled (j, copy, weight): it is supported on the sets of `weight` elements,
 * j <= weight <= m - j, and j = 0..m/2 has C(m,j) - C(m,j-1) copies. A commuting matrix couples
 * only vectors of equal j and copy, in the same way for all copies of a j. (The two-row
 * representations of the symmetric group; to a physicist, m spins of 1/2 coupled to total spin
 * m/2 - j with the raising operator walking through the weights.)
 */
#ifndef NUM_SPIN_BASIS_H
#define NUM_SPIN_BASIS_H

#include "phasetrace/status.h"

#include <stddef.h>

struct spin_vector {
    unsigned j, copy, weight;
};

struct spin_basis {
    unsigned n_elements;
    size_t size;                /* 2^n_elements */
    double *vectors;            /* [size, size], one orthonormal vector a row */
    struct spin_vector *labels; /* [size], ordered by weight, then j, then copy */
    size_t *first_of_weight;    /* [n_elements + 2] where each weight's vectors start */
    size_t *sets;               /* [size] all sets, ordered by weight */
};

size_t spin_copies(unsigned n_elements, unsigned j);

/* n_elements <= 10. The caller frees with spin_basis_free(). */
int spin_basis_create(unsigned n_elements, struct spin_basis **basis, struct pt_error *error);
void spin_basis_free(struct spin_basis *basis); /* NULL is allowed */

/* Index of the vector with this label. */
size_t spin_basis_find(const struct spin_basis *basis, struct spin_vector label);

#endif
