/*
 * The theory of the second phase against the measured distributions, in analysis/theory.csv.
 *
 * w* is what the last checkpoint encodes on each sample; the predicted shares I_theo(k) are ratios
 * of sums over samples, as the measured ones are. At every checkpoint the sigma2 is looked for
 * whose prediction is nearest: D = half the sum over orders of |I_real(k) - I_theo(k)|.
 */
#include "analysis/theory.h"

#include "analysis/order_curve.h"
#include "analysis/order_sums.h"
#include "analysis/group_table.h"
#include "analysis/output.h"

#include <math.h>

#define HEADER "step,epoch,split,kind,order,sigma2,distance,distance_final,real,theory"

static const enum kind measured_kind[N_PREDICTED_KINDS] = {KIND_AND, KIND_BOTH};
static const char *const kind_names[N_PREDICTED_KINDS] = {"and", "both"};

/* One group of samples. */
struct group {
    const struct pt_analysis *analysis;
    size_t number, first, n_samples;
    double *predicted[N_PREDICTED_KINDS]; /* [n_samples, N_SIGMA2, n_players] strengths */
    double *theory[N_PREDICTED_KINDS];    /* [N_SIGMA2, n_players] shares */
    struct arena arena;
};

/* NaN where nothing is salient. */
static void measured_shares(const double *sums, size_t n, size_t kind, double *shares)
{
    for (size_t order = 1; order <= n; order++)
        shares[order - 1] = order_strength(sums, n, measured_kind[kind], order);
    curve_normalise(shares, n);
}

/* Measured shares and the prediction that is nearest. */
struct match {
    struct theory_fit fit;
    size_t place; /* in the grid; N_SIGMA2 when there is none */
    double real[PT_MAX_PLAYERS];
};

/* Order sums of a checkpoint against theory[N_SIGMA2, n]. */
static void find_match(const double *sums, const double *theory, size_t n, size_t kind,
                       struct match *match)
{
    measured_shares(sums, n, kind, match->real);
    match->place = N_SIGMA2;
    match->fit = (struct theory_fit){NAN, NAN, NAN};
    for (size_t g = 0; g < N_SIGMA2; g++) {
        double distance = curve_distance(match->real, theory + g * n, n);
        if (match->place == N_SIGMA2 ? !isnan(distance) : distance < match->fit.distance) {
            match->place = g;
            match->fit.distance = distance;
            match->fit.sigma2 = sigma2_at(g);
        }
    }
}

/* ---- Prediction of a group ---- */

static int predict_group(struct group *group, struct pt_error *error)
{
    const struct pt_analysis *analysis = group->analysis;
    size_t n = analysis->n_players, n_columns = N_SIGMA2 * n;
    for (size_t kind = 0; kind < N_PREDICTED_KINDS; kind++) {
        group->predicted[kind] =
            arena_alloc(&group->arena, group->n_samples * n_columns, sizeof(double), error);
        group->theory[kind] = arena_alloc(&group->arena, n_columns, sizeof(double), error);
        if (!group->predicted[kind] || !group->theory[kind])
            return PT_E_MEMORY;
    }
    const struct encoding *last = &analysis->checkpoints[analysis->n_checkpoints - 1].encoding;
    int status = predict_strengths(last, group->first, group->n_samples, analysis->options.salience,
                                   group->predicted, error);
    for (size_t kind = 0; kind < N_PREDICTED_KINDS && !status; kind++) {
        mean_of_rows(group->predicted[kind], group->n_samples, n_columns, group->theory[kind]);
        for (size_t g = 0; g < N_SIGMA2; g++)
            curve_normalise(group->theory[kind] + g * n, n);
    }
    return status;
}

/* ---- The table ---- */

static void write_rows(struct table *table, const struct group *group, size_t c, size_t kind,
                       const struct match *match)
{
    size_t n = group->analysis->n_players;
    const struct checkpoint *checkpoint = &group->analysis->checkpoints[c];
    for (size_t k = 0; k < n; k++) {
        table_integer(table, checkpoint->step);
        table_number(table, checkpoint->epoch);
        table_text(table, group_name(group->number));
        table_text(table, kind_names[kind]);
        table_integer(table, (long)k + 1);
        table_number(table, match->fit.sigma2);
        table_number(table, match->fit.distance);
        table_number(table, match->fit.distance_final);
        table_number(table, match->real[k]);
        table_number(table,
                     match->place < N_SIGMA2 ? group->theory[kind][match->place * n + k] : NAN);
        table_end_row(table);
    }
}

