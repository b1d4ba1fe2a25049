/* The inverse of A A' + O O' + k I, block by block in the spin basis of two halves. */
#include "trace/gram_inverse.h"

#include "base/mem.h"
#include "num/eigen.h"
#include "num/kernels.h"
#include "num/spin_basis.h"

#include <math.h>
#include <string.h>

#define MAX_HALF 10
#define PADDED(n) (((n) + 7) / 8 * 8)

/* One half of the players. */
struct half {
    struct spin_basis *basis;
    size_t stride;                  /* a row of a table whose columns are this half's sets */
    double *forward[MAX_HALF + 1];  /* by weight: [vector, set] of the vectors and sets */
    double *backward[MAX_HALF + 1]; /* its transpose */
    uint32_t *row_of_set;           /* [size] where a set comes when ordered by weight */
};

/* The block of one pair (j1, j2). */
struct block {
    size_t size, n_copies; /* rows and columns; right-hand sides */
    size_t stride;         /* n_copies padded */
    size_t offset;         /* of its right-hand sides in `packed` */
    double *vectors;       /* [size, size] eigenvectors as columns */
    double *eigenvalues;   /* [size] */
    double *inverse;       /* [size, padded size] */
    double *scaled;        /* [size, size], scratch for building the inverse */
    double *transposed;    /* [size, padded size], eigenvectors as rows */
};

struct gram_inverse {
    const struct kernels *kernels;
    unsigned n_players;
    struct half high, low; /* the players of the upper and of the lower bits of a mask */
    size_t n_blocks;
    struct block *blocks;
    double *table, *turned;  /* [high, low] and [low, high], rows padded */
    double *packed, *solved; /* right-hand sides and solutions of all blocks */
    size_t n_packed;
    uint32_t *packed_at; /* [low, high] where each coefficient stands in `packed` */
    struct arena arena;  /* everything above */
};

size_t gram_inverse_bytes(unsigned n_players)
{
    size_t half = (size_t)1 << (n_players + 1) / 2;
    return 6 * (sizeof(double) << n_players) + 4 * half * half * sizeof(double) + ((size_t)1 << 16);
}

/* Arena pieces are aligned to 16 bytes; the kernels want 64. */
static double *aligned_doubles(struct arena *arena, size_t n, struct pt_error *error)
{
    double *memory = arena_alloc(arena, n + 8, sizeof(double), error);
    return memory ? (double *)(((uintptr_t)memory + 63) & ~(uintptr_t)63) : NULL;
}

/* ---- Halves ---- */

static int fill_half(struct half *h, struct arena *arena, struct pt_error *error)
{
    const struct spin_basis *b = h->basis;
    h->stride = PADDED(b->size);
    h->row_of_set = arena_alloc(arena, b->size, sizeof *h->row_of_set, error);
    if (!h->row_of_set)
        return PT_E_MEMORY;
    for (size_t i = 0; i < b->size; i++)
        h->row_of_set[b->sets[i]] = (uint32_t)i;
    for (unsigned weight = 0; weight <= b->n_elements; weight++) {
        size_t first = b->first_of_weight[weight];
        size_t n = b->first_of_weight[weight + 1] - first;
        h->forward[weight] = arena_alloc(arena, n * n, sizeof(double), error);
        h->backward[weight] = arena_alloc(arena, n * n, sizeof(double), error);
        if (!h->forward[weight] || !h->backward[weight])
            return PT_E_MEMORY;
        for (size_t i = 0; i < n; i++)
            for (size_t k = 0; k < n; k++) {
                double value = b->vectors[(first + i) * b->size + b->sets[first + k]];
                h->forward[weight][i * n + k] = value;
                h->backward[weight][k * n + i] = value;
            }
    }
    return PT_OK;
}

