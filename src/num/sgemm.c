/* Matrix products cut into panels for the kernels of an instruction set. */
#include "num/sgemm.h"

#include "base/crew.h"
#include "num/column_runs.h"
#include "num/gemm.h"

enum {
    MAX_DEPTH = 1024,        /* of a block of k: its panel of B stays in the second cache */
    MAX_COLUMNS = 48,        /* of any set */
    MAX_ROWS = 256,          /* of a piece of work: its rows of A stay in the second cache */
    MIN_ROWS = 32,           /* of a piece that is made small to give every thread some */
    MAX_ROWS_IN_PLACE = 256, /* with more rows it pays to pack B even if it need not be */
    PIECES_A_THREAD = 2
};

/* A product whose sums run over columns of B in vectors; that of the transposes, if `turned`. */
struct plan {
    const struct sgemm_kernels *set;
    struct sgemm_panel whole; /* the product as if it were one panel, with B as it is stored */
    int b_transposed;
    const float *packed_b;
    const struct column_runs *a_runs, *b_runs; /* of their k axes; NULL: all of it */
    size_t n_rows;                             /* of a piece of work */
    size_t n_panels, n_bands, n_pieces;
    int parts_are_rows; /* pieces are counted band by band, not panel by panel */
};

static size_t min(size_t a, size_t b)
{
    return a < b ? a : b;
}

static size_t ceil_div(size_t a, size_t b)
{
    return (a + b - 1) / b;
}

static size_t n_vectors(const struct sgemm_kernels *set, size_t n)
{
    return ceil_div(n, set->lanes);
}

static size_t count_panels(const struct sgemm_kernels *set, size_t n)
{
    return ceil_div(n_vectors(set, n), set->columns / set->lanes);
}

/* First column of a panel; panels differ by one vector at most. */
static size_t panel_start(const struct sgemm_kernels *set, size_t n, size_t index)
{
    size_t n_panels = count_panels(set, n), narrow = n_vectors(set, n) / n_panels;
    size_t n_wide = n_vectors(set, n) % n_panels;
    return min((narrow * index + min(index, n_wide)) * set->lanes, n);
}

/* All blocks of k but the last are this deep. */
static size_t block_depth(size_t k)
{
    return ceil_div(k, ceil_div(k, MAX_DEPTH));
}

/* Where n factors along k, from the one with the number `first` on, lie in an operand of which
 * `kept` is used. */
static size_t runs_of(const struct column_runs *kept, size_t first, size_t n,
                      struct column_run runs[COLUMN_RUNS_MOST])
{
    if (kept)
        return column_runs_cut(kept, first, n, runs);
    runs[0] = (struct column_run){(uint32_t)first, (uint32_t)n};
    return 1;
}

static struct plan plan_as_given(const struct sgemm_kernels *set, const struct gemm_product *p)
{
    return (struct plan){
        .set = set,
        .whole = {.m = p->m,
                  .n = p->n,
                  .k = p->k,
                  .a = p->a,
                  .a_stride = p->a_stride,
                  .a_transposed = p->op_a == GEMM_TRANSPOSED,
                  .b = p->b,
                  .b_stride = p->b_stride,
                  .c = p->c,
                  .c_stride = p->c_stride,
                  .alpha = p->alpha,
                  .beta = p->beta,
                  .column_bias = p->bias,
                  .relu = p->relu},
        .b_transposed = p->op_b == GEMM_TRANSPOSED,
        .packed_b = p->packed_b,
        .b_runs = p->b_runs,
    };
}

/* C^T = op(B)^T op(A)^T */
static struct plan plan_turned(const struct sgemm_kernels *set, const struct gemm_product *p)
{
    return (struct plan){
        .set = set,
        .whole = {.m = p->n,
                  .n = p->m,
                  .k = p->k,
                  .a = p->b,
                  .a_stride = p->b_stride,
                  .a_transposed = p->op_b == GEMM_AS_IS,
                  .b = p->a,
                  .b_stride = p->a_stride,
                  .c = p->c,
                  .c_stride = p->c_stride,
                  .c_transposed = 1,
                  .alpha = p->alpha,
                  .beta = p->beta,
                  .row_bias = p->bias,
                  .relu = p->relu},
        .b_transposed = p->op_a == GEMM_AS_IS,
        .a_runs = p->b_runs,
    };
}

/* Estimated time, in multiplications of a vector; the factors are measured. */
static double cost(const struct plan *plan)
{
    double vectors = (double)n_vectors(plan->set, plan->whole.n);
    double m = (double)plan->whole.m, k = (double)plan->whole.k;
    double pack = plan->b_transposed ? 6 : plan->whole.m <= MAX_ROWS_IN_PLACE ? 0 : 2;
    double write = plan->whole.c_transposed ? 12 : 3;
    return vectors * (m * k + pack * k + write * m);
}

/* Into bands: enough of them to give every thread some pieces, of its own part if that is rows. */
static void cut_rows(struct plan *plan, size_t n_threads)
{
    size_t n_wanted = n_threads > 1 ? PIECES_A_THREAD * n_threads : 1;
    size_t n_bands = plan->parts_are_rows ? n_threads : 1;
    plan->n_rows = MAX_ROWS;
    for (;; plan->n_rows /= 2) {
        plan->n_bands = ceil_div(plan->whole.m, plan->n_rows);
        if (plan->n_rows == MIN_ROWS ||
            (plan->n_bands >= n_bands && plan->n_panels * plan->n_bands >= n_wanted))
            return;
    }
}

