/*
 * Transforms that are Kronecker powers of one 2x2 matrix, on tables over subsets.
 *
 * A table f has 2^n doubles; its index is a mask whose bit i says that element i is in the set.
 * Each transform multiplies, for every element i, the pair (f without i, f with i) by the same
 * 2x2 matrix: n 2^n operations, in place. All of Moebius, zeta and the changes of basis of the
 * sparse extraction are of this form.
 *
 * The same source is compiled for several instruction sets; kron_kernels() picks at run time.
 */
#ifndef NUM_KRON_H
#define NUM_KRON_H

#include <stddef.h>

/* t = 1/phi = phi - 1, the slope of the eigenvectors of [[2,1],[1,1]] (see trace/sparse.c). */
#define KRON_GOLDEN_T 0.61803398874989484820

/* One instruction set's transforms. Tables are aligned to 64 bytes; n = 0..31. */
struct kron_kernels {
    const char *name;                                   /* "avx512", "avx2", "baseline" */
    void (*subset_sum)(double *f, unsigned n);          /* zeta: g(S) = sum over T in S of f(T) */
    void (*moebius)(double *f, unsigned n);             /* its inverse */
    void (*superset_sum)(double *f, unsigned n);        /* g(S) = sum over T containing S of f(T) */
    void (*superset_difference)(double *f, unsigned n); /* its inverse */
    void (*golden)(double *f, unsigned n);              /* (x, y) -> (x + t y, y - t x) */
    void (*golden_transposed)(double *f, unsigned n);   /* (x, y) -> (x - t y, y + t x) */
    /* The loops of the extraction's iteration, over n_entries numbers (see trace/sparse.c). */
    void (*reflect)(const double *z, double threshold, double *r, size_t n_entries);
    void (*residual)(const double *r_a, const double *m, double *q, size_t n_entries);
    void (*scale)(const double *weights, double *q, size_t n_entries);
    double (*anchored_step)(const double *anchor, const double *e, double keep, double threshold,
                            double *z, const double *r, size_t n_entries);
};

/* The best set this processor runs; PHASETRACE_CPU=baseline|avx2|avx512 asks for a lesser one. */
const struct kron_kernels *kron_kernels(void);
/* Every set this processor runs, best first: tests and benchmarks compare them. */
size_t kron_all_kernels(const struct kron_kernels *kernels[3]);

#endif