/* Changes the basis of the rows of `from` [size, n_columns], which are ordered by weight. */
static void change_rows(const struct gram_inverse *g, const struct half *h,
                        double *const matrices[], const double *from, double *to, size_t n_columns)
{
    for (unsigned weight = 0; weight <= h->basis->n_elements; weight++) {
        size_t first = h->basis->first_of_weight[weight];
        size_t n = h->basis->first_of_weight[weight + 1] - first;
        g->kernels->small_gemm(n, n_columns, n, matrices[weight], n, from + first * n_columns,
                               n_columns, to + first * n_columns, n_columns);
    }
}

/* ---- Blocks ---- */

/* Numbers of one half that the blocks are made of, for all weights of one j, from any copy. */
struct half_sums {
    double inside[(MAX_HALF + 1) * (MAX_HALF + 1)]; /* <x_w, 2^|T & T'| x_w'> */
    double apart[(MAX_HALF + 1) * (MAX_HALF + 1)];  /* <x_w, 2^(m - |T u T'|) x_w'> */
    double ones[MAX_HALF + 1];                      /* <x_w, 1> */
    double powers[MAX_HALF + 1];                    /* <x_w, 2^(m - |T|)> */
    size_t n_weights;
};

/* 2^|T & T'| = Z Z' with Z the subset sum, whose transpose is the superset sum; 2^(m - |T u T'|)
 * likewise with the disjoint sum, which is its own transpose. */
static void sum_half(const struct gram_inverse *g, const struct half *h, unsigned j,
                     struct half_sums *sums, double *scratch)
{
    const struct spin_basis *b = h->basis;
    unsigned m = b->n_elements;
    size_t n = m - 2 * j + 1;
    double *inside = scratch, *apart = scratch + n * h->stride;
    sums->n_weights = n;
    for (size_t i = 0; i < n; i++) {
        struct spin_vector label = {j, 0, j + (unsigned)i};
        const double *x = b->vectors + spin_basis_find(b, label) * b->size;
        memcpy(inside + i * h->stride, x, b->size * sizeof *x);
        memcpy(apart + i * h->stride, x, b->size * sizeof *x);
        g->kernels->superset_sum(inside + i * h->stride, m);
        g->kernels->disjoint_sum(apart + i * h->stride, m);
        sums->ones[i] = sums->powers[i] = 0;
        for (size_t set = 0; set < b->size; set++) {
            sums->ones[i] += x[set];
            sums->powers[i] += ldexp(x[set], (int)m - __builtin_popcountll(set));
        }
    }
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < n; k++) {
            double sum_inside = 0, sum_apart = 0;
            for (size_t set = 0; set < b->size; set++) {
                sum_inside += inside[i * h->stride + set] * inside[k * h->stride + set];
                sum_apart += apart[i * h->stride + set] * apart[k * h->stride + set];
            }
            sums->inside[i * n + k] = sum_inside;
            sums->apart[i * n + k] = sum_apart;
        }
}

/* The block of A A' + O O'; rows and columns are (weight of the high half, of the low half). */
static void fill_block(const struct gram_inverse *g, const struct half_sums *high,
                       const struct half_sums *low, double *matrix)
{
    size_t n_low = low->n_weights, n = high->n_weights * n_low;
    double all = ldexp(1.0, (int)g->n_players);
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < n; k++) {
            size_t a = i / n_low * high->n_weights + k / n_low;
            size_t b = i % n_low * n_low + k % n_low;
            double one_i = high->ones[i / n_low] * low->ones[i % n_low];
            double one_k = high->ones[k / n_low] * low->ones[k % n_low];
            double power_i = high->powers[i / n_low] * low->powers[i % n_low];
            double power_k = high->powers[k / n_low] * low->powers[k % n_low];
            matrix[i * n + k] = high->inside[a] * low->inside[b] + high->apart[a] * low->apart[b] +
                                (all - 1.0) * one_i * one_k - power_i * one_k - one_i * power_k;
        }
}

