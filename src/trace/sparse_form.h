/*
 * The two ways to write the extraction as a splitting: without noise (sparse_plain.c) and with
 * (sparse_noise.c). sparse.c runs either through its two stages.
 */
#ifndef TRACE_SPARSE_FORM_H
#define TRACE_SPARSE_FORM_H

#include "phasetrace/status.h"
#include "trace/splitting.h"

/* The cost c(S) |I| + q(S) I^2 / 2 of one kind of interaction, [2^n] by set. */
struct sparse_costs {
    double *c_and, *c_or, *q; /* q belongs to both kinds */
};

struct sparse_form {
    unsigned n_players;
    struct splitting splitting; /* blocks 0 and 1 are the AND and the OR interactions */
    void *data;

    /* Takes in the table [2^n], scaled to max |u| = 1, and starts at z = 0. */
    void (*set_up)(struct sparse_form *form, const double *u, double noise_bound);
    /*
     * A lower bound of the cost, from the last iteration's multipliers; `costs` NULL is the plain
     * cost. Spoils those multipliers: primal() comes first. Of the plain cost `lambda` [2^n] over
     * masks (may be NULL) receives what proves the bound: it is <u, lambda> - noise_bound
     * |lambda|_1, and for every non-empty S the sums of lambda over the masks that contain S, and
     * over those that meet S, are at most 1 in size.
     */
    double (*dual_bound)(struct sparse_form *form, const struct sparse_costs *costs,
                         double *lambda);
    /* A feasible point near the last iteration's, and its cost. Entry 0 of a, b and d is 0; d is
     * not touched by the form without noise. a and b are in the form's own signs. */
    double (*primal)(struct sparse_form *form, const struct sparse_costs *costs, double *a,
                     double *b, double *d);
    /* Makes the point exact to rounding and gives it the signs of interactions. */
    void (*finish)(struct sparse_form *form, double *a, double *b, double *d);
    void (*release)(struct sparse_form *form);
};

int sparse_plain_create(unsigned n_players, struct sparse_form *form, struct pt_error *error);
int sparse_noise_create(unsigned n_players, struct sparse_form *form, struct pt_error *error);
size_t sparse_plain_bytes(unsigned n_players);
size_t sparse_noise_bytes(unsigned n_players);

/* sum over non-empty S of the cost of a and b; `costs` NULL is the plain cost. */
double sparse_cost(const double *a, const double *b, size_t n_sets,
                   const struct sparse_costs *costs);

/* A singleton acts the same as AND and as OR: it is reported once, as AND. */
void sparse_merge_singletons(double *a, double *b, size_t n_sets);

/*
 * Largest factor (at most 1) by which the multipliers t of one block must shrink to be dual
 * feasible: entries without curvature need |t| <= c. With `costs` NULL no entry has curvature and
 * c is 1.
 */
double sparse_dual_scale(const double *t, size_t n_sets, const double *c, const double *q);

/* What curvature costs the dual: sum of max(0, |scale t| - c)^2 / (2 q). */
double sparse_dual_penalty(const double *t, double scale, size_t n_sets, const double *c,
                           const double *q);

/* Allocates `n_vectors` aligned vectors of 2^n (at least 8) doubles in one block. */
double *sparse_vectors(unsigned n_players, size_t n_vectors, double ***vectors,
                       struct pt_error *error);

#endif
