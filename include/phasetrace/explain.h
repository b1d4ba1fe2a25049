/*
 * Interactions of any model: of one that is given as a function, or of tables of its values.
 *
 * Players are numbered 0..n-1, a mask T is an n-bit integer whose bit i says that player i is
 * present, v(x_T) is what the model says when only the players in T are (doc/METHOD.md). Where it
 * does not know how to leave out a player, that is the caller's choice: a baseline value, say.
 */
#ifndef PHASETRACE_EXPLAIN_H
#define PHASETRACE_EXPLAIN_H

#include "phasetrace/status.h"
#include "phasetrace/trace.h"

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define PT_NO_TIE_GAP (-1.0)

/* How interactions are looked for; {0} is as `train extract` does without options. */
struct pt_explain_options {
    enum pt_solver solver;
    double noise;        /* may be this share of |v(N) - v(0)|, 0..1 (exact, sgd); 0: none */
    double gap;          /* relative duality gap to end at, 1e-10..0.1 (exact); 0: 1e-4 */
    double tie_gap;      /* the same for the stage that makes the answer unique; 0: 1e-5;
                            PT_NO_TIE_GAP: any sparsest answer will do */
    long max_iterations; /* of each of both stages (exact); 0: the program's own limit */
    size_t block;        /* masks that value() is given at once, at most; 0: 256 */
    int n_threads;       /* 0, 1: the caller alone. With more value() has to bear being called from
                            several threads at once. The result does not depend on it. */
    const volatile int *stop; /* becomes non-zero to end early; may be NULL */
};

/*
 * What was found, table by table; N = 2^n_players, all arrays owned by the explanation. For every
 * mask T, to rounding,
 *
 *   v(T) - v(0) = noise(T) + sum of I_and(S) over S inside T + sum of I_or(S) over S that meet T,
 *
 * (Zhang et al. 2024, arXiv 2405.10262), and no other I_and, I_or, noise within the bound have a
 * sum of sizes below dual_bound. The iteration ends when least - dual_bound <= gap * least.
 */
struct pt_explanation {
    size_t n_players, n_tables;
    const double *v;            /* [n_tables, N] */
    const double *I_and, *I_or; /* [n_tables, N]; entry 0 is 0, single players are all in I_and */
    const double *noise;        /* [n_tables, N]; NULL when there is none */
    const double *dual;       /* [n_tables, N] multipliers that prove dual_bound (exact), or NULL */
    const double *objective;  /* [n_tables] sum of |I_and| + |I_or| */
    const double *least;      /* [n_tables] the smallest such sum met on the way */
    const double *dual_bound; /* [n_tables]; 0 with PT_SOLVER_SGD, which proves nothing */
    const int32_t *iterations; /* [n_tables] */
    const int32_t *status;     /* [n_tables] an enum pt_trace_status */
    size_t n_unconverged;      /* tables that reached max_iterations first */
};

/*
 * Explains a model of 1 to PT_MAX_PLAYERS players: calls `value` until each of the 2^n masks has
 * been asked for once, then extracts their interactions, as one table. value() gets n_masks
 * ascending masks, writes v(x_T) of masks[i] into v[i], which is NaN before, and returns 0;
 * anything else ends it all. `user` is passed on.
 *
 * The caller frees with pt_explanation_free(). PT_E_CONFIG: players or options that cannot be;
 * PT_E_DATA: a value is NaN, infinite or beyond 1e290, the message names the first such mask;
 * PT_E_STOPPED: value() returned something else than 0, which the message says, or the stop was
 * set; PT_E_MEMORY. Reaching max_iterations is no error, see n_unconverged.
 */
PT_API int pt_explain(size_t n_players,
                      int (*value)(const uint32_t *masks, size_t n_masks, double *v, void *user),
                      void *user, const struct pt_explain_options *options,
                      struct pt_explanation **explanation, struct pt_error *error);

/*
 * The same for values that are there already, v [n_tables, 2^n_players], the mask being the index;
 * they are copied. Threads share the tables.
 */
PT_API int pt_explain_tables(const double *v, size_t n_players, size_t n_tables,
                             const struct pt_explain_options *options,
                             struct pt_explanation **explanation, struct pt_error *error);

PT_API void pt_explanation_free(struct pt_explanation *explanation); /* NULL is allowed */

/*
 * Writes what `train extract` writes (doc/FORMATS.md): an .npz file with an array a member, which
 * NumPy and `train report` read. A file of that name is replaced. PT_E_IO.
 */
PT_API int pt_explanation_write(const struct pt_explanation *explanation, const char *path,
                                struct pt_error *error);

/* One interaction: what it adds to v where all of its players (AND) or any of them (OR) are. */
struct pt_interaction {
    uint32_t players; /* a mask */
    int is_or;
    double strength; /* in the units of v, not 0 */
};

/*
 * The strongest interactions of one table into `strongest` [most], by falling |strength|; of equal
 * ones AND first, then by the mask. Returns how many there are, `most` or fewer.
 */
PT_API size_t pt_explanation_strongest(const struct pt_explanation *explanation, size_t table,
                                       struct pt_interaction *strongest, size_t most);

#ifdef __cplusplus
}
#endif

#endif