static int create_block(struct gram_inverse *g, const struct half_sums *high,
                        const struct half_sums *low, size_t n_copies, struct block *block,
                        struct pt_error *error)
{
    size_t n = high->n_weights * low->n_weights, padded = PADDED(n);
    double *matrix = mem_alloc(n * n, sizeof *matrix, error);
    double *memory = aligned_doubles(&g->arena, 2 * n * n + 2 * n * padded + n, error);
    if (!matrix || !memory) {
        mem_free(matrix);
        return PT_E_MEMORY;
    }
    *block = (struct block){.size = n,
                            .n_copies = n_copies,
                            .stride = PADDED(n_copies),
                            .offset = g->n_packed,
                            .inverse = memory,
                            .transposed = memory + n * padded,
                            .vectors = memory + 2 * n * padded,
                            .scaled = memory + 2 * n * padded + n * n,
                            .eigenvalues = memory + 2 * n * padded + 2 * n * n};
    g->n_packed += n * block->stride;
    fill_block(g, high, low, matrix);
    eigen_symmetric(matrix, block->vectors, n);
    for (size_t i = 0; i < n; i++) {
        block->eigenvalues[i] = matrix[i * n + i];
        for (size_t k = 0; k < n; k++)
            block->transposed[k * padded + i] = block->vectors[i * n + k];
    }
    mem_free(matrix);
    return PT_OK;
}

static int create_blocks(struct gram_inverse *g, struct pt_error *error)
{
    unsigned n_high = g->high.basis->n_elements, n_low = g->low.basis->n_elements;
    g->n_blocks = (size_t)(n_high / 2 + 1) * (n_low / 2 + 1);
    g->blocks = arena_alloc(&g->arena, g->n_blocks, sizeof *g->blocks, error);
    struct half_sums *sums = mem_alloc(2, sizeof *sums, error);
    double *scratch = mem_alloc(2 * (n_high + 1) * g->high.stride, sizeof *scratch, error);
    int status = g->blocks && sums && scratch ? PT_OK : PT_E_MEMORY;
    struct block *block = g->blocks;
    for (unsigned j_high = 0; !status && 2 * j_high <= n_high; j_high++) {
        sum_half(g, &g->high, j_high, &sums[0], scratch);
        for (unsigned j_low = 0; !status && 2 * j_low <= n_low; j_low++) {
            sum_half(g, &g->low, j_low, &sums[1], scratch);
            size_t n_copies = spin_copies(n_high, j_high) * spin_copies(n_low, j_low);
            status = create_block(g, &sums[0], &sums[1], n_copies, block++, error);
        }
    }
    mem_free(sums);
    mem_free(scratch);
    return status;
}

/* Where the coefficient of a vector of the low half (row of `turned`) and one of the high half
 * (its column) stands among the right-hand sides. */
static void map_positions(struct gram_inverse *g)
{
    const struct spin_basis *high = g->high.basis, *low = g->low.basis;
    size_t i = 0;
    for (size_t row = 0; row < low->size; row++)
        for (size_t column = 0; column < high->size; column++, i++) {
            struct spin_vector l = low->labels[row], h = high->labels[column];
            const struct block *block = &g->blocks[h.j * (low->n_elements / 2 + 1) + l.j];
            size_t n_low_weights = low->n_elements - 2 * l.j + 1;
            size_t line = (h.weight - h.j) * n_low_weights + (l.weight - l.j);
            size_t copy = h.copy * spin_copies(low->n_elements, l.j) + l.copy;
            g->packed_at[i] = (uint32_t)(block->offset + line * block->stride + copy);
        }
}

/* ---- The interface ---- */

static int create_tables(struct gram_inverse *g, struct pt_error *error)
{
    size_t n_sets = (size_t)1 << g->n_players;
    size_t n_table = g->high.basis->size * g->low.stride,
           n_turned = g->low.basis->size * g->high.stride;
    size_t n = n_table > n_turned ? n_table : n_turned;
    g->table = aligned_doubles(&g->arena, n, error);
    g->turned = aligned_doubles(&g->arena, n, error);
    g->packed = aligned_doubles(&g->arena, g->n_packed, error);
    g->solved = aligned_doubles(&g->arena, g->n_packed, error);
    g->packed_at = arena_alloc(&g->arena, n_sets, sizeof *g->packed_at, error);
    return g->table && g->turned && g->packed && g->solved && g->packed_at ? PT_OK : PT_E_MEMORY;
}

