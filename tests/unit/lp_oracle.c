/* The sparsest decomposition as a linear programme, stated from the definition. */
#include "lp_oracle.h"

#include <glpk.h>
#include <stdlib.h>

/* Columns a+, a-, b+, b- of each non-empty set. */
static void add_interactions(glp_prob *lp, int n_sets, int *rows, double *values)
{
    for (int set = 1; set <= n_sets; set++) {
        for (int kind = 0; kind < 4; kind++) {
            int length = 0;
            for (int mask = 1; mask <= n_sets; mask++) {
                int triggered = kind < 2 ? (set & mask) == set : (set & mask) != 0;
                if (!triggered)
                    continue;
                rows[++length] = mask;
                values[length] = kind % 2 == 0 ? 1.0 : -1.0;
            }
            int column = kind * n_sets + set;
            glp_set_mat_col(lp, column, length, rows, values);
            glp_set_col_bnds(lp, column, GLP_LO, 0.0, 0.0);
            glp_set_obj_coef(lp, column, 1.0);
        }
    }
}

/* A column d of each non-empty mask, without cost. */
static void add_noise(glp_prob *lp, int n_sets, double bound)
{
    for (int mask = 1; mask <= n_sets; mask++) {
        int column = 4 * n_sets + mask;
        glp_set_mat_col(lp, column, 1, (int[]){0, mask}, (double[]){0, 1});
        glp_set_col_bnds(lp, column, bound > 0 ? GLP_DB : GLP_FX, -bound, bound);
    }
}

/* A row for each non-empty mask T says that the sets inside T (AND), the sets that meet T (OR) and
 * d(T) add up to u(T). */
double lp_optimum(const double *u, unsigned n_players, double noise_bound)
{
    int n_sets = (1 << n_players) - 1;
    glp_prob *lp = glp_create_prob();
    glp_add_rows(lp, n_sets);
    glp_add_cols(lp, 5 * n_sets);
    for (int mask = 1; mask <= n_sets; mask++)
        glp_set_row_bnds(lp, mask, GLP_FX, u[mask], u[mask]);
    int *rows = malloc(sizeof *rows * (size_t)(n_sets + 1));
    double *values = malloc(sizeof *values * (size_t)(n_sets + 1));
    add_interactions(lp, n_sets, rows, values);
    add_noise(lp, n_sets, noise_bound);
    glp_smcp parameters;
    glp_init_smcp(&parameters);
    parameters.msg_lev = GLP_MSG_OFF;
    parameters.presolve = GLP_ON;
    int failed = glp_simplex(lp, &parameters);
    double optimum = failed ? -1.0 : glp_get_obj_val(lp);
    free(rows);
    free(values);
    glp_delete_prob(lp);
    return optimum;
}
