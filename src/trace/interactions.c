/* Extraction of AND and OR interactions from one value table. */
#include "trace/interactions.h"

#include "base/bits.h"
#include "base/mem.h"
#include "num/kernels.h"
#include "phasetrace/trace.h"
#include "trace/sparse_form.h"
#include "trace/sparse_sgd.h"

#include <math.h>
#include <string.h>

/* Solvers of up to so many players are kept for later tables; of larger ones, which take up to half
 * a gigabyte, there is one at a time. */
#define MOST_PLAYERS_KEPT 14

struct interaction_extractor {
    const struct kernels *kernels;
    struct interaction_options options;
    unsigned n_players;
    struct sparse_solver *solvers[PT_MAX_PLAYERS + 1]; /* by number of live players, on demand */
    struct sparse_sgd *descents[PT_MAX_PLAYERS + 1];   /* the same, of the published procedure */
    uint32_t live;                                     /* players of the last table */
    double *u, *a, *b, *d, *dual;                      /* [2^n] over the live players */
};

static size_t solver_bytes(unsigned n_players, const struct interaction_options *options)
{
    if (options->solver == PT_SOLVER_EXACT)
        return sparse_solver_bytes(n_players, options->noise > 0);
    return options->solver == PT_SOLVER_SGD ? sparse_sgd_bytes(n_players) : 0;
}

size_t interaction_extractor_bytes(unsigned n_players, const struct interaction_options *options)
{
    size_t bytes = 0;
    for (unsigned n = 0; n <= n_players; n++)
        if (n <= MOST_PLAYERS_KEPT || n == n_players)
            bytes += solver_bytes(n, options);
    return bytes;
}

int interaction_extractor_create(unsigned n_players, const struct interaction_options *options,
                                 struct interaction_extractor **extractor, struct pt_error *error)
{
    struct interaction_extractor *x = mem_alloc(1, sizeof *x, error);
    if (!x)
        return PT_E_MEMORY;
    x->kernels = kernels_best();
    x->options = *options;
    x->n_players = n_players;
    size_t stride = n_players < 3 ? 8 : (size_t)1 << n_players;
    x->u = mem_alloc(5 * stride, sizeof(double), error);
    if (!x->u) {
        mem_free(x);
        return PT_E_MEMORY;
    }
    x->a = x->u + stride;
    x->b = x->a + stride;
    x->d = x->b + stride;
    x->dual = x->d + stride;
    *extractor = x;
    return PT_OK;
}

static void free_solvers(struct interaction_extractor *x, unsigned first)
{
    for (unsigned n = first; n <= PT_MAX_PLAYERS; n++) {
        sparse_solver_free(x->solvers[n]);
        sparse_sgd_free(x->descents[n]);
        x->solvers[n] = NULL;
        x->descents[n] = NULL;
    }
}

void interaction_extractor_free(struct interaction_extractor *extractor)
{
    if (!extractor)
        return;
    interaction_extractor_rest(extractor);
    mem_free(extractor->u);
    mem_free(extractor);
}

void interaction_extractor_rest(struct interaction_extractor *extractor)
{
    free_solvers(extractor, 0);
}

int interaction_takes_noise(enum pt_solver solver)
{
    return solver == PT_SOLVER_EXACT || solver == PT_SOLVER_SGD;
}

uint32_t interaction_live_players(const double *v, unsigned n_players)
{
    uint32_t live = 0;
    for (unsigned i = 0; i < n_players; i++) {
        size_t bit = (size_t)1 << i;
        for (size_t mask = 0; mask < (size_t)1 << n_players; mask++) {
            if (!(mask & bit) && v[mask] != v[mask | bit]) {
                live |= (uint32_t)bit;
                break;
            }
        }
    }
    return live;
}

static int check_finite(const double *v, unsigned n_players, struct pt_error *error)
{
    for (size_t mask = 0; mask < (size_t)1 << n_players; mask++)
        if (!isfinite(v[mask]))
            return pt_error_set(error, PT_E_DIVERGED, "v is %g at mask %zu", v[mask], mask);
    return PT_OK;
}

/* AND-only: a = moebius(u), the Harsanyi dividends; OR-only: b = -moebius of u read backwards,
 * after which the order is that of OR interactions. */