int gram_inverse_create(unsigned n_players, struct gram_inverse **inverse, struct pt_error *error)
{
    struct gram_inverse *g = mem_alloc(1, sizeof *g, error);
    if (!g)
        return PT_E_MEMORY;
    g->kernels = kernels_best();
    g->n_players = n_players;
    unsigned n_low = n_players / 2;
    int status = spin_basis_create(n_players - n_low, &g->high.basis, error);
    if (!status)
        status = spin_basis_create(n_low, &g->low.basis, error);
    if (!status)
        status = fill_half(&g->high, &g->arena, error);
    if (!status)
        status = fill_half(&g->low, &g->arena, error);
    if (!status)
        status = create_blocks(g, error);
    if (!status)
        status = create_tables(g, error);
    if (status) {
        gram_inverse_free(g);
        return status;
    }
    map_positions(g);
    gram_inverse_set_shift(g, 1.0);
    *inverse = g;
    return PT_OK;
}

void gram_inverse_free(struct gram_inverse *g)
{
    if (!g)
        return;
    spin_basis_free(g->high.basis);
    spin_basis_free(g->low.basis);
    arena_release(&g->arena);
    mem_free(g);
}

void gram_inverse_set_shift(struct gram_inverse *g, double k)
{
    for (size_t i = 0; i < g->n_blocks; i++) {
        struct block *b = &g->blocks[i];
        size_t padded = PADDED(b->size);
        for (size_t row = 0; row < b->size; row++)
            for (size_t column = 0; column < b->size; column++)
                b->scaled[row * b->size + column] =
                    b->vectors[row * b->size + column] / (b->eigenvalues[column] + k);
        g->kernels->small_gemm(b->size, padded, b->size, b->scaled, b->size, b->transposed, padded,
                               b->inverse, padded);
    }
}

/* Multiplies every block's right-hand sides by its inverse. */
static void solve_blocks(struct gram_inverse *g)
{
    for (size_t i = 0; i < g->n_blocks; i++) {
        const struct block *b = &g->blocks[i];
        g->kernels->small_gemm(b->size, b->stride, b->size, b->inverse, PADDED(b->size),
                               g->packed + b->offset, b->stride, g->solved + b->offset, b->stride);
    }
}

void gram_inverse_apply(struct gram_inverse *g, double *f)
{
    const struct kernels *kernels = g->kernels;
    const struct half *high = &g->high, *low = &g->low;
    size_t n_high = high->basis->size, n_low = low->basis->size;

    /* To the spin basis, the rows of the high half first, then those of the low half. */
    for (size_t set = 0; set < n_high; set++)
        memcpy(g->table + high->row_of_set[set] * low->stride, f + set * n_low, n_low * sizeof *f);
    change_rows(g, high, high->forward, g->table, g->turned, low->stride);
    kernels->transpose(n_high, n_low, g->turned, low->stride, NULL, g->table, high->stride,
                       low->row_of_set);
    change_rows(g, low, low->forward, g->table, g->turned, high->stride);

    for (size_t row = 0; row < n_low; row++)
        kernels->scatter(g->packed, g->turned + row * high->stride, g->packed_at + row * n_high,
                         n_high);
    solve_blocks(g);
    for (size_t row = 0; row < n_low; row++)
        kernels->gather(g->turned + row * high->stride, g->solved, g->packed_at + row * n_high,
                        n_high);

    /* And back. */
    change_rows(g, low, low->backward, g->turned, g->table, high->stride);
    kernels->transpose(n_low, n_high, g->table, high->stride, low->row_of_set, g->turned,
                       low->stride, NULL);
    change_rows(g, high, high->backward, g->turned, g->table, low->stride);
    for (size_t set = 0; set < n_high; set++)
        memcpy(f + set * n_low, g->table + high->row_of_set[set] * low->stride, n_low * sizeof *f);
}