/* Writes a group's rows; of the testing samples the fits are kept. */
static void write_group(struct table *table, const struct group *group,
                        struct theory_results *results)
{
    const struct pt_analysis *analysis = group->analysis;
    size_t n = analysis->n_players, last = analysis->n_checkpoints - 1;
    double sums[N_KINDS * N_SUMS * PT_MAX_PLAYERS], final_sums[N_KINDS * N_SUMS * PT_MAX_PLAYERS];
    double final[PT_MAX_PLAYERS];
    struct match match;
    order_sums_mean(analysis, analysis->checkpoints[last].sums, group->number, final_sums);
    for (size_t c = 0; c <= last; c++) {
        order_sums_mean(analysis, analysis->checkpoints[c].sums, group->number, sums);
        for (size_t kind = 0; kind < N_PREDICTED_KINDS; kind++) {
            find_match(sums, group->theory[kind], n, kind, &match);
            measured_shares(final_sums, n, kind, final);
            match.fit.distance_final = curve_distance(match.real, final, n);
            write_rows(table, group, c, kind, &match);
            if (group->number == PT_GROUP_TEST)
                results->fits[kind][c] = match.fit;
        }
    }
}

/* ---- What the claims need ---- */

static int allocate_results(struct pt_analysis *analysis, struct pt_error *error)
{
    struct theory_results *results = &analysis->theory;
    size_t n_checkpoints = analysis->n_checkpoints;
    size_t n_replicates = bootstrap_n_replicates(analysis->bootstrap);
    for (size_t kind = 0; kind < N_PREDICTED_KINDS; kind++)
        if (!(results->fits[kind] = arena_alloc(&analysis->results, n_checkpoints,
                                                sizeof *results->fits[kind], error)))
            return PT_E_MEMORY;
    results->replicates = arena_alloc(&analysis->results, n_replicates * n_checkpoints,
                                      sizeof *results->replicates, error);
    return results->replicates ? PT_OK : PT_E_MEMORY;
}

/* The fits of resampled samples: both the measured and the predicted strengths are theirs. */
static int resample_fits(const struct group *group, struct pt_error *error)
{
    const struct pt_analysis *analysis = group->analysis;
    struct theory_fit *fits = analysis->theory.replicates;
    size_t n = analysis->n_players, n_columns = order_columns(n), n_predicted = N_SIGMA2 * n;
    size_t n_checkpoints = analysis->n_checkpoints;
    size_t n_replicates = bootstrap_n_replicates(analysis->bootstrap);
    double *theory = mem_alloc(n_replicates * (n_predicted + n_columns), sizeof *theory, error);
    if (!theory)
        return PT_E_MEMORY;
    double *sums = theory + n_replicates * n_predicted;
    bootstrap_sums(analysis->bootstrap, PT_TEST, group->predicted[PREDICTED_AND], n_predicted,
                   theory);
    for (size_t g = 0; g < n_replicates * N_SIGMA2; g++)
        curve_normalise(theory + g * n, n);
    for (size_t c = 0; c < n_checkpoints; c++) {
        bootstrap_sums(analysis->bootstrap, PT_TEST,
                       analysis->checkpoints[c].sums + group->first * n_columns, n_columns, sums);
        for (size_t r = 0; r < n_replicates; r++) {
            struct match match;
            find_match(sums + r * n_columns, theory + r * n_predicted, n, PREDICTED_AND, &match);
            fits[r * n_checkpoints + c] = match.fit;
        }
    }
    mem_free(theory);
    return PT_OK;
}

static int finish_group(struct pt_analysis *analysis, struct table *table, size_t number,
                        struct pt_error *error)
{
    struct group group = {.analysis = analysis,
                          .number = number,
                          .first = analysis->first[number],
                          .n_samples = split_size(analysis, number)};
    int status = predict_group(&group, error);
    if (!status && number == PT_GROUP_TEST) {
        status = allocate_results(analysis, error);
        if (!status)
            status = resample_fits(&group, error);
    }
    if (!status)
        write_group(table, &group, &analysis->theory);
    arena_release(&group.arena);
    return status;
}

static int theory_finish(struct pt_analysis *analysis, const char *directory,
                         struct pt_error *error)
{
    analysis->theory = (struct theory_results){0};
    if (analysis->n_players > PREDICTION_MAX_PLAYERS)
        return PT_OK;
    struct table table;
    table_start(&table, directory, "theory.csv", HEADER, error);
    table_add_groups(&table, analysis, finish_group, error);
    return table_finish(&table);
}

const struct quantity quantity_theory = {NULL, theory_finish};
