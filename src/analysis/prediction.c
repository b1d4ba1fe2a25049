/* From the salient interactions of samples to the strengths that the theory predicts. */
#include "analysis/prediction.h"

#include <math.h>
#include <string.h>

enum { AND, OR, N_VECTORS };

/* Tables for one number of players, scratch for one sample. */
struct predictor {
    size_t n_players, n_sets;
    double salience;
    double *factors;               /* [N_SIGMA2, n_players + 1] */
    unsigned char *order;          /* [n_sets] |S| */
    double *eigen[N_VECTORS];      /* [n_sets] w* in the eigenbasis */
    double *attenuated[N_VECTORS]; /* [n_sets] w_hat */
};

static int create(struct predictor *p, struct arena *arena, struct pt_error *error)
{
    p->factors = arena_alloc(arena, N_SIGMA2 * (p->n_players + 1), sizeof(double), error);
    p->order = arena_alloc(arena, p->n_sets, 1, error);
    for (size_t i = 0; i < N_VECTORS; i++) {
        p->eigen[i] = arena_alloc(arena, p->n_sets, sizeof(double), error);
        p->attenuated[i] = arena_alloc(arena, p->n_sets, sizeof(double), error);
        if (!p->eigen[i] || !p->attenuated[i])
            return PT_E_MEMORY;
    }
    if (!p->factors || !p->order)
        return PT_E_MEMORY;
    for (size_t i = 0; i < N_SIGMA2; i++)
        attenuation_factors(p->n_players, sigma2_at(i), p->factors + i * (p->n_players + 1));
    for (size_t set = 0; set < p->n_sets; set++)
        p->order[set] = (unsigned char)__builtin_popcountll(set);
    return PT_OK;
}

/* w* of both vectors, to the eigenbasis. */
static void load(struct predictor *p, const struct encoding *e, size_t sample)
{
    memset(p->eigen[AND], 0, p->n_sets * sizeof(double));
    memset(p->eigen[OR], 0, p->n_sets * sizeof(double));
    p->eigen[AND][0] = e->v_empty[sample];
    for (size_t i = e->start[sample]; i < e->start[sample + 1]; i++) {
        const struct interaction *interaction = &e->interactions[i];
        p->eigen[interaction->is_or ? OR : AND][interaction->set] = interaction->value;
        if (interaction->is_or)
            p->eigen[OR][0] -= interaction->value;
    }
    for (size_t i = 0; i < N_VECTORS; i++)
        attenuation_to_eigenbasis(p->n_players, p->eigen[i]);
}

static void attenuate(struct predictor *p, const double *factors)
{
    for (size_t i = 0; i < N_VECTORS; i++) {
        for (size_t set = 0; set < p->n_sets; set++)
            p->attenuated[i][set] = factors[p->order[set]] * p->eigen[i][set];
        attenuation_from_eigenbasis(p->n_players, p->attenuated[i]);
    }
}

static double sum_of_interactions(const struct predictor *p, size_t vector)
{
    double sum = 0;
    for (size_t set = 1; set < p->n_sets; set++)
        sum += p->attenuated[vector][set];
    return sum;
}

static void add_strengths(const struct predictor *p, size_t vector, double tau, double *strengths)
{
    for (size_t set = 1; set < p->n_sets; set++) {
        double size = fabs(p->attenuated[vector][set]);
        if (size >= tau)
            strengths[p->order[set] - 1] += size;
    }
}

/* strengths[kind][n_players] of the sample that is loaded, zero at first */
static void predict(struct predictor *p, const double *factors,
                    double *const strengths[N_PREDICTED_KINDS])
{
    attenuate(p, factors);
    double and_sum = sum_of_interactions(p, AND), or_sum = sum_of_interactions(p, OR);
    double and_tau = p->salience * fabs(and_sum), tau = p->salience * fabs(and_sum + or_sum);
    if (strengths[PREDICTED_AND])
        add_strengths(p, AND, and_tau, strengths[PREDICTED_AND]);
    if (strengths[PREDICTED_BOTH]) {
        add_strengths(p, AND, tau, strengths[PREDICTED_BOTH]);
        add_strengths(p, OR, tau, strengths[PREDICTED_BOTH]);
    }
}

int predict_strengths(const struct encoding *encoding, size_t first, size_t n_samples,
                      double salience, double *const strengths[N_PREDICTED_KINDS],
                      struct pt_error *error)
{
    size_t n = encoding->n_players;
    struct predictor p = {.n_players = n, .n_sets = (size_t)1 << n, .salience = salience};
    struct arena arena = {0};
    int status = create(&p, &arena, error);
    for (size_t i = 0; i < n_samples && !status; i++) {
        load(&p, encoding, first + i);
        for (size_t g = 0; g < N_SIGMA2; g++) {
            double *of_sample[N_PREDICTED_KINDS];
            for (size_t kind = 0; kind < N_PREDICTED_KINDS; kind++) {
                of_sample[kind] = strengths[kind] ? strengths[kind] + (i * N_SIGMA2 + g) * n : NULL;
                for (size_t k = 0; of_sample[kind] && k < n; k++)
                    of_sample[kind][k] = 0;
            }
            predict(&p, p.factors + g * (n + 1), of_sample);
        }
    }
    arena_release(&arena);
    return status;
}
