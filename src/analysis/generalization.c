/* Gamma, chance and excess by order (doc/METHOD.md, "Generalisability"), in generalization.csv. */
#include "analysis/generalization.h"

#include "analysis/generality_sums.h"
#include "analysis/output.h"
#include "analysis/state.h"

#include <math.h>

#define HEADER                                                                         \
    "step,epoch,split,order,strength,generalisable,gamma,gamma_low,gamma_high,chance," \
    "excess,excess_low,excess_high,gen_positive,gen_negative,non_positive,non_negative"
#define CHANGES                                                                         \
    ",new_strength,new_gamma,new_excess,new_mean_order,removed_strength,removed_gamma," \
    "removed_excess,removed_mean_order"

/* What a group's rows are made of; reused for all checkpoints and groups. */
struct workspace {
    size_t n_players;
    /* All salient interactions, those the checkpoint before did not have, those it had alone. */
    struct generality_table all, new, removed;
};

static size_t largest_group(const struct encoding *encoding)
{
    size_t largest = 0;
    for (size_t g = 0; g < PT_N_GROUPS; g++)
        if (encoding_group_size(encoding, g) > largest)
            largest = encoding_group_size(encoding, g);
    return largest;
}

static int create_workspace(const struct encoding *encoding, const struct bootstrap *bootstrap,
                            struct arena *arena, struct workspace *workspace,
                            struct pt_error *error)
{
    struct generality_table *tables[] = {&workspace->all, &workspace->new, &workspace->removed};
    int status = PT_OK;
    workspace->n_players = encoding->n_players;
    for (size_t i = 0; i < sizeof tables / sizeof *tables && !status; i++)
        status = generality_table_create(arena, encoding->n_players, largest_group(encoding),
                                         bootstrap_n_replicates(bootstrap), tables[i], error);
    return status;
}

/* ---- Rows ---- */

static void write_moment(struct table *table, const struct checkpoint *checkpoint, size_t group,
                         size_t order)
{
    table_integer(table, checkpoint->step);
    table_number(table, checkpoint->epoch);
    table_text(table, group_name(group));
    table_integer(table, (long)order);
}

static void write_bounds(struct table *table, struct interval bounds)
{
    table_number(table, bounds.low);
    table_number(table, bounds.high);
}

static void write_all(struct table *table, const struct generality_table *all, size_t order)
{
    table_number(table, generality_strength(all->mean, order));
    table_number(table, generality_generalisable(all->mean, order));
    table_number(table, generality_gamma(all->mean, order));
    write_bounds(table, generality_interval(all, generality_gamma, order));
    table_number(table, generality_chance(all->mean, order));
    table_number(table, generality_excess(all->mean, order));
    write_bounds(table, generality_interval(all, generality_excess, order));
    for (enum generality_part part = GENERAL_POSITIVE; part <= OTHER_NEGATIVE; part++)
        table_number(table, generality_sum(all->mean, order, part));
}

/* Empty cells when there is no change to speak of: at the first checkpoint. */
static void write_change(struct table *table, const struct generality_table *change,
                         size_t n_players, size_t order, int exists)
{
    const double *mean = change->mean;
    table_number(table, exists ? generality_strength(mean, order) : NAN);
    table_number(table, exists ? generality_gamma(mean, order) : NAN);
    table_number(table, exists ? generality_excess(mean, order) : NAN);
    table_number(table, exists && order == 0 ? generality_mean_order(mean, n_players) : NAN);
}

/* ---- The checkpoints ---- */

static void load_group(struct workspace *workspace, const struct pt_analysis *analysis, size_t c,
                       size_t group)
{
    const struct encoding *now = &analysis->checkpoints[c].encoding;
    generality_table_load(&workspace->all, now, NULL, group);
    generality_table_resample(&workspace->all, analysis->bootstrap, group);
    if (c == 0)
        return;
    const struct encoding *before = &analysis->checkpoints[c - 1].encoding;
    generality_table_load(&workspace->new, now, before, group);
    generality_table_load(&workspace->removed, before, now, group);
}

static void write_group(struct table *table, const struct workspace *workspace,
                        const struct pt_analysis *analysis, size_t c, size_t group)
{
    for (size_t order = 0; order <= workspace->n_players; order++) {
        write_moment(table, &analysis->checkpoints[c], group, order);
        write_all(table, &workspace->all, order);
        write_change(table, &workspace->new, workspace->n_players, order, c > 0);
        write_change(table, &workspace->removed, workspace->n_players, order, c > 0);
        table_end_row(table);
    }
}

/* `new` is NULL at the first checkpoint. */
static struct generalization_point point_of(const double *all, const double *new, size_t n_players)
{
    double strength = generality_strength(all, 0);
    return (struct generalization_point){
        .strength = strength,
        .generalisable = generality_generalisable(all, 0),
        .gamma = generality_gamma(all, 0),
        .excess = generality_excess(all, 0),
        .new_share = new ? generality_strength(new, 0) / strength : NAN,
        .new_mean_order = new ? generality_mean_order(new, n_players) : NAN,
        .new_gamma = new ? generality_gamma(new, 0) : NAN,
        .new_excess = new ? generality_excess(new, 0) : NAN,
    };
}

