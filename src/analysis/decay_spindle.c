/*
 * The split of a network's strength into a decay and a spindle, in analysis/decay_spindle.csv.
 *
 *   A(k) ~ beta decay(k) + alpha C(n,k) 2^(k/2),   alpha, beta >= 0, least squares over the orders
 *
 * (after Cheng et al. 2025, arXiv 2502.10162). The decay is M(delta), the operator of P2's theory,
 * applied to what the network encoded at t*, the end of phase 1, when its interactions are lowest
 * and generalise best; delta is looked for on the grid. It is scaled: after t* a network becomes
 * surer of itself, which must not count as a spindle. But it stays among the low orders, and so it
 * cannot take the spindle's place, as a decay of free breadth, exp(-k/k0), does.
 */
#include "analysis/decay_spindle.h"

#include "analysis/order_curve.h"
#include "analysis/order_sums.h"
#include "analysis/group_table.h"
#include "analysis/output.h"
#include "analysis/phases.h"
#include "analysis/prediction.h"
#include "analysis/spindle_law.h"
#include "analysis/two_parts.h"

#include <math.h>
#include <string.h>

#define HEADER                                                                             \
    "step,epoch,split,order,strength,generalisable,non_generalisable,decay,spindle,delta," \
    "weight,residual"

struct group {
    const struct pt_analysis *analysis;
    size_t number, first, n_samples;
    size_t star;    /* the checkpoint t*; n_checkpoints when there is none */
    double *decays; /* [n_samples, N_SIGMA2, n_players] strengths; only with t* */
    double *laws;   /* [n_samples, n_players] scratch */
    double *decay;  /* [N_SIGMA2, n_players] mean over the samples */
    struct arena arena;
};

/* Curves of one checkpoint over the orders. */
struct curves {
    double strength[PT_MAX_PLAYERS], general[PT_MAX_PLAYERS], other[PT_MAX_PLAYERS];
    double law[PT_MAX_PLAYERS]; /* of sum 1, so that its weight is a strength */
    double decay[PT_MAX_PLAYERS], spindle[PT_MAX_PLAYERS]; /* fitted */
    double delta;
    struct two_parts fit;
};

/* The least delta among those that fit best. */
static void fit(struct curves *curves, const double *decay, size_t n)
{
    curves->fit = (struct two_parts){NAN, NAN, NAN};
    curves->delta = NAN;
    size_t best = 0;
    for (size_t g = 0; g < N_SIGMA2; g++) {
        struct two_parts parts = fit_two_parts(curves->strength, decay + g * n, curves->law, n);
        if (isnan(curves->delta) ? !isnan(parts.residual) : parts.residual < curves->fit.residual) {
            curves->fit = parts;
            curves->delta = sigma2_at(g);
            best = g;
        }
    }
    for (size_t k = 0; k < n; k++) {
        curves->decay[k] = curves->fit.first * decay[best * n + k];
        curves->spindle[k] = curves->fit.second * curves->law[k];
    }
}

/* ---- A group of samples ---- */

/* Mislabelled training samples go through the phases of the training split. */
static size_t find_star(const struct pt_analysis *analysis, size_t number)
{
    size_t split = number < PT_N_SPLITS ? number : PT_TRAIN;
    return analysis->phases[split].t_star < 0
               ? analysis->n_checkpoints
               : phase_points(analysis->mean_order[split], analysis->n_checkpoints).minimum;
}

static int load_group(struct group *group, struct pt_error *error)
{
    const struct pt_analysis *analysis = group->analysis;
    size_t n = analysis->n_players, n_columns = N_SIGMA2 * n;
    group->star = find_star(analysis, group->number);
    group->laws = arena_alloc(&group->arena, group->n_samples * n, sizeof(double), error);
    if (!group->laws)
        return PT_E_MEMORY;
    if (group->star == analysis->n_checkpoints)
        return PT_OK;
    group->decays = arena_alloc(&group->arena, group->n_samples * n_columns, sizeof(double), error);
    group->decay = arena_alloc(&group->arena, n_columns, sizeof(double), error);
    if (!group->decays || !group->decay)
        return PT_E_MEMORY;
    double *const strengths[N_PREDICTED_KINDS] = {[PREDICTED_BOTH] = group->decays};
    int status = predict_strengths(&analysis->checkpoints[group->star].encoding, group->first,
                                   group->n_samples, analysis->options.salience, strengths, error);
    if (!status)
        mean_of_rows(group->decays, group->n_samples, n_columns, group->decay);
    return status;
}

/* Strength by order of the interactions that a baseline network has too, and of the others. */
static void split_by_generality(const struct group *group, const struct encoding *e,
                                struct curves *curves)
{
    for (size_t k = 0; k < e->n_players; k++)
        curves->general[k] = curves->other[k] = e->general ? 0 : NAN;
    size_t last = group->first + group->n_samples;
    for (size_t i = e->start[group->first]; e->general && i < e->start[last]; i++) {
        double *curve = e->general[i] ? curves->general : curves->other;
        curve[interaction_order(&e->interactions[i]) - 1] +=
            fabs(e->interactions[i].value) / (double)group->n_samples;
    }
}

static void load_laws(const struct group *group, const struct encoding *e)
{
    for (size_t i = 0; i < group->n_samples; i++)
        spindle_law((size_t)__builtin_popcount(e->live[group->first + i]), e->n_players,
                    group->laws + i * e->n_players);
}

