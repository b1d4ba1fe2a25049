/*
 * Traces: the interactions of one network at one checkpoint, on chosen samples.
 *
 * Players are numbered 0..n-1; a mask T is an n-bit integer whose bit i says that player i is
 * present; every table over masks or over sets of players has 2^n entries and the mask as index.
 */
#ifndef PHASETRACE_TRACE_H
#define PHASETRACE_TRACE_H

#include "phasetrace/status.h"

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define PT_MAX_PLAYERS 20

/* Why a sample is traced. A group is a random sample of its split, but for the last one. */
enum pt_trace_group {
    PT_GROUP_TRAIN,
    PT_GROUP_TEST,
    PT_GROUP_THIRD,
    PT_GROUP_MISLABELLED, /* further training samples, all with a wrong label */
    PT_N_GROUPS
};

enum pt_trace_status {
    PT_TRACE_CONVERGED = 0,
    PT_TRACE_ITERATION_CAP = 1 /* the gap asked for was not reached */
};

/* How interactions are found in a table of values (doc/METHOD.md, doc/EXTRACTION.md). */
enum pt_solver {
    PT_SOLVER_EXACT, /* the sparsest AND and OR interactions, with a proof */
    PT_SOLVER_AND,   /* AND alone: the Harsanyi dividends */
    PT_SOLVER_OR,
    PT_SOLVER_SGD /* the gradient descent that the papers publish */
};

/* How the file of a trace keeps v. */
enum pt_trace_values {
    PT_VALUES_F8,
    PT_VALUES_F4,  /* rounded to single precision */
    PT_VALUES_NONE /* not at all */
};

/*
 * Plain arrays, all owned by the trace; N = 2^n_players, samples in the order of their groups.
 * The file is RUN/trace/step_NNNNNNNN.npz with one array a field.
 */
struct pt_trace {
    long step; /* 0 or more */
    double epoch;
    size_t n_players, n_samples;
    enum pt_trace_values values;
    double *v; /* [n_samples, N] log-odds of the label, v(x_T); NULL: PT_VALUES_NONE */
    double *v_empty, *v_full; /* [n_samples] v of no player, of all; NULL: PT_VALUES_F8 */
    int32_t *live_players;    /* [n_samples] mask of the players v depends on; NULL: PT_VALUES_F8 */
    double *I_and, *I_or;     /* [n_samples, N]; entry 0 is 0, singletons are all in I_and */
    double *noise;            /* [n_samples, N] noise term d(T); NULL when there was none */
    int32_t *label;           /* [n_samples], the label v is the log-odds of */
    int32_t *sample_index;    /* [n_samples], index in the sample's file */
    int32_t *split;           /* [n_samples], an enum pt_split_id */
    int32_t *group;           /* [n_samples], an enum pt_trace_group; in older files the split */
    int32_t *mislabelled;     /* [n_samples], 0 or 1 */
    int32_t *players;         /* [n_samples, n_players] cell numbers, row by row */
    double *objective;        /* [n_samples], sum of |I|: the primal value reached */
    double *dual_bound;       /* [n_samples], certified lower bound of the minimum */
    int32_t *iterations;      /* [n_samples], of the solver */
    int32_t *status;          /* [n_samples], an enum pt_trace_status */
};

/*
 * Interactions (AND only: Harsanyi dividends of v, that of singletons included) of noisy copies of
 * a few testing samples, summed up: a file of its own, RUN/trace/stability.npz.
 */
struct pt_stability {
    long step;
    size_t n_players, n_samples, n_draws;
    double deviation;      /* of the Gaussian noise on the input, in raw units (0..1) */
    double *mean;          /* [n_samples, N] mean of I(S|x + noise) over the draws */
    double *variance;      /* [n_samples, N] their variance (divided by n_draws - 1) */
    int32_t *sample_index; /* [n_samples] */
};

PT_API int pt_stability_create(size_t n_players, size_t n_samples, struct pt_stability **stability,
                               struct pt_error *error);
PT_API void pt_stability_free(struct pt_stability *stability); /* NULL is allowed */
PT_API int pt_stability_write(const struct pt_stability *stability, const char *path,
                              struct pt_error *error);
PT_API uint64_t pt_stability_file_bytes(size_t n_players, size_t n_samples); /* exactly */
PT_API int pt_stability_read(const char *path, struct pt_stability **stability,
                             struct pt_error *error);

/* Allocates every array, `noise` only when asked to. The caller frees with pt_trace_free(). */
PT_API int pt_trace_create(size_t n_players, size_t n_samples, int with_noise,
                           struct pt_trace **trace, struct pt_error *error);
PT_API void pt_trace_free(struct pt_trace *trace); /* NULL is allowed */

/*
 * Says how the file will keep v, of a trace that keeps it whole so far. Unless it stays so, the
 * arrays v_empty, v_full and live_players are allocated and filled from v; with PT_VALUES_NONE v is
 * freed.
 */
PT_API int pt_trace_keep_values(struct pt_trace *trace, enum pt_trace_values values,
                                struct pt_error *error);
/* Fills the sample's entry of these arrays, if there are any, from its v [N]. */
PT_API void pt_trace_note_values(struct pt_trace *trace, size_t sample, const double *v);

/* PT_E_CONFIG: the step is negative; PT_E_DIVERGED: a number is not finite; PT_E_IO. */
PT_API int pt_trace_write(const struct pt_trace *trace, const char *path, struct pt_error *error);
PT_API uint64_t pt_trace_file_bytes(const struct pt_trace *trace); /* of that file, exactly */
/* Shapes, counts, ranges and finiteness are checked; PT_E_DATA names the array. */
PT_API int pt_trace_read(const char *path, struct pt_trace **trace, struct pt_error *error);

#ifdef __cplusplus
}
#endif

#endif
