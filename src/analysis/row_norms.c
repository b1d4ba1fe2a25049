/* The norms of the rows of M(sigma2) by order (P2, figure 3), in analysis/theory_rows.csv. */
#include "analysis/row_norms.h"

#include "analysis/attenuation.h"
#include "analysis/output.h"
#include "analysis/state.h"

#include <math.h>

const size_t row_norm_players[N_ROW_NORMS] = {6, 8, 10, 12};

static int compute(struct pt_analysis *analysis, size_t index, struct pt_error *error)
{
    size_t n = row_norm_players[index];
    double *norms = arena_alloc(&analysis->results, N_SIGMA2 * (n + 1), sizeof *norms, error);
    double *factors = mem_alloc(N_SIGMA2 * (n + 1), sizeof *factors, error);
    if (norms && factors) {
        for (size_t g = 0; g < N_SIGMA2; g++)
            attenuation_factors(n, sigma2_at(g), factors + g * (n + 1));
        attenuation_row_norms(n, factors, N_SIGMA2, norms);
    }
    int status = norms && factors ? PT_OK : PT_E_MEMORY;
    mem_free(factors);
    analysis->row_norms.norms[index] = norms;
    return status;
}

/* sigma2 = 0, where M is the identity, is left out. */
static void write_rows(struct table *table, size_t n, const double *norms)
{
    for (size_t g = 1; g < N_SIGMA2; g++)
        for (size_t order = 0; order <= n; order++) {
            const double *norm = norms + g * (n + 1) + order;
            table_integer(table, (long)n);
            table_number(table, sigma2_at(g));
            table_integer(table, (long)order);
            table_number(table, norm[0]);
            table_number(table, order < n ? norm[0] / norm[1] : NAN);
            table_end_row(table);
        }
}

static int row_norms_finish(struct pt_analysis *analysis, const char *directory,
                            struct pt_error *error)
{
    int status = PT_OK;
    for (size_t i = 0; i < N_ROW_NORMS && !status; i++)
        status = compute(analysis, i, error);
    if (status)
        return status;
    struct table table;
    table_start(&table, directory, "theory_rows.csv", "n_players,sigma2,order,norm,ratio", error);
    for (size_t i = 0; i < N_ROW_NORMS; i++)
        write_rows(&table, row_norm_players[i], analysis->row_norms.norms[i]);
    return table_finish(&table);
}

const struct quantity quantity_row_norms = {NULL, row_norms_finish};
