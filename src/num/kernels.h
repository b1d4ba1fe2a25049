/*
 * Hot loops that are compiled for several instruction sets; the best is chosen at run time.
 *
 * Tables over subsets have 2^n doubles; the index is a mask whose bit i says that element i is in
 * the set. The transforms are Kronecker powers of one 2x2 matrix: for every element they multiply
 * the pairs (f without it, f with it) by the same matrix, n 2^n operations, in place. All arrays
 * are aligned to 64 bytes; n = 0..31.
 */
#ifndef NUM_KERNELS_H
#define NUM_KERNELS_H

#include <stddef.h>
#include <stdint.h>

/* t = 1/phi = phi - 1, the slope of the eigenvectors of [[2,1],[1,1]] (see trace/sparse_plain.c).
 */
#define GOLDEN_T 0.61803398874989484820

struct column_runs;
struct lanes_kernels;
struct lanes_pool;
struct listed_product;
struct row_sums;
struct sgemm_kernels;

struct kernels {
    const char *name; /* "avx512", "avx2", "baseline" */

    /* Subset transforms (num/kron.inc.h). */
    void (*subset_sum)(double *f, unsigned n);          /* zeta: g(S) = sum over T in S of f(T) */
    void (*moebius)(double *f, unsigned n);             /* its inverse */
    void (*superset_sum)(double *f, unsigned n);        /* g(S) = sum over T containing S of f(T) */
    void (*superset_difference)(double *f, unsigned n); /* its inverse */
    void (*disjoint_sum)(double *f, unsigned n);        /* g(S) = sum over T without S of f(T) */
    void (*golden)(double *f, unsigned n);              /* (x, y) -> (x + t y, y - t x) */
    void (*golden_transposed)(double *f, unsigned n);   /* (x, y) -> (x - t y, y + t x) */

    /*
     * Loops of an operator splitting (num/prox.inc.h, trace/splitting.h) over n_entries numbers.
     * reflect_*: r = 2 x - z with x the soft thresholding of z, the same weighted entry by entry
     * (x = soft(z, threshold) * shrink), or z clipped to [-bound, bound].
     * anchored_step: with y = r - scale e,  z <- (1 - keep) anchor + keep (z + 2 (y - x));
     * returns the sum of (y - x)^2. add: q += x. add_difference: q += x - y. multiply: q *=
     * factors. subtract_from: q = c - q.
     */
    void (*reflect_soft)(const double *z, double threshold, double *r, size_t n_entries);
    void (*reflect_weighted)(const double *z, const double *threshold, const double *shrink,
                             double *r, size_t n_entries);
    void (*reflect_clip)(const double *z, double bound, double *r, size_t n_entries);
    double (*anchored_step)(const double *anchor, const double *e, double scale, double keep,
                            double *z, const double *r, size_t n_entries);

    void (*add)(double *q, const double *x, size_t n_entries);
    void (*add_difference)(double *q, const double *x, const double *y, size_t n_entries);
    void (*multiply)(double *q, const double *factors, size_t n_entries);
    void (*subtract_from)(double c, double *q, size_t n_entries);

    /*
     * C = A B (num/small_gemm.inc.h): A [m, k] with rows lda apart, B [k, n], C [m, n] with rows
     * ldb and ldc apart; n, ldb and ldc multiples of 8. For matrices that fit the first cache.
     */
    void (*small_gemm)(size_t m, size_t n, size_t k, const double *a, size_t lda, const double *b,
                       size_t ldb, double *c, size_t ldc);

    /*
     * Moving numbers (num/moves.inc.h). transpose: to(to_row[c], r) = from(from_row[r], c) for
     * r < n_rows, c < n_columns; NULL stands for the identity; strides are multiples of 8.
     * gather: to[i] = from[index[i]]. scatter: to[index[i]] = from[i].
     */
    void (*transpose)(size_t n_rows, size_t n_columns, const double *from, size_t from_stride,
                      const uint32_t *from_row, double *to, size_t to_stride,
                      const uint32_t *to_row);
    void (*gather)(double *to, const double *from, const uint32_t *index, size_t n);
    void (*scatter)(double *to, const double *from, const uint32_t *index, size_t n);