static struct plan make_plan(const struct sgemm_kernels *set, const struct gemm_product *product,
                             int n_threads)
{
    struct plan plan = plan_as_given(set, product);
    if (!product->packed_b) {
        struct plan turned = plan_turned(set, product);
        if (cost(&turned) < cost(&plan))
            plan = turned;
    }
    plan.parts_are_rows = (product->parts == GEMM_ROWS) != plan.whole.c_transposed;
    plan.n_panels = count_panels(set, plan.whole.n);
    cut_rows(&plan, (size_t)n_threads);
    plan.n_pieces = plan.n_panels * plan.n_bands;
    return plan;
}

/* Packs n columns from j on of the n_k rows from p on. */
static void pack_b(const struct plan *plan, size_t j, size_t n, size_t p, size_t n_k, float *packed)
{
    const struct sgemm_panel *whole = &plan->whole;
    struct column_run runs[COLUMN_RUNS_MOST];
    size_t n_runs = runs_of(plan->b_runs, p, n_k, runs);
    for (const struct column_run *run = runs; run < runs + n_runs; run++) {
        size_t at = plan->b_transposed ? j * whole->b_stride + run->first
                                       : run->first * whole->b_stride + j;
        plan->set->pack(plan->b_transposed, n, run->n, whole->b + at, whole->b_stride, packed);
        packed += sgemm_packed_floats(plan->set, n, run->n);
    }
}

/* Points `panel` to columns from j on of the block of k that starts at `p`, packed if need be. */
static void choose_b(const struct plan *plan, size_t j, size_t p, struct sgemm_panel *panel,
                     float *packed)
{
    const struct sgemm_panel *whole = &plan->whole;
    size_t width = n_vectors(plan->set, panel->n) * plan->set->lanes;
    int is_ready = !plan->b_transposed && !plan->b_runs && panel->n == width;
    panel->b_stride = width;
    if (plan->packed_b) {
        panel->b = plan->packed_b + sgemm_packed_floats(plan->set, whole->n, p) + j * panel->k;
    } else if (is_ready && whole->m <= MAX_ROWS_IN_PLACE) {
        panel->b = whole->b + p * whole->b_stride + j;
        panel->b_stride = whole->b_stride;
    } else {
        pack_b(plan, j, panel->n, p, panel->k, packed);
        panel->b = packed;
    }
}

/* A piece is some rows of a panel, from the first to the last block of k. */
static void run_piece(const struct plan *plan, size_t index)
{
    _Alignas(64) float packed[MAX_DEPTH * MAX_COLUMNS];
    const struct sgemm_panel *whole = &plan->whole;
    struct sgemm_panel panel = *whole;
    struct column_run a_runs[COLUMN_RUNS_MOST];
    size_t which = plan->parts_are_rows ? index % plan->n_panels : index / plan->n_bands;
    size_t i =
        (plan->parts_are_rows ? index / plan->n_panels : index % plan->n_bands) * plan->n_rows;
    size_t j = panel_start(plan->set, whole->n, which);
    panel.m = min(plan->n_rows, whole->m - i);
    panel.n = panel_start(plan->set, whole->n, which + 1) - j;
    panel.a += whole->a_transposed ? i : i * whole->a_stride;
    panel.a_runs = a_runs;
    panel.c += whole->c_transposed ? j * whole->c_stride + i : i * whole->c_stride + j;
    if (whole->column_bias)
        panel.column_bias += j;
    if (whole->row_bias)
        panel.row_bias += i;
    size_t depth = block_depth(whole->k);
    for (size_t p = 0; p < whole->k; p += depth) {
        panel.k = min(depth, whole->k - p);
        panel.n_a_runs = runs_of(plan->a_runs, p, panel.k, a_runs);
        panel.relu = whole->relu && p + panel.k == whole->k;
        choose_b(plan, j, p, &panel, packed);
        plan->set->panel(&panel);
        panel.beta = 1;
        panel.column_bias = panel.row_bias = NULL;
    }
}

static void run_shared_piece(void *context, size_t index, int member)
{
    (void)member;
    run_piece(context, index);
}

void sgemm_run(const struct sgemm_kernels *set, const struct gemm_product *product,
               struct pt_crew *crew)
{
    struct plan plan = make_plan(set, product, crew_size(crew));
    crew_share(crew, plan.n_pieces, run_shared_piece, &plan);
}

size_t sgemm_packed_floats(const struct sgemm_kernels *set, size_t n, size_t k)
{
    return n_vectors(set, n) * set->lanes * k;
}

void sgemm_pack(const struct sgemm_kernels *set, int transposed, size_t n, size_t k, const float *b,
                size_t b_stride, float *packed)
{
    size_t n_panels = count_panels(set, n), depth = block_depth(k);
    for (size_t p = 0; p < k; p += depth) {
        for (size_t i = 0; i < n_panels; i++) {
            size_t j = panel_start(set, n, i), width = panel_start(set, n, i + 1) - j;
            size_t n_rows = min(depth, k - p);
            set->pack(transposed, width, n_rows,
                      b + (transposed ? j * b_stride + p : p * b_stride + j), b_stride, packed);
            packed += sgemm_packed_floats(set, width, n_rows);
        }
    }
}