static void load_curves(const struct group *group, size_t c, struct curves *curves)
{
    const struct pt_analysis *analysis = group->analysis;
    const struct checkpoint *checkpoint = &analysis->checkpoints[c];
    size_t n = analysis->n_players;
    double sums[N_KINDS * N_SUMS * PT_MAX_PLAYERS];
    *curves = (struct curves){.delta = NAN, .fit = {NAN, NAN, NAN}};
    order_sums_mean(analysis, checkpoint->sums, group->number, sums);
    for (size_t k = 0; k < n; k++) {
        curves->strength[k] = order_strength(sums, n, KIND_BOTH, k + 1);
        curves->decay[k] = curves->spindle[k] = NAN;
    }
    split_by_generality(group, &checkpoint->encoding, curves);
    load_laws(group, &checkpoint->encoding);
    mean_of_rows(group->laws, group->n_samples, n, curves->law);
    curve_normalise(curves->law, n);
    if (group->decay)
        fit(curves, group->decay, n);
}

static void write_rows(struct table *table, const struct group *group, size_t c,
                       const struct curves *curves)
{
    const struct checkpoint *checkpoint = &group->analysis->checkpoints[c];
    for (size_t k = 0; k < group->analysis->n_players; k++) {
        table_integer(table, checkpoint->step);
        table_number(table, checkpoint->epoch);
        table_text(table, group_name(group->number));
        table_integer(table, (long)k + 1);
        table_number(table, curves->strength[k]);
        table_number(table, curves->general[k]);
        table_number(table, curves->other[k]);
        table_number(table, curves->decay[k]);
        table_number(table, curves->spindle[k]);
        table_number(table, curves->delta);
        table_number(table, curves->fit.second);
        table_number(table, curves->fit.residual);
        table_end_row(table);
    }
}

/* ---- What the claim needs ---- */

static double spindle_share(const struct curves *curves, size_t n)
{
    double total = 0;
    for (size_t k = 0; k < n; k++)
        total += curves->strength[k];
    return curves->fit.second / total;
}

/* t* stays where it is; strengths, decay and law are those of the resampled samples. */
static int resample_share(const struct group *group, struct interval *interval,
                          struct pt_error *error)
{
    const struct pt_analysis *analysis = group->analysis;
    const struct bootstrap *bootstrap = analysis->bootstrap;
    const struct checkpoint *last = &analysis->checkpoints[analysis->n_checkpoints - 1];
    size_t n = analysis->n_players, n_sums = order_columns(n), n_decay = N_SIGMA2 * n;
    size_t n_replicates = bootstrap_n_replicates(bootstrap);
    double *sums = mem_alloc(n_replicates * (n_sums + n + n_decay + 1), sizeof *sums, error);
    if (!sums)
        return PT_E_MEMORY;
    double *laws = sums + n_replicates * n_sums, *decays = laws + n_replicates * n;
    double *shares = decays + n_replicates * n_decay;
    load_laws(group, &last->encoding);
    bootstrap_sums(bootstrap, group->number, last->sums + group->first * n_sums, n_sums, sums);
    bootstrap_sums(bootstrap, group->number, group->laws, n, laws);
    bootstrap_sums(bootstrap, group->number, group->decays, n_decay, decays);
    for (size_t r = 0; r < n_replicates; r++) {
        struct curves curves;
        for (size_t k = 0; k < n; k++)
            curves.strength[k] = order_strength(sums + r * n_sums, n, KIND_BOTH, k + 1);
        memcpy(curves.law, laws + r * n, n * sizeof *laws);
        curve_normalise(curves.law, n);
        fit(&curves, decays + r * n_decay, n);
        shares[r] = spindle_share(&curves, n);
    }
    *interval = bootstrap_interval(shares, n_replicates);
    mem_free(sums);
    return PT_OK;
}

static int keep_results(const struct group *group, const struct curves *curves,
                        struct decay_spindle_results *results, struct pt_error *error)
{
    size_t n = group->analysis->n_players;
    if (isnan(curves->fit.second))
        return PT_OK;
    results->weight = curves->fit.second;
    results->share = spindle_share(curves, n);
    results->delta = curves->delta;
    results->residual = curves->fit.residual;
    results->cosine_non = curve_cosine(curves->other, curves->law, n);
    results->cosine_gen = curve_cosine(curves->general, curves->decay, n);
    return resample_share(group, &results->share_interval, error);
}

static int finish_group(struct pt_analysis *analysis, struct table *table, size_t number,
                        struct pt_error *error)
{
    struct group group = {.analysis = analysis,
                          .number = number,
                          .first = analysis->first[number],
                          .n_samples = split_size(analysis, number)};
    struct curves curves;
    int status = load_group(&group, error);
    for (size_t c = 0; c < analysis->n_checkpoints && !status; c++) {
        load_curves(&group, c, &curves);
        write_rows(table, &group, c, &curves);
    }
    if (!status && number == PT_GROUP_TEST)
        status = keep_results(&group, &curves, &analysis->decay_spindle, error);
    arena_release(&group.arena);
    return status;
}

static int decay_spindle_finish(struct pt_analysis *analysis, const char *directory,
                                struct pt_error *error)
{
    analysis->decay_spindle =
        (struct decay_spindle_results){NAN, NAN, {NAN, NAN}, NAN, NAN, NAN, NAN};
    if (analysis->n_players > PREDICTION_MAX_PLAYERS)
        return PT_OK;
    struct table table;
    table_start(&table, directory, "decay_spindle.csv", HEADER, error);
    table_add_groups(&table, analysis, finish_group, error);
    return table_finish(&table);
}

const struct quantity quantity_decay_spindle = {NULL, decay_spindle_finish};