    /*
     * Rows of floats (num/rows.inc.h). rectify_gradient: dx[i] = output[i] <= 0 ? 0 : dy[i]; dx may
     * be dy. add_up_rows: sums[j] = the sum over i, in ascending order, of matrix[i][j].
     */
    void (*rectify_gradient)(const float *output, const float *dy, float *dx, size_t n);
    void (*add_up_rows)(const float *matrix, size_t n_rows, size_t n_columns, float *sums);

    const struct lanes_kernels *lanes; /* num/lanes_kernels.h */
    /* num/lanes_pool.h: one plane of sixteen samples. */
    void (*max_pool)(const struct lanes_pool *pool, const float *x, float *y);
    void (*max_pool_gradient)(const struct lanes_pool *pool, const float *x, const float *dy,
                              float *dx);
    /* The same for windows 2x2 with stride 2 that cover an even plane. */
    void (*max_pool_twos)(const struct lanes_pool *pool, const float *x, float *y);
    void (*max_pool_twos_gradient)(const struct lanes_pool *pool, const float *x, const float *dy,
                                   float *dx);
    /* num/row_sums.h. The largest has at least one term; factor, bias and ReLU are not for it. */
    void (*sum_rows)(const struct row_sums *sums);
    void (*largest_rows)(const struct row_sums *sums);
    /* values[i] = log_odds() of num/softmax.h, to the last digits, for rows `stride` floats apart.
     */
    void (*log_odds_rows)(const float *logits, size_t stride, size_t n_rows, size_t n, size_t label,
                          double *values);
    /*
     * num/listed_product.h. listed_pack: B from weights [n, k], its transpose, in listed_width(n) *
     * k floats. mark_columns: of n_rows rows of k floats; any[j] is not 0 where some row is not 0
     * (or is -0), all[j] is -1 where all are above 0, else 0. list_columns: the columns with marks
     * that `except` does not have; returns how many, and writes one place beyond them.
     * spread_rows: row t of `to` [2^n_bits, width] is sums[0] + the sum over the bits i of t of
     * sums[1 + i] - sums[0] + steps[i] (nothing when steps is NULL), all rows of `width` floats.
     */
    void (*listed_pack)(size_t n, size_t k, const float *weights, float *packed);
    void (*listed_product)(const struct listed_product *product);
    void (*mark_columns)(size_t n_rows, size_t stride, size_t k, const float *rows, int32_t *any,
                         int32_t *all);
    size_t (*list_columns)(const int32_t *marks, const int32_t *except, size_t k, uint32_t *list);
    void (*spread_rows)(unsigned n_bits, size_t width, const float *sums, const float *steps,
                        float *to);
    /*
     * num/column_runs.h. varying_columns: bit j is set where column j < n_columns <= 64 of n_rows
     * rows, `stride` floats apart, has not the same bytes in all of them. keep_columns: the runs of
     * each row [n_columns] to `kept` [n_kept]. restore_columns: the other way; between the runs
     * row i is factors[i] * others [n_columns]. add_products: sums[i] += the product of row i of
     * the matrix [n_rows, n_columns] and the vector.
     */
    uint64_t (*varying_columns)(const float *matrix, size_t stride, size_t n_rows,
                                size_t n_columns);
    void (*keep_columns)(const struct column_runs *runs, size_t n_rows, const float *matrix,
                         float *kept);
    void (*restore_columns)(const struct column_runs *runs, size_t n_rows, const float *kept,
                            const float *factors, const float *others, float *matrix);
    void (*add_products)(size_t n_rows, size_t n_columns, const float *matrix, const float *vector,
                         float *sums);
    const struct sgemm_kernels *sgemm; /* num/sgemm.h; NULL: none of our own */
};

/* The best set this processor runs; PHASETRACE_CPU=baseline|avx2|avx512 asks for a lesser one. It
 * is chosen by the first call, of any thread. */
const struct kernels *kernels_best(void);
/* Chooses again, when the environment has changed: for tests. */
const struct kernels *kernels_choose(void);
/* Every set this processor runs, best first: tests and benchmarks compare them. */
size_t kernels_all(const struct kernels *sets[3]);

#endif
