/* Describing traces beyond their arrays: samples, players, certificates. */
#include "phasetrace/dataset.h"
#include "phasetrace/trace.h"
#include "study/inspect.h"

#include <math.h>
#include <string.h>

static json_t *count_groups(const struct pt_trace *trace)
{
    static const char *const names[PT_N_GROUPS] = {"training", "testing", "third",
                                                   "further mislabelled"};
    json_t *groups = json_object();
    for (int group = 0; group < PT_N_GROUPS; group++) {
        json_int_t n = 0;
        for (size_t i = 0; i < trace->n_samples; i++)
            n += trace->group[i] == group;
        if (n > 0)
            json_object_set_new(groups, names[group], json_integer(n));
    }
    return groups;
}

static int players_are_shared(const struct pt_trace *trace)
{
    for (size_t i = 1; i < trace->n_samples; i++)
        if (memcmp(trace->players, trace->players + i * trace->n_players,
                   trace->n_players * sizeof *trace->players) != 0)
            return 0;
    return 1;
}

static json_t *list_players(const struct pt_trace *trace)
{
    if (!players_are_shared(trace))
        return json_string("each sample has its own");
    json_t *cells = json_array();
    for (size_t k = 0; k < trace->n_players; k++)
        json_array_append_new(cells, json_integer(trace->players[k]));
    return cells;
}

/* How far from the sparsest an extraction can be, relative to it. */
static double gap_of(const struct pt_trace *trace, size_t i)
{
    double objective = trace->objective[i];
    return objective > 0 ? fmax(0, (objective - trace->dual_bound[i]) / objective) : 0;
}

static json_t *describe_extraction(const struct pt_trace *trace)
{
    double sum = 0, worst = 0, iterations = 0;
    json_int_t n_capped = 0, most_iterations = 0;
    for (size_t i = 0; i < trace->n_samples; i++) {
        double gap = gap_of(trace, i);
        sum += gap;
        worst = fmax(worst, gap);
        iterations += trace->iterations[i];
        most_iterations =
            trace->iterations[i] > most_iterations ? trace->iterations[i] : most_iterations;
        n_capped += trace->status[i] != PT_TRACE_CONVERGED;
    }
    double n = (double)trace->n_samples;
    return json_pack("{s:I, s:I, s:f, s:f, s:f, s:I, s:b}", "converged",
                     (json_int_t)trace->n_samples - n_capped, "iteration_cap", n_capped, "mean_gap",
                     sum / n, "worst_gap", worst, "mean_iterations", iterations / n,
                     "most_iterations", most_iterations, "noise_term", trace->noise != NULL);
}

int inspect_trace(const char *path, json_t *document, struct pt_error *error)
{
    static const char *const kept[] = {"double precision", "single precision", "not kept"};
    struct pt_trace *trace;
    int status = pt_trace_read(path, &trace, error);
    if (status)
        return status;
    json_int_t n_mislabelled = 0;
    for (size_t i = 0; i < trace->n_samples; i++)
        n_mislabelled += trace->mislabelled[i];
    json_object_set_new(document, "step", json_integer(trace->step));
    json_object_set_new(document, "epoch", json_real(trace->epoch));
    json_object_set_new(document, "n_samples", json_integer((json_int_t)trace->n_samples));
    json_object_set_new(document, "n_mislabelled", json_integer(n_mislabelled));
    json_object_set_new(document, "n_players", json_integer((json_int_t)trace->n_players));
    json_object_set_new(document, "values", json_string(kept[trace->values]));
    json_object_set_new(document, "players", list_players(trace));
    json_object_set_new(document, "samples", count_groups(trace));
    json_object_set_new(document, "extraction", describe_extraction(trace));
    pt_trace_free(trace);
    return PT_OK;
}
