/*
 * A panel of a matrix product in single precision; included by num/kernels.inc.h, described in
 * num/sgemm.h.
 */
#include "num/sgemm.h"

/* The sums of a tile, SGEMM_ROWS rows of SGEMM_WIDTH vectors, fill three quarters of the registers;
 * what is left holds a row of B and a factor of A. */
enum {
    SGEMM_LANES = SINGLES,
    SGEMM_WIDTH = 3,
    SGEMM_ROWS = KERNEL_LANES,
    SGEMM_COLUMNS = SGEMM_WIDTH * SGEMM_LANES
};

#include "num/sgemm_moves.inc.h"

/* Sums over k of `rows` rows of `width` vectors; the first three arguments are constants. */
INLINE void sum_tile(size_t rows, size_t width, int a_transposed, const struct sgemm_panel *panel,
                     const float *a, float *sums, size_t sums_stride)
{
    size_t a_stride = panel->a_stride, b_stride = panel->b_stride;
    const float *b = panel->b;
    singles total[SGEMM_ROWS][SGEMM_WIDTH];
    for (size_t i = 0; i < rows; i++)
        for (size_t j = 0; j < width; j++)
            total[i][j] = (singles){0};
    const struct column_run *run = panel->a_runs, *end = run + panel->n_a_runs;
    do { /* both at least once: else gcc moves the sums through memory before and after */
        size_t p = run->first, p_end = p + run->n;
        do {
            singles row[SGEMM_WIDTH];
            for (size_t j = 0; j < width; j++)
                row[j] = load_singles(b + j * SGEMM_LANES);
            b += b_stride;
            for (size_t i = 0; i < rows; i++) {
                float factor = a_transposed ? a[p * a_stride + i] : a[i * a_stride + p];
                for (size_t j = 0; j < width; j++)
                    total[i][j] += factor * row[j];
            }
        } while (++p < p_end);
    } while (++run < end);
    for (size_t i = 0; i < rows; i++)
        for (size_t j = 0; j < width; j++)
            store_singles(sums + i * sums_stride + j * SGEMM_LANES, total[i][j]);
}

#define SUM_ROWS(n, width, a_transposed)                                   \
    case n:                                                                \
        if (n <= SGEMM_ROWS)                                               \
            sum_tile(n, width, a_transposed, panel, a, sums, sums_stride); \
        break;

/* A loop of its own for every shape of tile, so that none computes what is not asked for. */
#define SUM_WIDTH(width, a_transposed)   \
    switch (rows) {                      \
        SUM_ROWS(1, width, a_transposed) \
        SUM_ROWS(2, width, a_transposed) \
        SUM_ROWS(3, width, a_transposed) \
        SUM_ROWS(4, width, a_transposed) \
        SUM_ROWS(5, width, a_transposed) \
        SUM_ROWS(6, width, a_transposed) \
        SUM_ROWS(7, width, a_transposed) \
        SUM_ROWS(8, width, a_transposed) \
    }

static void sum_any_tile(size_t rows, size_t width, const struct sgemm_panel *panel, const float *a,
                         float *sums, size_t sums_stride)
{
    switch (width + (panel->a_transposed ? SGEMM_WIDTH : 0)) {
    case 1:
        SUM_WIDTH(1, 0)
        break;
    case 2:
        SUM_WIDTH(2, 0)
        break;
    case 3:
        SUM_WIDTH(3, 0)
        break;
    case SGEMM_WIDTH + 1:
        SUM_WIDTH(1, 1)
        break;
    case SGEMM_WIDTH + 2:
        SUM_WIDTH(2, 1)
        break;
    case SGEMM_WIDTH + 3:
        SUM_WIDTH(3, 1)
        break;
    }
}

/*
 * Turns the sums in `tile` into elements of C; `old` holds those before, or zeros. Every element
 * takes the same steps, whatever there is to add: else the compiler could contract some of them
 * otherwise.
 */
static void finish_tile(const struct sgemm_panel *panel, size_t rows, size_t width,
                        const float *column_bias, const float *row_bias, const float *old,
                        float *tile)
{
    for (size_t i = 0; i < rows; i++) {
        float shift = row_bias ? row_bias[i] : 0;
        for (size_t j = 0; j < width; j++, old += SGEMM_LANES, tile += SGEMM_LANES) {
            singles value = load_singles(column_bias + j * SGEMM_LANES) + shift;
            value += panel->beta * load_singles(old);
            value += panel->alpha * load_singles(tile);
            if (panel->relu)
                value = (singles)((singles_bits)value & ~(value <= 0)); /* leaves NaN as it is */
            store_singles(tile, value);
        }
    }
}

static int is_plain(const struct sgemm_panel *panel)
{
    return panel->alpha == 1 && panel->beta == 0 && !panel->column_bias && !panel->row_bias &&
           !panel->relu;
}

static void sgemm_panel(const struct sgemm_panel *panel)
{
    _Alignas(64) float tile[SGEMM_ROWS * SGEMM_COLUMNS], old[SGEMM_ROWS * SGEMM_COLUMNS] = {0};
    _Alignas(64) float bias[SGEMM_COLUMNS] = {0};
    size_t width = (panel->n + SGEMM_LANES - 1) / SGEMM_LANES, n_padded = width * SGEMM_LANES;
    int plain = is_plain(panel);
    int direct = plain && !panel->c_transposed && panel->n == n_padded;
    if (panel->column_bias)
        memcpy(bias, panel->column_bias, panel->n * sizeof *bias);
    size_t n_tiles = (panel->m + SGEMM_ROWS - 1) / SGEMM_ROWS;
    size_t most_rows = (panel->m + n_tiles - 1) / n_tiles;
    for (size_t i = 0; i < panel->m; i += most_rows) {
        size_t rows = panel->m - i < most_rows ? panel->m - i : most_rows;
        const float *a = panel->a + i * (panel->a_transposed ? 1 : panel->a_stride);
        float *c = panel->c + i * (panel->c_transposed ? 1 : panel->c_stride);
        sum_any_tile(rows, width, panel, a, direct ? c : tile, direct ? panel->c_stride : n_padded);
        if (direct)
            continue;
        if (panel->beta != 0)
            fetch_tile(panel, rows, c, old, n_padded);
        if (!plain)
            finish_tile(panel, rows, width, bias, panel->row_bias ? panel->row_bias + i : NULL, old,
                        tile);
        return_tile(panel, rows, tile, n_padded, c);
    }
}

static const struct sgemm_kernels sgemm_kernels = {
    .lanes = SGEMM_LANES,
    .columns = SGEMM_COLUMNS,
    .panel = sgemm_panel,
    .pack = pack_panel,
};