static void extract_one_kind(struct interaction_extractor *x, unsigned n, int is_or,
                             struct sparse_result *result)
{
    size_t size = (size_t)1 << n;
    double *wanted = is_or ? x->b : x->a, *other = is_or ? x->a : x->b;
    for (size_t mask = 0; mask < size; mask++)
        wanted[mask] = is_or ? -x->u[size - 1 - mask] : x->u[mask];
    x->kernels->moebius(wanted, n);
    memset(other, 0, size * sizeof *other);
    memset(x->d, 0, size * sizeof *x->d);
    wanted[0] = 0;
    sparse_merge_singletons(x->a, x->b, size);
    *result =
        (struct sparse_result){.objective = sparse_cost(x->a, x->b, size, NULL), .converged = 1};
    result->least = result->dual_bound =
        result->objective; /* with one kind there is nothing to choose */
}

static void make_room(struct interaction_extractor *x, unsigned n_players)
{
    if (n_players > MOST_PLAYERS_KEPT)
        free_solvers(x, MOST_PLAYERS_KEPT + 1);
}

/* A fixed number of steps that proves nothing but that a sum of sizes is not negative. */
static int extract_by_descent(struct interaction_extractor *x, unsigned n, double noise_bound,
                              struct sparse_result *result, struct pt_error *error)
{
    if (!x->descents[n]) {
        make_room(x, n);
        int status = sparse_sgd_create(n, &x->descents[n], error);
        if (status)
            return status;
    }
    if (!sparse_sgd_solve(x->descents[n], x->u, noise_bound, x->options.stop, x->a, x->b, x->d))
        return pt_error_set(error, PT_E_STOPPED, "stopped");
    size_t n_sets = (size_t)1 << n;
    sparse_merge_singletons(x->a, x->b, n_sets);
    *result = (struct sparse_result){.objective = sparse_cost(x->a, x->b, n_sets, NULL),
                                     .iterations = SPARSE_SGD_STEPS,
                                     .converged = 1};
    result->least = result->objective;
    return PT_OK;
}

static int extract_exact(struct interaction_extractor *x, unsigned n, double noise_bound,
                         struct sparse_result *result, struct pt_error *error)
{
    if (!x->solvers[n]) {
        make_room(x, n);
        int status = sparse_solver_create(n, x->options.noise > 0, &x->solvers[n], error);
        if (status)
            return status;
    }
    struct sparse_options options = {.gap = x->options.gap,
                                     .tie_gap = x->options.tie_gap,
                                     .noise_bound = noise_bound,
                                     .max_iterations = x->options.max_iterations,
                                     .stop = x->options.stop,
                                     .dual = x->options.keep_dual ? x->dual : NULL};
    sparse_solve(x->solvers[n], x->u, &options, x->a, x->b, x->d, result);
    if (options.stop && *options.stop && !result->converged)
        return pt_error_set(error, PT_E_STOPPED, "stopped");
    return PT_OK;
}

/* A table over the sets of live players, spread over all players; the other sets are 0. */
static void spread_sets(const double *packed, uint32_t live, size_t n_packed, double *spread,
                        size_t n_spread)
{
    memset(spread, 0, n_spread * sizeof *spread);
    for (size_t i = 0; i < n_packed; i++)
        spread[bits_deposit((uint32_t)i, live)] = packed[i];
}

int interaction_extract(struct interaction_extractor *x, const double *v, double *I_and,
                        double *I_or, double *noise, struct sparse_result *result,
                        struct pt_error *error)
{
    int status = check_finite(v, x->n_players, error);
    if (status)
        return status;
    uint32_t live = x->live = interaction_live_players(v, x->n_players);
    unsigned n = (unsigned)__builtin_popcount(live);
    size_t n_packed = (size_t)1 << n, n_sets = (size_t)1 << x->n_players;
    for (size_t packed = 0; packed < n_packed; packed++)
        x->u[packed] = v[bits_deposit((uint32_t)packed, live)] - v[0];

    double noise_bound = x->options.noise * fabs(x->u[n_packed - 1]);
    if (x->options.solver == PT_SOLVER_EXACT)
        status = extract_exact(x, n, noise_bound, result, error);
    else if (x->options.solver == PT_SOLVER_SGD)
        status = extract_by_descent(x, n, noise_bound, result, error);
    else
        extract_one_kind(x, n, x->options.solver == PT_SOLVER_OR, result);
    if (status)
        return status;
    spread_sets(x->a, live, n_packed, I_and, n_sets);
    spread_sets(x->b, live, n_packed, I_or, n_sets);
    for (size_t mask = 0; noise && mask < n_sets; mask++)
        noise[mask] = x->d[bits_extract((uint32_t)mask, live)];
    return PT_OK;
}

/* Masks with players that are no part of the game get no weight: the sums over the others are those
 * of the game without them. */
void interaction_dual(const struct interaction_extractor *x, double *dual)
{
    spread_sets(x->dual, x->live, (size_t)1 << __builtin_popcount(x->live), dual,
                (size_t)1 << x->n_players);
}
