/* Eigenvalues and eigenvectors of small symmetric matrices. */
#ifndef NUM_EIGEN_H
#define NUM_EIGEN_H

#include <stddef.h>

/*
 * Cyclic Jacobi rotations: a [n, n] symmetric becomes diagonal (its eigenvalues), `vectors` [n, n]
 * gets the eigenvectors as columns. Accurate to rounding; meant for n up to a few hundred.
 */
void eigen_symmetric(double *a, double *vectors, size_t n);

#endif
