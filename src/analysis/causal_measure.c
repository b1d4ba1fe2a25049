/* Losses and log-odds of a sample with and without the interactions that do not generalise. */
#include "analysis/causal.h"

_Static_assert(PT_GROUP_TRAIN == 0 && PT_GROUP_TEST == 1, "groups are indices of [2]");

/* Of each sample of both groups, and resampled. */
struct rows {
    size_t n, n_replicates;
    double *loss, *loss_gen, *excess; /* [n] */
    double *parts;                    /* [N_CAUSAL_PARTS, n] */
    double *means[2];                 /* [n_replicates] of a group */
    double *gaps, *gaps_gen;          /* [n_replicates] */
};

static int create_rows(struct rows *rows, const struct encoding *e,
                       const struct bootstrap *bootstrap, struct arena *arena,
                       struct pt_error *error)
{
    double **of_samples[] = {&rows->loss, &rows->loss_gen, &rows->excess};
    double **of_replicates[] = {&rows->means[0], &rows->means[1], &rows->gaps, &rows->gaps_gen};
    rows->n = e->first[PT_GROUP_TEST + 1];
    rows->n_replicates = bootstrap_n_replicates(bootstrap);
    for (size_t i = 0; i < sizeof of_samples / sizeof *of_samples; i++)
        if (!(*of_samples[i] = arena_alloc(arena, rows->n, sizeof(double), error)))
            return PT_E_MEMORY;
    for (size_t i = 0; i < sizeof of_replicates / sizeof *of_replicates; i++)
        if (!(*of_replicates[i] = arena_alloc(arena, rows->n_replicates, sizeof(double), error)))
            return PT_E_MEMORY;
    rows->parts = arena_alloc(arena, N_CAUSAL_PARTS * rows->n, sizeof(double), error);
    return rows->parts ? PT_OK : PT_E_MEMORY;
}

static void fill_rows(struct rows *rows, const struct encoding *e)
{
    for (size_t i = 0; i < rows->n; i++) {
        double sums[2] = {0}; /* of those that do not generalise, of those that do */
        for (size_t k = e->start[i]; k < e->start[i + 1]; k++)
            sums[e->general[k] != 0] += e->interactions[k].value;
        rows->loss[i] = loss_of_log_odds(e->v_full[i]);
        rows->loss_gen[i] = loss_of_log_odds(e->v_full[i] - sums[0]);
        rows->excess[i] = sums[0] - sums[1];
        rows->parts[CAUSAL_EMPTY * rows->n + i] = e->v_empty[i];
        rows->parts[CAUSAL_GEN * rows->n + i] = sums[1];
        rows->parts[CAUSAL_NON * rows->n + i] = sums[0];
        rows->parts[CAUSAL_REST * rows->n + i] = e->v_full[i] - e->v_empty[i] - sums[0] - sums[1];
    }
}

static void group_means(const struct encoding *e, const double *values, double means[2])
{
    for (size_t group = 0; group < 2; group++) {
        means[group] = 0;
        for (size_t i = e->first[group]; i < e->first[group + 1]; i++)
            means[group] += values[i];
        means[group] /= (double)encoding_group_size(e, group);
    }
}

/* differences[n_replicates] of the groups' means over resamples, testing minus training. */
static void resample_gap(const struct rows *rows, const struct encoding *e,
                         const struct bootstrap *bootstrap, const double *values,
                         double *differences)
{
    for (size_t group = 0; group < 2; group++)
        bootstrap_means(bootstrap, group, values + e->first[group], rows->means[group]);
    for (size_t r = 0; r < rows->n_replicates; r++)
        differences[r] = rows->means[1][r] - rows->means[0][r];
}

static void measure_losses(const struct rows *rows, const struct encoding *e,
                           const struct bootstrap *bootstrap, struct causal *c)
{
    size_t n_replicates = rows->n_replicates;
    group_means(e, rows->loss, c->loss);
    group_means(e, rows->loss_gen, c->loss_gen);
    c->gap = c->loss[1] - c->loss[0];
    c->gap_gen = c->loss_gen[1] - c->loss_gen[0];
    c->ratio = fabs(c->gap_gen) / c->gap;
    resample_gap(rows, e, bootstrap, rows->loss, rows->gaps);
    resample_gap(rows, e, bootstrap, rows->loss_gen, rows->gaps_gen);
    for (size_t r = 0; r < n_replicates; r++)
        rows->means[0][r] = fabs(rows->gaps_gen[r]) / rows->gaps[r];
    c->ratio_bounds = bootstrap_interval(rows->means[0], n_replicates);
    c->gap_bounds = bootstrap_interval(rows->gaps, n_replicates);
    c->gap_gen_bounds = bootstrap_interval(rows->gaps_gen, n_replicates);
}

static void measure_parts(const struct rows *rows, const struct encoding *e,
                          const struct bootstrap *bootstrap, struct causal *c)
{
    double means[2];
    group_means(e, e->v_full, means);
    c->v_gap = means[0] - means[1];
    for (size_t part = 0; part < N_CAUSAL_PARTS; part++) {
        group_means(e, rows->parts + part * rows->n, means);
        c->parts[part] = means[0] - means[1];
    }
    c->excess = c->parts[CAUSAL_NON] - c->parts[CAUSAL_GEN];
    resample_gap(rows, e, bootstrap, rows->excess, rows->gaps);
    struct interval bounds = bootstrap_interval(rows->gaps, rows->n_replicates);
    c->excess_bounds = (struct interval){-bounds.high, -bounds.low};
}

static int measure_control(const struct encoding *e, const struct causal_draws *draws,
                           struct arena *arena, struct causal *c, struct pt_error *error)
{
    size_t n = draws->n;
    double *losses = arena_alloc(arena, 2 * n, sizeof *losses, error);
    double *gaps = arena_alloc(arena, n, sizeof *gaps, error);
    if (!losses || !gaps)
        return PT_E_MEMORY;
    int status = causal_control(e, draws, losses, error);
    if (status)
        return status;
    for (size_t d = 0; d < n; d++)
        gaps[d] = losses[n + d] - losses[d];
    for (size_t group = 0; group < 2; group++)
        c->loss_random[group] = percentile(losses + group * n, n, 0.5);
    c->gap_random = percentile(gaps, n, 0.5);
    c->gap_random_p5 = percentile(gaps, n, 0.05);
    c->gap_random_p95 = percentile(gaps, n, 0.95);
    return PT_OK;
}

int causal_measure(const struct encoding *encoding, const struct bootstrap *bootstrap,
                   const struct causal_draws *draws, struct causal *causal, struct pt_error *error)
{
    struct rows rows;
    struct arena arena = {0};
    *causal = (struct causal){.n = {encoding_group_size(encoding, PT_GROUP_TRAIN),
                                    encoding_group_size(encoding, PT_GROUP_TEST)}};
    if (!encoding->general || causal->n[0] == 0 || causal->n[1] == 0)
        return PT_OK;
    int status = create_rows(&rows, encoding, bootstrap, &arena, error);
    if (!status) {
        fill_rows(&rows, encoding);
        measure_losses(&rows, encoding, bootstrap, causal);
        measure_parts(&rows, encoding, bootstrap, causal);
        status = measure_control(encoding, draws, &arena, causal, error);
    }
    causal->is_known = !status;
    arena_release(&arena);
    return status;
}