/* The training split's points of one checkpoint, from its loaded tables. */
static void keep_points(struct pt_analysis *analysis, struct workspace *workspace, size_t c)
{
    struct generalization *results = &analysis->generalization;
    const struct generality_table *all = &workspace->all, *new = &workspace->new;
    size_t n = workspace->n_players, n_columns = all->n_columns;
    results->points[c] = point_of(all->mean, c > 0 ? new->mean : NULL, n);
    if (c > 0)
        generality_table_resample(&workspace->new, analysis->bootstrap, PT_GROUP_TRAIN);
    for (size_t r = 0; r < all->n_replicates; r++)
        results->replicates[r * analysis->n_checkpoints + c] = point_of(
            all->replicates + r * n_columns, c > 0 ? new->replicates + r *n_columns : NULL, n);
}

static int write_checkpoints(struct pt_analysis *analysis, const char *directory,
                             struct workspace *workspace, struct pt_error *error)
{
    struct table table;
    table_start(&table, directory, "generalization.csv", HEADER CHANGES, error);
    for (size_t c = 0; c < analysis->n_checkpoints; c++)
        for (size_t group = 0; group < PT_N_GROUPS; group++) {
            if (encoding_group_size(&analysis->checkpoints[c].encoding, group) == 0)
                continue;
            load_group(workspace, analysis, c, group);
            write_group(&table, workspace, analysis, c, group);
            if (group == PT_GROUP_TRAIN)
                keep_points(analysis, workspace, c);
        }
    return table_finish(&table);
}

static int allocate_points(struct pt_analysis *analysis, struct pt_error *error)
{
    struct generalization *results = &analysis->generalization;
    size_t n = analysis->n_checkpoints;
    results->points = arena_alloc(&analysis->results, n, sizeof *results->points, error);
    results->replicates =
        arena_alloc(&analysis->results, n * bootstrap_n_replicates(analysis->bootstrap),
                    sizeof *results->replicates, error);
    return results->points && results->replicates ? PT_OK : PT_E_MEMORY;
}

static void find_phases(struct pt_analysis *analysis)
{
    struct generalization *results = &analysis->generalization;
    size_t n = analysis->n_checkpoints;
    struct generalization_phases phases = generalization_phases(results->points, n);
    if (phases.peak < n)
        results->excess_max = smooth_excess(results->points, n, phases.peak);
    if (phases.peak == 0 || phases.peak + 1 >= n)
        return;
    results->t1 = analysis->checkpoints[phases.peak].step;
    if (phases.decline < n)
        results->t2 = analysis->checkpoints[phases.decline].step;
}

static int finish_checkpoints(struct pt_analysis *analysis, const char *directory,
                              struct pt_error *error)
{
    struct arena arena = {0};
    struct workspace workspace;
    int has_training = split_size(analysis, PT_TRAIN) > 0;
    int status = create_workspace(&analysis->checkpoints[0].encoding, analysis->bootstrap, &arena,
                                  &workspace, error);
    if (!status && has_training)
        status = allocate_points(analysis, error);
    if (!status)
        status = write_checkpoints(analysis, directory, &workspace, error);
    if (!status && has_training)
        find_phases(analysis);
    arena_release(&arena);
    return status;
}

/* ---- The larger sample ---- */

static int finish_final(struct pt_analysis *analysis, const char *directory, struct pt_error *error)
{
    struct arena arena = {0};
    struct generality_table all;
    struct table table;
    const struct checkpoint *last = &analysis->checkpoints[analysis->n_checkpoints - 1];
    int status =
        generality_table_create(&arena, analysis->final.n_players, largest_group(&analysis->final),
                                bootstrap_n_replicates(analysis->final_bootstrap), &all, error);
    if (status)
        goto done;
    table_start(&table, directory, "generalization_final.csv", HEADER, error);
    for (size_t group = 0; group < PT_N_GROUPS; group++) {
        if (encoding_group_size(&analysis->final, group) == 0)
            continue;
        generality_table_load(&all, &analysis->final, NULL, group);
        generality_table_resample(&all, analysis->final_bootstrap, group);
        for (size_t order = 0; order <= analysis->final.n_players; order++) {
            write_moment(&table, last, group, order);
            write_all(&table, &all, order);
            table_end_row(&table);
        }
    }
    status = table_finish(&table);
done:
    arena_release(&arena);
    return status;
}

static int generalization_finish(struct pt_analysis *analysis, const char *directory,
                                 struct pt_error *error)
{
    analysis->generalization = (struct generalization){
        .t1 = -1,
        .t2 = -1,
        .t_loss = loss_rise_step(analysis->metrics, analysis->n_metrics),
        .excess_max = NAN,
    };
    if (analysis->n_baselines == 0)
        return PT_OK;
    int status = finish_checkpoints(analysis, directory, error);
    if (!status && analysis->final.n_samples > 0)
        status = finish_final(analysis, directory, error);
    return status;
}

const struct quantity quantity_generalization = {NULL, generalization_finish};
