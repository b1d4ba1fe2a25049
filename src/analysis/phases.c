/* Phases of the mean order (doc/METHOD.md, "Phases"), in analysis/phases.json with all others. */
#include "analysis/phases.h"

#include "analysis/output.h"
#include "analysis/state.h"

#include <math.h>

#define RISEN_PART 0.25

struct phase_points phase_points(const double *m, size_t n)
{
    struct phase_points points = {n, n};
    for (size_t i = 0; i < n; i++)
        if (!isnan(m[i]) && (points.minimum == n || m[i] < m[points.minimum]))
            points.minimum = i;
    if (points.minimum == n || !(m[n - 1] > m[points.minimum]))
        return points;
    double minimum = m[points.minimum];
    double threshold = minimum + RISEN_PART * (m[n - 1] - minimum);
    for (size_t i = n; i-- > points.minimum + 1 && m[i] > threshold;)
        points.rise = i;
    return points;
}

static long step_at(const struct pt_analysis *analysis, size_t c)
{
    return c < analysis->n_checkpoints ? analysis->checkpoints[c].step : -1;
}

/* scratch[n_replicates] */
static void find_phases(struct pt_analysis *analysis, size_t split, double *scratch)
{
    size_t n = analysis->n_checkpoints, n_replicates = bootstrap_n_replicates(analysis->bootstrap);
    const double *m = analysis->mean_order[split];
    struct phase_points points = phase_points(m, n);
    int has_star = points.minimum > 0 && points.minimum + 1 < n;
    for (size_t r = 0; r < n_replicates; r++) {
        const double *resampled = analysis->mean_order_replicates[split] + r * n;
        size_t minimum = phase_points(resampled, n).minimum;
        scratch[r] = minimum < n ? (double)step_at(analysis, minimum) : NAN;
    }
    struct interval bounds = bootstrap_interval(scratch, n_replicates);
    analysis->phases[split] = (struct pt_phases){
        .t_star = has_star ? step_at(analysis, points.minimum) : -1,
        .t_rise = step_at(analysis, points.rise),
        .mean_order_start = m[0],
        .mean_order_star = has_star ? m[points.minimum] : NAN,
        .mean_order_end = m[n - 1],
        .t_star_bounds = {bounds.low, bounds.high},
    };
}

static json_t *json_step(long step)
{
    return step >= 0 ? json_integer(step) : json_null();
}

static json_t *json_phases(const struct pt_phases *phases)
{
    return json_pack(
        "{s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "t_star", json_step(phases->t_star), "t_rise",
        json_step(phases->t_rise), "mean_order_start", json_number(phases->mean_order_start),
        "mean_order_star", json_number(phases->mean_order_star), "mean_order_end",
        json_number(phases->mean_order_end), "t_star_low", json_number(phases->t_star_bounds.low),
        "t_star_high", json_number(phases->t_star_bounds.high));
}

/* Of the training split (P4). */
static json_t *json_generalization(const struct pt_analysis *analysis)
{
    const struct generalization *g = &analysis->generalization;
    const struct generalization_point *end = &g->points[analysis->n_checkpoints - 1];
    return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o}", "t1", json_step(g->t1), "t2",
                     json_step(g->t2), "t_loss", json_step(g->t_loss), "excess_max",
                     json_number(g->excess_max), "gamma_end", json_number(end->gamma), "excess_end",
                     json_number(end->excess));
}

static int phases_finish(struct pt_analysis *analysis, const char *directory,
                         struct pt_error *error)
{
    double *scratch =
        mem_alloc(bootstrap_n_replicates(analysis->bootstrap), sizeof *scratch, error);
    if (!scratch)
        return PT_E_MEMORY;
    for (size_t split = 0; split < PT_N_SPLITS; split++)
        find_phases(analysis, split, scratch);
    mem_free(scratch);
    json_t *document = json_pack("{s:o, s:o}", "test", json_phases(&analysis->phases[PT_TEST]),
                                 "train", json_phases(&analysis->phases[PT_TRAIN]));
    if (document && split_size(analysis, PT_THIRD) > 0)
        json_object_set_new(document, "third", json_phases(&analysis->phases[PT_THIRD]));
    if (document && analysis->generalization.points)
        json_object_set_new(document, "generalization", json_generalization(analysis));
    return json_write(directory, "phases.json", document, error);
}

const struct quantity quantity_phases = {NULL, phases_finish};
